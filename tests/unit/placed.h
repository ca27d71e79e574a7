// SPDX-License-Identifier: MIT
#ifndef TESTS_UNIT_PLACED_H
#define TESTS_UNIT_PLACED_H

/* Servers in tables, and what a scan has to say of each. Include cmocka.h first. */
#include "play.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define BIT(n)  (UINT64_C(1) << EX_NOTE_##n)
#define B(...)                                                                                     \
    {                                                                                              \
        { __VA_ARGS__ }, 4                                                                         \
    }
#define B3(a, b, c)                                                                                \
    {                                                                                              \
        { a, b, c }, 3                                                                             \
    }
#define NO_BUILD                                                                                   \
    {                                                                                              \
        { 0 }, 0                                                                                   \
    }

#define FE(name) "Server: Microsoft-IIS/10.0\nrequest-id: {id}\nX-FEServer: " name "\n"
#define ONLINE                                                                                     \
    "request-id: {id}\nX-FEServer: AM0PR04CA0001\nX-FEServer: AM0PR04CA0001\n"                     \
    "X-FEProxyInfo: AM0PR04CA0001.EURPRD04.PROD.OUTLOOK.COM\nX-FEEFZInfo: AMS\n"
#define SAME_ID      "request-id: " GUID_A "\n"
#define TO_OWA(host) "Location: https://" host "/owa/auth/logon.aspx?url=https%3a%2f%2fx&reason=0\n"
#define ENTRA        "https://login.microsoftonline.com/common/oauth2/authorize?redirect_uri="

struct placed {
    const char *what;
    struct reply replies[PLAY_REPLIES_MAX];
    enum ex_presence present;
    enum ex_generation generation;
    enum ex_precision precision;
    struct ex_build build; /* exact, or the lowest candidate */
    uint64_t with, without;
};

static inline void check(const struct placed *row)
{
    static struct played p;
    const struct ex_host_options opt = play_options();
    const struct ex_fingerprint *fp = &p.result.fingerprint;
    const struct ex_build *build;
    char text[EX_BUILD_TEXT];

    play(&p, &opt, row->replies);
    build = fp->precision == EX_PREC_EXACT ? &fp->exact
            : fp->n_candidates > 0         ? &fp->candidates[0]
                                           : &fp->exact;
    if (fp->present != row->present || fp->generation != row->generation ||
        fp->precision != row->precision || ex_build_cmp(build, &row->build) != 0 ||
        (fp->notes & row->with) != row->with || (fp->notes & row->without) != 0)
        fail_msg("%s: present %s, generation \"%s\", precision %s, build %s, notes %llx, wanted "
                 "%llx without %llx\n  %s",
                 row->what, ex_presence_str(fp->present), ex_generation_str(fp->generation),
                 ex_precision_str(fp->precision), ex_build_format(text, build),
                 (unsigned long long)fp->notes, (unsigned long long)row->with,
                 (unsigned long long)row->without, p.probes);
    if (fp->precision == EX_PREC_EXACT && fp->n_witnesses == 0)
        fail_msg("%s: nothing witnesses the build", row->what);
}

#endif
