// SPDX-License-Identifier: MIT
#include "cmd/agent.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

static bool is_printable(const char *text)
{
    for (; *text; text++)
        if (*text < ' ' || *text > '~')
            return false;
    return true;
}

enum ex_status ex_agent_make(char to[static EX_AGENT_SIZE], const char *user_agent,
                             const char *contact, struct ex_error *err)
{
    const char *name = user_agent ? user_agent : "exprobe/" EXPROBE_VERSION;
    const char *who = contact ? contact : "";
    const int n = snprintf(to, EX_AGENT_SIZE, *who ? "%s (%s)" : "%s", name, who);

    if (n < EX_AGENT_SIZE && *name && is_printable(name) && is_printable(who))
        return EX_OK;
    ex_error_set(err, "%s: give printable ASCII, %d characters at most",
                 contact ? "--contact" : "--user-agent", EX_AGENT_SIZE - 1);
    return EX_EUSAGE;
}

void ex_agent_run_id(char to[static EX_RUN_ID_SIZE], int64_t unix_ms)
{
    uint8_t b[16] = { 0 };

    /* Without random numbers the id is still unique to the millisecond. */
    if (getrandom(b, sizeof(b), 0) < 0)
        memset(b, 0, sizeof(b));
    for (int i = 0; i < 6; i++)
        b[i] = (uint8_t)((uint64_t)unix_ms >> (40 - 8 * i));
    b[6] = (uint8_t)(0x70 | (b[6] & 0x0f));
    b[8] = (uint8_t)(0x80 | (b[8] & 0x3f));
    snprintf(to, EX_RUN_ID_SIZE,
             "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1],
             b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14],
             b[15]);
}
