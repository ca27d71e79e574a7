// SPDX-License-Identifier: MIT
/* A name out of an answer of DNS, as c-ares writes it: whatever it holds, a target list that it is
 * written to names this host there, and nothing else. */
#include <stdio.h>
#include <string.h>

#include "core/discover.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    char raw[1024], name[EX_NAME_SIZE], again[EX_NAME_SIZE], line[EX_NAME_SIZE + 64];
    enum ex_line_kind kind = EX_LINE_BLANK;
    struct ex_target t;

    if (n >= sizeof(raw))
        return 0;
    if (n > 0)
        memcpy(raw, data, n);
    raw[n] = '\0';
    if (!ex_found_name(name, raw)) {
        MUST(strlen(name) < EX_FOUND_RAW);
        return 0;
    }
    MUST(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == strlen(name) && name[0]);
    MUST(ex_found_name(again, name) && strcmp(again, name) == 0);
    snprintf(line, sizeof(line), "%s client=acme # why", name);
    MUST(ex_target_parse_line(ex_span_str(line), &t, &kind, NULL) == EX_OK);
    MUST(kind == EX_LINE_TARGET && t.kind == EX_TARGET_NAME && t.port == EX_PORT_DEFAULT);
    MUST(strcmp(t.name, name) == 0 && t.pin.family == 0);
    MUST(strcmp(ex_target_tag(&t, "client"), "acme") == 0);
    return 0;
}
