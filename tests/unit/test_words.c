// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "exprobe/verdict.h"

/*
 * Scripts and other programs compare with these words, and finding ids are made of
 * some: they are written out here so that none changes by accident. A new word is
 * a new row at the end; a row that has to change is a new version of the records.
 */
struct words {
    const char *what;
    const char *(*str)(int value);
    const char *const *list; /* in the order of the enum, NULL-ended */
};

#define STR(name, type, function)                                                                  \
    static const char *name(int value)                                                             \
    {                                                                                              \
        return function((type)value);                                                              \
    }

STR(severity, enum ex_severity, ex_severity_str)
STR(presence, enum ex_presence, ex_presence_str)
STR(precision, enum ex_precision, ex_precision_str)
STR(note, enum ex_note, ex_note_str)
STR(patch, enum ex_patch_state, ex_patch_str)
STR(support, enum ex_support_state, ex_support_str)
STR(esu, enum ex_esu_state, ex_esu_str)
STR(generation, enum ex_generation, ex_generation_str)
STR(state_word, enum ex_state, ex_state_str)
STR(outcome, enum ex_outcome, ex_outcome_str)

#define LIST(...)                                                                                  \
    (const char *const[])                                                                          \
    {                                                                                              \
        __VA_ARGS__, NULL                                                                          \
    }

static void frozen(void **state)
{
    const struct words rows[] = {
        { "severity", severity, LIST("none", "info", "low", "medium", "high", "critical") },
        { "exchange.present", presence, LIST("no", "maybe", "yes", "online") },
        { "build.precision", precision, LIST("none", "generation", "cu", "exact") },
        { "patch.state", patch,
          LIST("not-applicable", "patched", "missing-updates", "undetermined", "newer-than-data",
               "not-assessed") },
        { "support.state", support, LIST("unknown", "supported", "end-of-support") },
        { "support.esu", esu, LIST("none", "active", "ended") },
        { "generation", generation,
          LIST("", "2003", "2007", "2010", "2013", "2016", "2019", "SE") },
        { "state", state_word,
          LIST("answered", "dns-failed", "refused", "unreachable", "connect-timeout", "tls-failed",
               "http-failed", "timeout", "blocked", "out-of-scope", "opted-out", "interrupted",
               "internal-error") },
        { "outcome", outcome,
          LIST("ok", "refused", "unreachable", "connect-timeout", "tls-failed", "tls-timeout",
               "reset", "timeout", "bad-http", "header-flood", "canceled", "internal") },
        { "note", note,
          LIST("header-stripped", "header-absent", "header-empty", "header-partial",
               "header-invalid", "header-padded", "version-conflict", "newer-than-data",
               "unlisted-build", "owa-build-alias", "mixed-builds", "several-front-ends",
               "simulator-suspected", "soft-404", "waf-block", "rate-limited",
               "backend-unavailable", "https-unreachable", "timeout", "tls-legacy-only",
               "client-certificate-required", "pre-authentication", "page-copy", "owa-broken",
               "hybrid", "hybrid-modern-auth", "manifest-lower-bound", "build-is-of-back-end",
               "control-failed", "incomplete") },
    };
    (void)state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        int n = 0;

        for (; rows[i].list[n]; n++)
            if (strcmp(rows[i].str(n), rows[i].list[n]) != 0)
                fail_msg("%s %d is '%s', was '%s'", rows[i].what, n, rows[i].str(n),
                         rows[i].list[n]);
        if (rows[i].str(n)[0] != '\0')
            fail_msg("%s has a new word '%s' that is not listed here", rows[i].what,
                     rows[i].str(n));
    }
}

static void rule_ids(void **state)
{
    static const char *const want[] = {
        "auth-certificate-expired",
        "backdoor-confirmed",
        "backdoor-likely",
        "backdoor-review",
        "backdoor-suspicious",
        "basic-auth-offered",
        "certificate-expired",
        "certificate-expires-soon",
        "certificate-name-mismatch",
        "certificate-self-signed",
        "certificate-untrusted",
        "configuration-check",
        "cu-not-serviced",
        "ecp-reachable",
        "end-of-support",
        "healthcheck-reachable",
        "hsts-missing",
        "internal-address-leak",
        "internal-name-leak",
        "logon-page-confirmed",
        "logon-page-foreign-script",
        "logon-page-likely",
        "logon-page-review",
        "logon-page-suspicious",
        "missing-updates",
        "mixed-builds",
        "newer-than-data",
        "ntlm-offered",
        "powershell-reachable",
        "simulator-suspected",
        "tls-legacy",
        "undetermined",
        NULL,
    };
    (void)state;

    for (size_t i = 0; want[i]; i++) {
        assert_non_null(ex_rule_ids[i]);
        assert_string_equal(ex_rule_ids[i], want[i]);
    }
    assert_null(ex_rule_ids[sizeof(want) / sizeof(want[0]) - 1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(frozen), cmocka_unit_test(rule_ids) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
