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

/* What newer knowledge holds against a host, older knowledge does not know of. */
static const char *older_knowledge(const struct ex_observation *now,
                                   const struct ex_observation *then)
{
    if (strcmp(now->run->data_date, then->run->data_date) < 0)
        return "it was judged by older knowledge than then";
    return now->run->as_of[0] && strcmp(now->run->as_of, then->run->as_of) < 0
               ? "it was judged as of an earlier day than then"
               : NULL;
}

/* Files of the owner's that were given then. */
static bool is_without(const char *now, const char *then)
{
    return then[0] && strcmp(now, then) != 0;
}

static const char *backdoors(const struct ex_observation *now, const struct ex_observation *then)
{
    if (now->row->backdoor == EX_BD_NOT_ASSESSED)
        return now->row->hunted ? "back doors could not be assessed"
                                : "back doors were not looked for";
    if (now->row->tier < then->row->tier || now->row->n_probed < then->row->n_probed ||
        (then->run->own_paths && !now->run->own_paths))
        return "fewer names of back doors were asked for";
    if (is_without(now->run->paths, then->run->paths))
        return "other names of the owner's were asked for";
    if (is_without(now->run->rules, then->run->rules))
        return "other rules of the owner's were used";
    return older_knowledge(now, then);
}

/* A page that is as it was and is known as good by now has not been mended. */
static const char *logon_page(const struct ex_observation *now, const struct ex_observation *then)
{
    const char *hash = then->row->page_hash;

    if (now->row->logon < EX_LP_GENUINE)
        return "the logon page could not be assessed";
    if (is_without(now->run->rules, then->run->rules))
        return "other rules of the owner's were used";
    if (strcmp(now->run->known_good, then->run->known_good) != 0 &&
        (!hash[0] || strcmp(now->row->page_hash, hash) == 0))
        return "the page is the same, and other pages are known as good";
    return older_knowledge(now, then);
}

static const char *tls(const struct ex_observation *now, const struct ex_observation *then)
{
    (void)then;
    return now->row->tls_seen ? NULL : "there was no TLS handshake";
}

static const char *certificate(const struct ex_observation *now, const struct ex_observation *then)
{
    (void)then;
    return now->row->certificate_seen ? NULL : "no certificate was seen";
}

static const char *auth(const struct ex_observation *now, const struct ex_observation *then)
{
    (void)then;
    return now->row->auth_seen ? NULL : "the Exchange Auth certificate could not be read";
}

static const char *updates(const struct ex_observation *now, const struct ex_observation *then)
{
    const enum ex_patch_state patch = now->row->patch;

    if (no_exchange(now->row))
        return no_exchange(now->row);
    return patch == EX_PATCH_PATCHED || patch == EX_PATCH_MISSING ? older_knowledge(now, then)
                                                                  : "the build is not known enough";
}

static const char *support(const struct ex_observation *now, const struct ex_observation *then)
{
    if (no_exchange(now->row))
        return no_exchange(now->row);
    return now->row->support != EX_SUPPORT_UNKNOWN && now->row->precision >= EX_PREC_CU
               ? older_knowledge(now, then)
               : "the build is not known enough";
}

static const char *presence(const struct ex_observation *now, const struct ex_observation *then)
{
    (void)then;
    if (no_exchange(now->row))
        return no_exchange(now->row);
    return now->row->state == EX_STATE_ANSWERED ? NULL : "the examination was cut short";
}

static const char *exposure(const struct ex_observation *now, const struct ex_observation *then)
{
    if (no_exchange(now->row))
        return no_exchange(now->row);
    if (now->row->state != EX_STATE_ANSWERED)
        return "the examination was cut short";
    if (now->run->fingerprint_only || (then->run->ntlm_info && !now->run->ntlm_info) ||
        (then->run->deep && !now->run->deep))
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
    { "certificate-", certificate },
    { "auth-certificate-", auth },
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
    if (!now->row->findings_listed)
        return "the record does not list what was found";
    /* A record that is full may have lost the least severe of its findings. */
    if (now->row->n_findings >= EX_FINDINGS_MAX)
        return "there are more findings than a record holds";
    while (strncmp(rule, needs[i].start, strlen(needs[i].start)) != 0)
        i++;
    return needs[i].missing(now, then);
}
