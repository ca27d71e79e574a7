// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "answer.h"
#include "backdoor/baseline.h"
#include "backdoor/names.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

#define TO(l)   "302 Found\nLocation: " l "\n\n"
#define FE404   TO("/owa/auth/errorFE.aspx?httpCode=404")
#define LOGON   TO("https://mail.example.com/owa/auth/logon.aspx?url=x&reason=0")
#define FOLDER  "/owa/auth/"

static void kinds(void **state)
{
    static const struct {
        const char *folder, *answer;
        enum ex_folder_state want;
    } rows[] = {
        { FOLDER, "404 Not Found\n\n", EX_FS_ASSESSED },
        { FOLDER, "410 Gone\n\n", EX_FS_ASSESSED },
        { FOLDER, FE404, EX_FS_ASSESSED },
        { FOLDER, TO("https://MAIL.example.com/owa/auth/errorfe.aspx?httpcode=404"),
          EX_FS_ASSESSED },
        { FOLDER, TO("https://mail.example.com:443/owa/auth/errorFE.aspx?httpCode=404"),
          EX_FS_ASSESSED },
        { FOLDER, TO("/owa/auth/error.aspx?aspxerrorpath=/owa/auth/x.aspx"), EX_FS_ASSESSED },
        { FOLDER, TO("https://other.example/owa/auth/errorFE.aspx?httpCode=404"),
          EX_FS_REDIRECTED },
        { FOLDER, TO("/owa/auth/errorFE.aspx?httpCode=500"), EX_FS_FAILING },
        { FOLDER, TO("/owa/auth/errorFE.aspx?httpCode=403"), EX_FS_REFUSED },
        { FOLDER, TO("/owa/auth/errorFE.aspx"), EX_FS_REDIRECTED },
        { FOLDER, LOGON, EX_FS_REDIRECTED },
        { "/ecp/auth/", LOGON, EX_FS_ASSESSED },
        { "/ecp/auth/", FE404, EX_FS_ASSESSED },
        { FOLDER, TO("/my.policy"), EX_FS_REDIRECTED },
        { FOLDER, "302 Found\n\n", EX_FS_REDIRECTED },
        { FOLDER, "200 OK\n\n", EX_FS_WILDCARD },
        { FOLDER, "204 No Content\n\n", EX_FS_WILDCARD },
        { FOLDER, "401 Unauthorized\n\n", EX_FS_REFUSED },
        { FOLDER, "403 Forbidden\n\n", EX_FS_REFUSED },
        { FOLDER, "440 Login Timeout\n\n", EX_FS_REFUSED },
        { FOLDER, "500 Error\n\n", EX_FS_FAILING },
        { FOLDER, "503 Busy\n\n", EX_FS_FAILING },
        { FOLDER, "999 Denied\n\n", EX_FS_UNSTABLE },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct answer a;
        const enum ex_folder_state got = ex_answer_kind(
            rows[i].folder, answer_of(&a, "/owa/auth/x.aspx", rows[i].answer), "mail.example.com");

        if (got != rows[i].want)
            fail_msg("%s %s: %s", rows[i].folder, rows[i].answer, ex_folder_state_str(got));
    }
}

#define MISS  "404 Not Found\nServer: x\n\nno {} here"
#define LOST  NULL
#define OTHER "404 Not Found\nServer: x\nX-More: 1\n\nno {} here"

/* Samples one after the other, then the answer for a name. */
static const struct calibrated {
    const char *name;
    const char *samples[EX_SAMPLES_MAX];
    unsigned n_asked;
    enum ex_folder_state state;
    const char *answer;
    enum ex_trace trace;
} rows[] = {
    { "two misses", { MISS, MISS }, 2, EX_FS_ASSESSED, MISS, EX_TRACE_NONE },
    { "redirects", { FE404, FE404 }, 2, EX_FS_ASSESSED, FE404, EX_TRACE_NONE },
    { "an answer", { MISS, MISS }, 2, EX_FS_ASSESSED, "200 OK\n\nx", EX_TRACE_ANSWERS },
    { "an empty answer", { MISS, MISS }, 2, EX_FS_ASSESSED, "204 None\n\n", EX_TRACE_ANSWERS },
    { "a refusal", { MISS, MISS }, 2, EX_FS_ASSESSED, "401 No\n\n", EX_TRACE_REFUSED },
    { "a failure", { MISS, MISS }, 2, EX_FS_ASSESSED, "500 No\n\n", EX_TRACE_ERROR },
    { "a failure, as Exchange says it",
      { FE404, FE404 },
      2,
      EX_FS_ASSESSED,
      TO("/owa/auth/errorFE.aspx?httpCode=500"),
      EX_TRACE_ERROR },
    { "a redirect for a miss", { MISS, MISS }, 2, EX_FS_ASSESSED, FE404, EX_TRACE_STATUS },
    { "another redirect", { FE404, FE404 }, 2, EX_FS_ASSESSED, TO("/x"), EX_TRACE_REDIRECT },
    { "another field", { MISS, MISS }, 2, EX_FS_ASSESSED, OTHER, EX_TRACE_HEADERS },
    { "another text",
      { MISS, MISS },
      2,
      EX_FS_ASSESSED,
      "404 Not Found\nServer: x\n\ngone",
      EX_TRACE_BODY },
    { "texts that vary, within their spread",
      { "404 No\n\none of the usual", "404 No\n\nsomething quite different" },
      2,
      EX_FS_ASSESSED,
      "404 No\n\na third",
      EX_TRACE_NONE },
    { "texts that vary, far longer",
      { "404 No\n\none", "404 No\n\ntwo" },
      2,
      EX_FS_ASSESSED,
      "404 No\n\n"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      EX_TRACE_BODY },
    { "the first sample was an accident",
      { "502 Bad\n\n", MISS, MISS, MISS },
      4,
      EX_FS_ASSESSED,
      "502 Bad\n\n",
      EX_TRACE_ERROR },
    { "a lost sample", { LOST, MISS, MISS, MISS }, 4, EX_FS_ASSESSED, MISS, EX_TRACE_NONE },
    { "two servers, one of each pair",
      { MISS, OTHER, MISS, OTHER },
      4,
      EX_FS_UNSTABLE,
      MISS,
      EX_TRACE_NONE },
    { "two servers, and luck: both are known misses",
      { MISS, OTHER, MISS, MISS },
      4,
      EX_FS_ASSESSED,
      OTHER,
      EX_TRACE_NONE },
    { "now this, now that",
      { MISS, "200 OK\n\n", MISS, "200 OK\n\n" },
      4,
      EX_FS_UNSTABLE,
      MISS,
      EX_TRACE_NONE },
    { "nothing at all", { LOST, LOST, LOST, LOST }, 4, EX_FS_UNSTABLE, MISS, EX_TRACE_NONE },
    { "one sample", { LOST, LOST, LOST, MISS }, 4, EX_FS_UNSTABLE, MISS, EX_TRACE_NONE },
    { "wildcard",
      { "200 OK\n\n{}", "200 OK\n\n{}" },
      2,
      EX_FS_WILDCARD,
      "200 OK\n\n{}",
      EX_TRACE_NONE },
};

/* {} is what was asked for. */
static const struct ex_exchange *answered(struct answer *a, char *room, size_t size,
                                          const char *path, const char *text)
{
    const char *at = text ? strstr(text, "{}") : NULL;

    if (!text)
        return NULL;
    if (at)
        snprintf(room, size, "%.*s%s%s", (int)(at - text), text, path, at + 2);
    return answer_of(a, path, at ? room : text);
}

static void calibrations(void **state)
{
    static const char *const paths[] = { FOLDER "k3XwT9bz.aspx", FOLDER "dalorimeku.aspx",
                                         FOLDER "b2NqW4xf.aspx", FOLDER "ketisoranuve.aspx" };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_baseline b = { 0 };
        struct answer a;
        char room[512];
        const struct ex_exchange *x;
        struct ex_footprint f;
        enum ex_trace trace;

        for (size_t k = 0; k < EX_SAMPLES_MAX && !b.settled; k++)
            ex_baseline_add(&b, FOLDER,
                            answered(&a, room, sizeof(room), paths[k], rows[i].samples[k]), "h");
        x = answered(&a, room, sizeof(room), FOLDER "log.aspx", rows[i].answer);
        f = ex_footprint_of(x);
        trace = ex_baseline_compare(&b, &f, x);
        if (b.n_asked != rows[i].n_asked || b.state != rows[i].state || trace != rows[i].trace)
            fail_msg("%s: %u samples, %s, %s", rows[i].name, b.n_asked,
                     ex_folder_state_str(b.state), ex_trace_str(trace));
    }
}

static void hits_of_samples(void **state)
{
    const struct ex_hits theirs = { .at = { { "a", "", EX_STRENGTH_LIKELY } }, .n = 1 };
    struct ex_hits hits = {
        .at = { { "b", "", EX_STRENGTH_CONFIRMED }, { "a", "", EX_STRENGTH_LIKELY } }, .n = 2
    };
    struct ex_baseline b = { 0 };

    (void)state;
    ex_baseline_note_hits(&b, &theirs);
    ex_baseline_note_hits(&b, &theirs);
    assert_int_equal(b.n_hits, 1);
    ex_baseline_remove_hits(&b, &hits);
    assert_int_equal(hits.n, 1);
    assert_string_equal(hits.at[0].id, "b");
}

static void random_names(void **state)
{
    static struct ex_path_row listed = { .path = "" };
    const struct ex_name_list list = { &listed, 1 };
    char first[64], again[64];
    uint64_t seed;

    (void)state;
    for (uint64_t i = 0; i < 2000; i++) {
        const enum ex_name_shape shape = i % 2 ? EX_NAME_PRONOUNCED : EX_NAME_MIXED;
        size_t n;

        listed.path = "";
        seed = i;
        ex_random_path(first, sizeof(first), "/f/", ".aspx", shape, &seed, &list, 1);
        n = strlen(first) - strlen("/f/.aspx");
        assert_true(shape == EX_NAME_MIXED ? n == 8 : n >= 10 && n <= 12);
        assert_int_equal(strspn(first + 3, shape == EX_NAME_MIXED
                                               ? "bdfghjkmnqtvwxzBDFGHJKMNQTVWXZ23456789"
                                               : "abdefgiklmnorstuvz"),
                         n);
        ex_random_path(again, sizeof(again), "/f/", ".aspx", shape, &seed, &list, 1);
        assert_string_not_equal(first, again);
        for (char *c = first; *c; c++) /* the list has it in capitals */
            *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
        listed.path = first;
        seed = i;
        ex_random_path(again, sizeof(again), "/f/", ".aspx", shape, &seed, &list, 1);
        assert_false(ex_span_eq_nocase(ex_span_str(again), first));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds),
        cmocka_unit_test(calibrations),
        cmocka_unit_test(hits_of_samples),
        cmocka_unit_test(random_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
