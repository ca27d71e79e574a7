// SPDX-License-Identifier: MIT
#include "backdoor/combos.h"
#include "backdoor/hunt.h"

unsigned ex_hunt_budget(const struct ex_catalog *cat, bool deep, const struct ex_path_row *own,
                        size_t n_own)
{
    const struct ex_names names = { cat, deep, own, n_own };
    const struct ex_combos c = ex_combos_of(&names);
    const struct ex_names listed = { cat, deep, NULL, 0 };
    const struct ex_combos before = ex_combos_of(&listed);
    unsigned n = deep ? EX_BUDGET_BACKDOOR_DEEP : EX_BUDGET_BACKDOOR;

    for (size_t i = 0; i < c.n; i++)
        n += c.n_names[i] - (i < before.n ? before.n_names[i] : 0u);
    n += (unsigned)(c.n - before.n) * EX_SAMPLES_MAX;
    return n < UINT16_MAX ? n : UINT16_MAX;
}

bool ex_hunt_wanted(const struct ex_result *r, enum ex_bd_reason *why)
{
    /* Whoever was refused or not answered eight times is not asked fifty times more. */
    static const enum ex_note broken_off[] = { EX_NOTE_WAF_BLOCK, EX_NOTE_RATE_LIMITED,
                                               EX_NOTE_TIMEOUT, EX_NOTE_INCOMPLETE };

    *why = EX_BDR_NOT_EXCHANGE;
    if (r->fingerprint.present != EX_PRESENT_YES)
        return false;
    *why = EX_BDR_NOT_FINISHED;
    if (r->state != EX_STATE_ANSWERED)
        return false;
    for (size_t i = 0; i < sizeof(broken_off) / sizeof(broken_off[0]); i++)
        if (ex_fp_has(&r->fingerprint, broken_off[i]))
            return false;
    *why = EX_BDR_NONE;
    return true;
}
