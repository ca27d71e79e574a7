// SPDX-License-Identifier: MIT
#include "report/looked.h"

#include <string.h>

#include "exprobe/result.h"

bool ex_is_examined(const struct ex_row *row)
{
    return row->present_known;
}

static const char *no_exchange(const struct ex_row *row)
{
    return row->present_known && row->present == EX_PRESENT_YES ? NULL : "no Exchange is seen";
}

static const char *backdoors(const struct ex_observation *now, const struct ex_observation *then)
{
    if (now->row->backdoor == EX_BD_NOT_ASSESSED)
        return now->row->hunted ? "back doors could not be assessed"
                                : "back doors were not looked for";
    if (now->row->tier < then->row->tier || (then->run->own_paths && !now->run->own_paths))
        return "fewer names of back doors were asked for";
    return NULL;
}

static const char *logon_page(const struct ex_observation *now, const struct ex_observation *then)
{
    (void)then;
    return now->row->logon >= EX_LP_GENUINE ? NULL : "the logon page could not be assessed";
}

static const char *tls(const struct ex_observation *now, const struct ex_observation *then)
{
    (void)then;
    return now->row->tls_seen ? NULL : "there was no TLS handshake";
}

static const char *updates(const struct ex_observation *now, const struct ex_observation *then)
{
    const enum ex_patch_state patch = now->row->patch;
    (void)then;

    if (no_exchange(now->row))
        return no_exchange(now->row);
    return patch == EX_PATCH_PATCHED || patch == EX_PATCH_MISSING ? NULL
                                                                  : "the build is not known enough";
}

static const char *support(const struct ex_observation *now, const struct ex_observation *then)
{
    (void)then;
    if (no_exchange(now->row))
        return no_exchange(now->row);
    return now->row->support != EX_SUPPORT_UNKNOWN && now->row->precision >= EX_PREC_CU
               ? NULL
               : "the build is not known enough";
}

static const char *presence(const struct ex_observation *now, const struct ex_observation *then)
{
    (void)then;
    return no_exchange(now->row);
}

static const char *exposure(const struct ex_observation *now, const struct ex_observation *then)
{
    if (no_exchange(now->row))
        return no_exchange(now->row);
    if (now->row->state != EX_STATE_ANSWERED)
        return "the examination was cut short";
    if (now->run->fingerprint_only || (then->run->ntlm_info && !now->run->ntlm_info))
        return "less was asked than then";
    return NULL;
}

/* What it takes to see a finding, by the beginning of its rule; the last row is for all others. */
static const struct {
    const char *start;
    const char *(*missing)(const struct ex_observation *now, const struct ex_observation *then);
} needs[] = {
    { "backdoor-", backdoors },
    { "logon-page-", logon_page },
    { "certificate-", tls },
    { "tls-", tls },
    { "missing-updates", updates },
    { "undetermined", updates },
    { "newer-than-data", updates },
    { "configuration-check", updates },
    { "end-of-support", support },
    { "cu-not-serviced", support },
    { "mixed-builds", presence },
    { "simulator-suspected", presence },
    { "", exposure },
};

const char *ex_not_looked_for(const struct ex_observation *now, const struct ex_observation *then,
                              const char *rule)
{
    size_t i = 0;

    if (!ex_is_examined(now->row))
        return ex_state_str(now->row->state);
    /* A record that is full may have lost the least severe of its findings. */
    if (now->row->n_findings >= EX_FINDINGS_MAX)
        return "there are more findings than a record holds";
    while (strncmp(rule, needs[i].start, strlen(needs[i].start)) != 0)
        i++;
    return needs[i].missing(now, then);
}
