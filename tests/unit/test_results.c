// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "swept.h"

#include "core/put.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

#define RUN(id) "{\"type\":\"run\",\"schema\":\"exprobe/1\",\"run_id\":\"" id "\"}\n"
#define HOST_AT(target, address, state, started, severity)                                         \
    "{\"type\":\"host\",\"target\":\"" target "\",\"address\":\"" address "\",\"state\":\"" state  \
    "\",\"started\":\"" started "\",\"severity\":\"" severity "\"}\n"
#define HOST(target)   HOST_AT(target, "192.0.2.1", "answered", "2026-11-23T07:41:00.000Z", "none")
#define END(hosts)     "{\"type\":\"end\",\"interrupted\":false,\"hosts\":" #hosts "}\n"
#define STOPPED(hosts) "{\"type\":\"end\",\"interrupted\":true,\"hosts\":" #hosts "}\n"

static FILE *open_text(const char *text, size_t n)
{
    /* fmemopen() refuses an empty buffer. */
    FILE *f = n ? fmemopen((void *)text, n, "r") : fopen("/dev/null", "r");

    assert_non_null(f);
    return f;
}

/* Read everything; "run host host end " of what was handed out. */
static enum ex_status read_all(struct ex_results *r, char *kinds, size_t size, struct ex_error *err)
{
    static const char *const words[] = { "run ", "host ", "end " };
    struct ex_put w = ex_put_of(kinds, size);
    struct ex_record rec;
    bool got = true;

    while (got) {
        const enum ex_status st = ex_results_next(r, &rec, &got, err);

        if (st != EX_OK)
            return st;
        if (got)
            ex_put_str(&w, words[rec.kind]);
    }
    return EX_OK;
}

static void sequences(void **state)
{
    static const struct {
        const char *text, *kinds;
        size_t n_runs, n_complete;
        uint64_t torn;
    } rows[] = {
        { RUN("a") HOST("x:443") END(1), "run host end ", 1, 1, 0 },
        { RUN("a") END(0), "run end ", 1, 1, 0 },
        { RUN("a") HOST("x:443"), "run host ", 1, 0, 0 },                /* no end */
        { RUN("a") HOST("x:443") STOPPED(1), "run host end ", 1, 0, 0 }, /* it says so */
        { RUN("a") HOST("x:443") END(2), "run host end ", 1, 0, 0 },     /* a line is lost */
        { RUN("a") HOST("x:443") HOST("y:443") END(1), "run host host end ", 1, 0, 0 },
        { RUN("a") HOST("x:443") END(1) RUN("b") HOST("y:443") END(1), "run host end run host end ",
          2, 2, 0 },
        { RUN("a") HOST("x:443") RUN("b") HOST("y:443") END(1), "run host run host end ", 2, 1, 0 },
        /* Resumed: the run record comes again, and the run goes on. */
        { RUN("a") HOST("x:443") RUN("a") HOST("y:443") END(2), "run host run host end ", 1, 1, 0 },
        { RUN("a") HOST("x:443") RUN("a") HOST("y:443") END(1), "run host run host end ", 1, 1, 0 },
        { RUN("a") HOST("x:443") STOPPED(1) RUN("a") HOST("y:443") END(2),
          "run host end run host end ", 1, 1, 0 },
        /* The same complete file twice is two runs. */
        { RUN("a") HOST("x:443") END(1) RUN("a") HOST("x:443") END(1), "run host end run host end ",
          2, 2, 0 },
        /* A torn last line, and one that a later file was concatenated to. */
        { RUN("a") HOST("x:443") "{\"type\":\"host\",\"targ", "run host ", 1, 0, 1 },
        { RUN("a") HOST("x:443") "{\"type\":\"end\",\"interrupted\":false,\"hosts\":1", "run host ",
          1, 0, 1 },
        { RUN("a") "{\"type\":\"host\",\"targ" RUN("b") HOST("y:443") END(1), "run run host end ",
          2, 1, 1 },
        /* A last line without its newline is whole all the same. */
        { RUN("a") HOST("x:443") "{\"type\":\"end\",\"interrupted\":false,\"hosts\":1}",
          "run host end ", 1, 1, 0 },
        { "\n  \n" RUN("a") "\r\n" END(0) "\n", "run end ", 1, 1, 0 },
        /* Types and keys that come later are none of our business. */
        { RUN("a") "{\"type\":\"finding\",\"x\":[1]}\n" END(0), "run end ", 1, 1, 0 },
        { RUN("a") "{\"type\":\"end\",\"interrupted\":false,\"hosts\":-1}\n", "run end ", 1, 1, 0 },
        { RUN("a") HOST("x:443") "{\"type\":\"end\",\"interrupted\":false,\"hosts\":-1}\n",
          "run host end ", 1, 0, 0 },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        FILE *const in[] = { open_text(rows[i].text, strlen(rows[i].text)) };
        const char *const names[] = { "f" };
        struct ex_results *r = NULL;
        struct ex_error err = { "" };
        char kinds[256];
        size_t complete = 0;

        assert_int_equal(ex_results_new(&r, in, names, 1), EX_OK);
        if (read_all(r, kinds, sizeof(kinds), &err) != EX_OK)
            fail_msg("row %zu: %s", i, err.text);
        for (size_t k = 0; k < ex_results_n_runs(r); k++)
            complete += ex_run_is_complete(ex_results_run(r, k));
        if (strcmp(kinds, rows[i].kinds) != 0 || ex_results_n_runs(r) != rows[i].n_runs ||
            complete != rows[i].n_complete || ex_results_torn(r) != rows[i].torn)
            fail_msg("row %zu: \"%s\", %zu runs, %zu complete, %llu torn", i, kinds,
                     ex_results_n_runs(r), complete, (unsigned long long)ex_results_torn(r));
        ex_results_free(r);
        fclose(in[0]);
    }
}

static void refusals(void **state)
{
    static const struct {
        const char *text, *message;
        size_t n; /* of text, when it has a NUL */
    } rows[] = {
        { "", "f: holds no record of exprobe; was the scan stopped before it began?" },
        { "\n\n", "f: holds no record of exprobe; was the scan stopped before it began?" },
        { "{\"type\":\"ru",
          "f: holds no record of exprobe; was the scan stopped before it began?" },
        { HOST("x:443"),
          "f:1: a record outside of a run; a result file begins with its run record" },
        { RUN("a") END(0) HOST("x:443"),
          "f:3: a record outside of a run; a result file begins with its run record" },
        { "{\"type\":\"build\"}\n",
          "f:1: a record outside of a run; a result file begins with its run record" },
        { "{\"type\":\"run\",\"schema\":\"exprobe/2\",\"run_id\":\"a\"}\n",
          "f:1: this exprobe reads schema exprobe/1, the file has \"exprobe/2\"" },
        { "{\"type\":\"run\",\"run_id\":\"a\"}\n",
          "f:1: this exprobe reads schema exprobe/1, the file has \"\"" },
        { "{\"type\":\"run\",\"schema\":\"exprobe/1\"}\n",
          "f:1: the run record has no \"run_id\"" },
        { RUN("a") "garbage\n" END(0),
          "f:2: not a record of exprobe (one JSON object a line); the file is damaged or of another"
          " program" },
        { RUN("a") "{\"a\":1,\"a\":2}\n",
          "f:2: not a record of exprobe (one JSON object a line); the file is damaged or of another"
          " program" },
        { RUN("a") "[1]\n", "f:2: not a record of exprobe: it has no \"type\"" },
        { RUN("a") "{\"type\":7}\n", "f:2: not a record of exprobe: it has no \"type\"" },
        { RUN("a") "{\"type\":\"host\"}\n", "f:2: the host record has no usable \"target\"" },
        { RUN("a") HOST_AT("x:443", "", "fine\\u001b", "", "none"),
          "f:2: the host record has an unknown \"state\" \"fine\\x1b\"" },
        { RUN("a") HOST_AT("x:443", "", "answered", "", "worst"),
          "f:2: the host record has an unknown \"severity\" \"worst\"" },
        { RUN("a") "{\"type\":\"end\",\"hosts\":0}\n",
          "f:2: the end record lacks \"interrupted\" or \"hosts\"" },
        { RUN("a") "{\"type\":\"end\",\"interrupted\":false}\n",
          "f:2: the end record lacks \"interrupted\" or \"hosts\"" },
        { "\0\0\n",
          "f:1: not a record of exprobe (one JSON object a line); the file is damaged or"
          " of another program",
          3 },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const size_t n = rows[i].n ? rows[i].n : strlen(rows[i].text);
        FILE *const in[] = { open_text(rows[i].text, n) };
        const char *const names[] = { "f" };
        struct ex_results *r = NULL;
        struct ex_error err = { "" };
        char kinds[256];

        assert_int_equal(ex_results_new(&r, in, names, 1), EX_OK);
        const enum ex_status st = read_all(r, kinds, sizeof(kinds), &err);
        if (st != EX_EINPUT || strcmp(err.text, rows[i].message) != 0)
            fail_msg("row %zu: %s: %s", i, ex_status_str(st), err.text);
        ex_results_free(r);
        fclose(in[0]);
    }
}

static void several_files(void **state)
{
    static const char first[] = RUN("a") HOST("x:443") END(1), second[] = RUN("b") "x\n";
    FILE *const in[] = { open_text(first, strlen(first)), open_text(second, strlen(second)) };
    const char *const names[] = { "one", "two" };
    struct ex_results *r = NULL;
    struct ex_error err = { "" };
    char kinds[64];
    (void)state;

    assert_int_equal(ex_results_new(&r, in, names, 2), EX_OK);
    assert_int_equal(read_all(r, kinds, sizeof(kinds), &err), EX_EINPUT);
    assert_string_equal(kinds, "run host end run ");
    assert_true(strncmp(err.text, "two:2: ", 7) == 0);
    assert_string_equal(ex_results_run(r, 1)->file, "two");
    ex_results_free(r);
    fclose(in[0]);
    fclose(in[1]);
}

/* The longest line there may be, and one byte more. */
static void long_lines(void **state)
{
    static const char head[] = RUN("a") "{\"type\":\"host\",\"target\":\"x:443\",\"state\":"
                                        "\"refused\",\"severity\":\"none\",\"x\":\"";
    static const char tail[] = "\"}\n" END(1);
    const size_t line_start = strlen(RUN("a"));
    (void)state;

    for (size_t more = 0; more < 2; more++) {
        const size_t fill = EX_RESULT_LINE_MAX - (strlen(head) - line_start) - 2 + more;
        const size_t n = strlen(head) + fill + strlen(tail);
        char *text = malloc(n);
        struct ex_results *r = NULL;
        struct ex_error err = { "" };
        char kinds[64];

        assert_non_null(text);
        memcpy(text, head, strlen(head));
        memset(text + strlen(head), 'a', fill);
        memcpy(text + strlen(head) + fill, tail, strlen(tail));
        FILE *const in[] = { open_text(text, n) };
        const char *const names[] = { "f" };
        assert_int_equal(ex_results_new(&r, in, names, 1), EX_OK);
        assert_int_equal(read_all(r, kinds, sizeof(kinds), &err), more ? EX_EINPUT : EX_OK);
        if (more)
            assert_string_equal(err.text, "f:2: the line is longer than 4 MiB; this is not a result"
                                          " of exprobe");
        ex_results_free(r);
        fclose(in[0]);
        free(text);
    }
}

/* Of one host, the newest record that was not broken off. */
static void newest_record_wins(void **state)
{
#define H(state, time, severity) HOST_AT("x:443", "192.0.2.1", state, time, severity)
    static const struct {
        const char *text;
        enum ex_severity want;
    } rows[] = {
        { RUN("a") H("answered", "2026-11-22", "high") H("answered", "2026-11-23", "low"),
          EX_SEV_LOW },
        { RUN("a") H("answered", "2026-11-23", "low") H("answered", "2026-11-22", "high"),
          EX_SEV_LOW },
        { RUN("a") H("answered", "2026-11-22", "high") H("interrupted", "2026-11-23", "none"),
          EX_SEV_HIGH },
        { RUN("a") H("interrupted", "2026-11-23", "none") H("answered", "2026-11-22", "high"),
          EX_SEV_HIGH },
        { RUN("a") H("internal-error", "2026-11-23", "none") H("refused", "2026-11-22", "low"),
          EX_SEV_LOW },
        { RUN("a") H("answered", "2026-11-22", "high") H("refused", "2026-11-23", "none"),
          EX_SEV_NONE }, /* it went dark: that is news */
        { RUN("a") H("answered", "2026-11-23", "low") H("answered", "2026-11-23", "medium"),
          EX_SEV_MEDIUM },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct swept s = sweep_text(rows[i].text);
        const struct ex_rows *got = &s.sweep->all;

        if (got->n != 1 || got->at[0]->severity != rows[i].want || s.sweep->n_replaced != 1)
            fail_msg("row %zu: %zu hosts, %s", i, got->n, ex_severity_str(got->at[0]->severity));
        unsweep(&s);
    }
#undef H
}

#define FINDING(action, severity)                                                                  \
    "{\"action\":\"" action "\",\"severity\":\"" severity "\",\"title\":\"t\"}"
#define HOST_WITH(target, severity, findings)                                                      \
    "{\"type\":\"host\",\"target\":\"" target                                                      \
    "\",\"address\":\"192.0.2.1\",\"state\":\"answered\","                                         \
    "\"severity\":\"" severity "\",\"exchange\":{\"present\":\"yes\"},\"findings\":[" findings     \
    "]}\n"

static void rows_and_actions(void **state)
{
    static const char text[] = RUN("a") HOST_WITH("a:443", "low", FINDING("Renew", "low"))
        HOST_WITH("b:443", "critical",
                  FINDING("Install", "critical") "," FINDING("Renew", "medium") "," FINDING(
                      "Install", "low")) HOST_WITH("c:443", "high", FINDING("Install", "high"))
            HOST_WITH("d:443", "info", FINDING("Look", "info"))
                HOST_AT("e:443", "", "refused", "", "none")
                    HOST_AT("b:443", "192.0.2.2", "answered", "", "none");
    struct swept s = sweep_text(text);
    const struct ex_rows *got = &s.sweep->all;
    char order[64];
    struct ex_put w = ex_put_of(order, sizeof(order));
    (void)state;

    for (size_t i = 0; i < got->n; i++) {
        ex_put_str(&w, got->at[i]->target);
        ex_put_str(&w, got->at[i]->several ? "* " : " ");
    }
    assert_string_equal(order, "b* c a b* e d "); /* unknown before clean; worst first */
    assert_int_equal(got->n_targets, 5);
    assert_int_equal(got->n_actions, 3);
    assert_string_equal(got->actions[0].text, "Install");
    assert_int_equal(got->actions[0].n_hosts, 2);
    assert_string_equal(got->actions[0].hosts[0]->target, "b");
    assert_string_equal(got->actions[1].text, "Renew");
    assert_int_equal(got->actions[1].severity, EX_SEV_MEDIUM);
    assert_string_equal(got->actions[1].hosts[1]->target, "a");
    assert_string_equal(got->actions[2].text, "Look");
    unsweep(&s);
}

/* A shard that is not there is as bad as a run that did not end. */
static void shards(void **state)
{
#define SHARD(id, shard)                                                                           \
    "{\"type\":\"run\",\"schema\":\"exprobe/1\",\"run_id\":\"" id "\",\"shard\":\"" shard          \
    "\"}\n{\"type\":\"end\",\"interrupted\":false,\"hosts\":0}\n"
    static const struct {
        const char *text;
        bool complete;
    } rows[] = {
        { SHARD("a", "1/1"), true },
        { SHARD("a", "1/2"), false },
        { SHARD("a", "2/2") SHARD("b", "1/2"), true },
        { SHARD("a", "2/2") SHARD("b", "2/2"), false },
        { SHARD("a", "1/2") SHARD("b", "2/2") SHARD("c", "1/3"), false },
        { SHARD("a", "1/1") SHARD("b", "1/2") SHARD("c", "2/2"), true },
        { SHARD("a", "1/4000000000"), false },
        { SHARD("a", "7"), true },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct swept s = sweep_text(rows[i].text);
        const struct ex_text_options opt = { .width = 100 };
        char *text = text_report_of(&s, &opt);

        if (ex_sweep_is_complete(s.sweep) != rows[i].complete ||
            (strncmp(text, "INCOMPLETE", 10) != 0) != rows[i].complete)
            fail_msg("row %zu: %.60s", i, text);
        free(text);
        unsweep(&s);
    }
#undef SHARD
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sequences),
        cmocka_unit_test(refusals),
        cmocka_unit_test(several_files),
        cmocka_unit_test(long_lines),
        cmocka_unit_test(newest_record_wins),
        cmocka_unit_test(rows_and_actions),
        cmocka_unit_test(shards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
