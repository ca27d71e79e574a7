// SPDX-License-Identifier: MIT
#include "hunted.h"

#include "core/put.h"
#include "out/jsonl.h"
#include "out/results.h"
#include "out/utf8.h"

/* Signs of an intruder in a record: what is kept for the owner, whatever the server said. */

static json_t *record_of(struct fixture *f)
{
    json_error_t why;
    size_t n = 0;

    ex_findings_of(&f->r, f->cat, &f->all);
    const char *line = ex_jsonl_host(&f->json, &f->r, &f->all, f->cat, "exprobe/0.1.0", &n);
    assert_non_null(line);
    assert_true(n < EX_RESULT_LINE_MAX);
    json_t *record = json_loadb(line, n, JSON_REJECT_DUPLICATES, &why);
    if (!record)
        fail_msg("%s: %s", why.text, line);
    return record;
}

/* Without an exhibit, which is what is left when memory ran out, a suspect is told all the same. */
static void no_exhibit(void **state)
{
    struct fixture *f = *state;

    begin_hunt(f, "oab");
    hunt.backdoor.suspects[0].exhibit = NULL;
    hunt.backdoor.folders[0].baseline[0] = NULL;
    hunt.logon.exhibit = NULL;
    assert_string_equal(need(f, "backdoor-confirmed")->evidence[0].path,
                        "/aspnet_client/supp0rt.aspx");
    json_t *record = record_of(f);
    const json_t *b = json_object_get(record, "backdoor");
    const json_t *first = json_array_get(json_object_get(b, "candidates"), 0);
    assert_true(json_is_null(json_object_get(first, "exhibit")));
    assert_true(json_is_string(json_object_get(first, "curl")));
    json_decref(record);
}

/* Whatever happens, nothing of this says that a server is clean, or safe. */
static void never_clean(void **state)
{
    static const char *const hunts[] = { "none", "branding", "blocked", "proxied", "guarded" };
    static const char *const banned[] = { "clean", "safe", "not compromised", "no back door" };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_OF(hunts); i++) {
        begin_hunt(f, hunts[i]);
        json_t *record = record_of(f);
        char *text = json_dumps(json_object_get(record, "backdoor"), 0);
        char *page = json_dumps(json_object_get(record, "logon_page"), 0);
        for (size_t k = 0; k < N_OF(banned); k++)
            if (strstr(text, banned[k]) || strstr(page, banned[k]))
                fail_msg("%s: \"%s\" in %s %s", hunts[i], banned[k], text, page);
        assert_non_null(strstr(text, "Most web shells have a name of their own"));
        free(text);
        free(page);
        json_decref(record);
    }
}

static const char *text_at(const json_t *at, const char *a, size_t i, const char *b)
{
    return json_string_value(json_object_get(json_array_get(json_object_get(at, a), i), b));
}

static void record(void **state)
{
    struct fixture *f = *state;

    begin_hunt(f, "oab");
    json_t *host = record_of(f);
    const json_t *b = json_object_get(host, "backdoor");
    const json_t *first = json_array_get(json_object_get(b, "candidates"), 0);
    const json_t *shown = json_object_get(first, "exhibit");
    assert_string_equal(text_at(b, "candidates", 0, "level"), "confirmed");
    assert_string_equal(text_at(first, "signatures", 0, "id"), "oab-vdir-dump");
    assert_string_equal(text_at(first, "signatures", 0, "strength"), "confirmed");
    assert_string_equal(json_string_value(json_object_get(shown, "url")),
                        "/aspnet_client/supp0rt.aspx");
    assert_string_equal(json_string_value(json_object_get(shown, "time")),
                        "2026-11-23T07:41:00.660Z");
    assert_string_equal(
        json_string_value(json_array_get(json_array_get(json_object_get(shown, "headers"), 1), 1)),
        "text/html; charset=utf-8");
    assert_string_equal(text_at(b, "calibration", 1, "folder"), "/aspnet_client/");
    assert_string_equal(
        text_at(json_array_get(json_object_get(b, "calibration"), 1), "baselines", 1, "url"),
        "/aspnet_client/velidoransa.aspx");
    assert_string_equal(text_at(b, "candidates", 0, "curl"),
                        "curl -ski --http1.1 --max-time 30 -A exprobe/0.1.0 --resolve"
                        " mail.example.com:443:192.0.2.1"
                        " https://mail.example.com/aspnet_client/supp0rt.aspx");
    /* The other folder has nothing to compare: what its random names led to is enough. */
    hunt.backdoor.n_suspects = 1;
    json_decref(host);
    host = record_of(f);
    b = json_object_get(host, "backdoor");
    shown = json_array_get(
        json_object_get(json_array_get(json_object_get(b, "calibration"), 0), "baselines"), 0);
    assert_true(json_is_null(json_object_get(shown, "excerpt")));
    assert_int_equal(json_array_size(json_object_get(shown, "headers")), 1);
    shown = json_array_get(
        json_object_get(json_array_get(json_object_get(b, "calibration"), 1), "baselines"), 0);
    assert_true(json_is_string(json_object_get(shown, "excerpt")));
    assert_int_equal(json_array_size(json_object_get(shown, "headers")), 2);
    json_decref(host);

    begin_hunt(f, "blocked");
    host = record_of(f);
    b = json_object_get(host, "backdoor");
    assert_string_equal(json_string_value(json_object_get(b, "reason")), "blocked");
    assert_string_equal(json_string_value(json_object_get(json_object_get(b, "blocked"), "by")),
                        "403");
    json_decref(host);
}

/* All tables full of the worst there can be: the reader takes the line. */
static void the_longest_record(void **state)
{
    static struct ex_exhibit e;
    struct fixture *f = *state;

    begin_hunt(f, "oab");
    e = *hunt.backdoor.suspects[0].exhibit;
    memset(e.excerpt, 0x80, sizeof(e.excerpt));
    e.n_excerpt = EX_EXCERPT_SIZE;
    memset(e.headers, 0x1b, sizeof(e.headers) - 1);
    memset(e.path + 1, 'x', sizeof(e.path) - 2);
    for (size_t i = 0; i < EX_SUSPECTS_MAX; i++) {
        hunt.backdoor.suspects[i] = hunt.backdoor.suspects[0];
        hunt.backdoor.suspects[i].exhibit = &e;
        memset(hunt.backdoor.suspects[i].front_end, 0x1b, 63);
    }
    for (size_t i = 0; i < EX_BD_FOLDERS_MAX; i++) {
        hunt.backdoor.folders[i] = hunt.backdoor.folders[0];
        hunt.backdoor.folders[i].baseline[0] = hunt.backdoor.folders[i].baseline[1] = &e;
    }
    for (size_t i = 0; i < EX_SCRIPTS_MAX; i++) {
        struct ex_script *s = &hunt.logon.scripts[i];

        *s = (struct ex_script){ .features = 0x7fff, .kind = EX_SCRIPT_FOREIGN, .score = 250 };
        memset(s->sink, 0x1b, sizeof(s->sink) - 1);
        memset(s->url, 'a' + (int)i % 26, sizeof(s->url) - 1);
        memset(s->excerpt, 0x1b, sizeof(s->excerpt) - 1);
        memset(s->sha256, 'f', sizeof(s->sha256) - 1);
    }
    hunt.logon.n_scripts = EX_SCRIPTS_MAX;
    hunt.logon.state = EX_LP_CONFIRMED;
    hunt.logon.features = 0x7fff;
    hunt.backdoor.n_suspects = EX_SUSPECTS_MAX;
    hunt.backdoor.n_folders = EX_BD_FOLDERS_MAX;
    json_t *host = record_of(f); /* which looks at the length */
    assert_int_equal(f->all.severity, EX_SEV_CRITICAL);
    assert_int_equal(need(f, "backdoor-confirmed")->n_evidence, EX_FINDING_EVIDENCE_MAX);
    json_decref(host);
}

/* Every string that is in a record somewhere. */
static void check_strings(const json_t *at)
{
    const char *key;
    json_t *value;
    size_t i;

    if (json_is_string(at)) {
        struct ex_cur c = ex_cur_of(ex_span_str(json_string_value(at)));

        while (c.left > 0)
            if (ex_utf8_is_unsafe(ex_utf8_next(&c)))
                fail_msg("unsafe: %s", json_string_value(at));
    } else if (json_is_object(at)) {
        json_object_foreach ((json_t *)at, key, value)
            check_strings(value);
    }
    json_array_foreach (at, i, value)
        check_strings(value);
}

static void hostile(void **state)
{
    struct fixture *f = *state;

    begin_hunt(f, "hostile");
    json_t *host = record_of(f);
    check_strings(host);
    const json_t *first =
        json_array_get(json_object_get(json_object_get(host, "backdoor"), "candidates"), 0);
    assert_string_equal(
        json_string_value(json_object_get(json_object_get(first, "exhibit"), "excerpt")),
        "\\x1b[2J\\xe2\\x80\\xae\\xff\"'`$(id)\\\\\\x0d\\x0a\\x00\\x9b end");
    json_decref(host);
}

/* Each byte of a body can be told from what is printed. */
static void bodies_are_escaped(void **state)
{
    static const struct {
        const char *raw;
        size_t n, size;
        const char *want;
    } rows[] = {
        { "", 0, 8, "" },
        { "a\\b", 3, 8, "a\\\\b" },
        { "\0\r\n\x7f", 4, 32, "\\x00\\x0d\\x0a\\x7f" },
        { "\xc3\xa9\xc3", 3, 32, "\xc3\xa9\\xc3" },
        { "\xe2\x80\xae", 3, 32, "\\xe2\\x80\\xae" },
        { "\xc2\x9b", 2, 32, "\\xc2\\x9b" },
        { "abc", 3, 3, "ab" },
        { "a\xff", 2, 5, "a" }, /* never half an escape */
        { "\\\\", 2, 4, "\\\\" },
        { "a", 1, 0, "-" },
    };
    char got[64], again[64];
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        SET(got, "-");
        const size_t n = ex_utf8_escape(
            got, rows[i].size, (struct ex_span){ (const uint8_t *)rows[i].raw, rows[i].n });
        if (strcmp(got, rows[i].want) != 0 || (rows[i].size && n != strlen(got)))
            fail_msg("row %zu: \"%s\"", i, got);
        ex_utf8_visible(again, sizeof(again), ex_span_str(got));
        assert_string_equal(again, got);
    }
}

/* Frozen, as the schema has them: closed lists, in their order. */
static void words_are_frozen(void **state)
{
    char got[512];
    struct ex_put w;
    (void)state;

#define CHECK(type, text, first, want)                                                             \
    w = ex_put_of(got, sizeof(got));                                                               \
    for (int i = first; text((type)i)[0]; i++) {                                                   \
        ex_put_str(&w, i > first ? " " : "");                                                      \
        ex_put_str(&w, text((type)i));                                                             \
    }                                                                                              \
    assert_string_equal(got, want)
    CHECK(enum ex_backdoor_state, ex_backdoor_str, 0,
          "not-assessed none-seen review suspicious likely confirmed");
    CHECK(enum ex_bd_reason, ex_bd_reason_str, EX_BDR_NONE + 1,
          "switched-off not-exchange not-finished control-failed folders-not-assessed blocked"
          " timeout budget password-receiver interrupted internal-error");
    CHECK(enum ex_folder_state, ex_folder_state_str, 0,
          "not-asked assessed wildcard unstable refused redirected failing blocked");
    CHECK(enum ex_trace, ex_trace_str, 0,
          "none other-headers other-body other-redirect other-status refused server-error answers");
    CHECK(enum ex_repeat, ex_repeat_str, 0, "not-done not-needed same different");
    CHECK(enum ex_logon_state, ex_logon_str, 0,
          "not-assessed not-native genuine customised review suspicious likely confirmed");
    CHECK(enum ex_feature, ex_feature_str, 0, "C1 C2 S1 S2 S3 S4 S5 H1 K1 F1 F2 M1 O1 X1 B1");
    CHECK(enum ex_script_kind, ex_script_kind_str, 0,
          "inline handler same-origin foreign static form");
#undef CHECK
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_exhibit),       cmocka_unit_test(never_clean),
        cmocka_unit_test(record),           cmocka_unit_test(the_longest_record),
        cmocka_unit_test(hostile),          cmocka_unit_test(bodies_are_escaped),
        cmocka_unit_test(words_are_frozen),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
