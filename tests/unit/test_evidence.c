// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/host.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* Part of the records, and of scripts that read them. */
static void words_are_frozen(void **state)
{
    static const char *const sources[] = {
        "header:x-owa-version",
        "body:theme-path",
        "body:logon-page",
        "header:x-feserver",
        "header:ms-webstorage",
        "header:x-soap-enabled",
        "status:reason",
        "header:x-calculatedbetarget",
        "header:x-caserrorcode",
        "header:x-federationtrusttokenissueruri",
        "header:exchange-online",
        "header:location",
        "device",
        "body:saved-from",
        "body:form-action",
        "body:export-tool-manifest",
        "folder:export-tool",
        "body:healthcheck",
    };
    static const char *const probes[] = {
        "logon-page",
        "ews",
        "autodiscover",
        "activesync",
        "owa",
        "exchange-2003",
        "second-look",
        "control",
        "ecp",
        "powershell",
        "auth-metadata",
        "healthcheck",
        "mapi",
        "oab",
        "rpc",
        "api",
        "no-host",
        "export-tool",
        "export-tool-folder",
        "ntlm-info",
    };
    (void)state;

    assert_int_equal(N_OF(sources), EX_N_SOURCES);
    assert_int_equal(N_OF(probes), EX_N_PROBES);
    for (size_t i = 0; i < N_OF(sources); i++)
        assert_string_equal(ex_source_str((enum ex_source_id)i), sources[i]);
    for (size_t i = 0; i < N_OF(probes); i++)
        assert_string_equal(ex_probe_name((enum ex_probe)i), probes[i]);
    assert_string_equal(ex_source_str(EX_N_SOURCES), "");
    assert_string_equal(ex_probe_name(EX_N_PROBES), "");
    assert_string_equal(ex_probe_path(EX_N_PROBES), "");
    assert_string_equal(ex_scheme_str(EX_N_SCHEMES), "");
}

static void a_text_is_kept_once_and_cut(void **state)
{
    struct ex_evidence ev;
    const struct ex_answer *a;
    char longer[EX_FACT_TEXT * 2];
    (void)state;

    ex_evidence_init(&ev, "h");
    a = ex_evidence_answer(&ev, EX_PROBE_EWS);
    ex_evidence_add(&ev, EX_SRC_FE_SERVER, a, ex_span_str("EX01"));
    ex_evidence_add(&ev, EX_SRC_FE_SERVER, a, ex_span_str("EX01"));
    assert_int_equal(ev.n_facts, 1);
    ex_evidence_add(&ev, EX_SRC_BACK_END, a, ex_span_str("EX01"));
    assert_int_equal(ev.n_facts, 2);
    memset(longer, 'x', sizeof(longer));
    ex_evidence_add(&ev, EX_SRC_FE_SERVER, a,
                    (struct ex_span){ (const uint8_t *)longer, sizeof(longer) });
    assert_int_equal(strlen(ev.facts[2].value), EX_FACT_TEXT - 1);
}

static void tables_have_an_end(void **state)
{
    struct ex_evidence ev;
    (void)state;

    ex_evidence_init(&ev, "h");
    for (unsigned i = 0; i < 200; i++) {
        char text[16];

        snprintf(text, sizeof(text), "EX%02u", i);
        ex_evidence_add(&ev, EX_SRC_FE_SERVER, NULL, ex_span_str(text));
        if (ex_evidence_front_end(&ev, ex_span_str(text)) !=
            (i < EX_FRONT_ENDS_MAX ? (int8_t)i : -1))
            fail_msg("front end %u", i);
        if ((ex_evidence_answer(&ev, EX_PROBE_EWS) == NULL) != (i >= EX_ANSWERS_MAX))
            fail_msg("answer %u", i);
    }
    assert_int_equal(ev.n_facts, EX_FACTS_MAX);
    assert_int_equal(ex_evidence_front_end(&ev, ex_span_str("ex03")), 3);
    assert_int_equal(ex_evidence_front_end(&ev, ex_span_str("")), -1);
}

static void short_names(void **state)
{
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        { "EX01", "ex01.corp.example.com", true },
        { "ex01.a", "EX01.b", true },
        { "EX01", "EX01", true },
        { "EX01", "EX011.corp", false },
        { "EX011", "EX01", false },
        { "", "", false },
        { ".corp", ".corp", false },
        { "EX01", "", false },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++)
        if (ex_same_short_name(rows[i].a, rows[i].b) != rows[i].same)
            fail_msg("\"%s\" and \"%s\"", rows[i].a, rows[i].b);
}

static void path_of_an_answer(void **state)
{
    struct ex_evidence ev;
    (void)state;

    ex_evidence_init(&ev, "h");
    snprintf(ev.control_path, sizeof(ev.control_path), "/r/x");
    ev.again_of = EX_PROBE_EAS;
    assert_string_equal(ex_evidence_path(&ev, ex_evidence_answer(&ev, EX_PROBE_EWS)),
                        "/EWS/Exchange.asmx");
    assert_string_equal(ex_evidence_path(&ev, ex_evidence_answer(&ev, EX_PROBE_CONTROL)), "/r/x");
    assert_string_equal(ex_evidence_path(&ev, ex_evidence_answer(&ev, EX_PROBE_AGAIN)),
                        "/Microsoft-Server-ActiveSync");
    assert_string_equal(ex_evidence_path(&ev, NULL), "");
    assert_null(ex_evidence_of(&ev, EX_PROBE_EWS)); /* it was not answered */
    ev.answers[0].status = 401;
    assert_ptr_equal(ex_evidence_of(&ev, EX_PROBE_EWS), &ev.answers[0]);
}

static void hashes_tell_bodies_apart(void **state)
{
    (void)state;

    assert_true(ex_hash(ex_span_str("a")) != ex_hash(ex_span_str("b")));
    assert_true(ex_hash(ex_span_str("")) == 0);
    assert_true(ex_hash(ex_span_str("a")) == ex_hash(ex_span_str("a")));
}

/* Slots are arrays of hosts: ten thousand of them should fit into 160 MB. */
static void a_host_is_small(void **state)
{
    (void)state;
    assert_true(sizeof(struct ex_host) <= 16 * 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_frozen),   cmocka_unit_test(a_text_is_kept_once_and_cut),
        cmocka_unit_test(tables_have_an_end), cmocka_unit_test(short_names),
        cmocka_unit_test(path_of_an_answer),  cmocka_unit_test(hashes_tell_bodies_apart),
        cmocka_unit_test(a_host_is_small),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
