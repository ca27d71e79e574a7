// SPDX-License-Identifier: MIT
#include <sys/stat.h>

#include "resume_file.h"

/* What stays of a file, and what is known of the run then. */
static void files(void **state)
{
    static const struct {
        const char *before, *after;
        bool done, complete;
        uint64_t hosts;
    } rows[] = {
        /* killed: the end is missing, or torn */
        { RUN, RUN, true, false, 0 },
        { RUN HOST_A HOST_B, RUN HOST_A HOST_B, true, false, 2 },
        { RUN HOST_A "{\"type\":\"ho", RUN HOST_A, true, false, 1 },
        { RUN HOST_A HOST_A2 HOST_B "{\"type\":\"end\"}", RUN HOST_A HOST_A2 HOST_B, true, false,
          3 },
        /* stopped: the end record goes, and what was broken off, wherever it stands */
        { RUN HOST_A STOPPED, RUN HOST_A, true, false, 1 },
        { RUN HOST_A BROKEN BROKEN STOPPED, RUN HOST_A, true, false, 1 },
        { RUN BROKEN HOST_A BROKEN HOST_B STOPPED, RUN HOST_A HOST_B, true, false, 2 },
        { RUN BROKEN BROKEN STOPPED, RUN, true, false, 0 },
        { RUN OURS HOST_A FINISHED, RUN HOST_A, true, false, 1 },
        { RUN HOST_A STOPPED HOST_B, RUN HOST_A HOST_B, true, false, 2 },
        { RUN HOST_A OTHER BROKEN OTHER, RUN HOST_A OTHER OTHER, true, false, 1 },
        /* damaged in the middle */
        { RUN HOST_A "{\"type\":\"ho" HOST_A2 HOST_B, RUN HOST_A HOST_B, true, false, 2 },
        { RUN "\n" HOST_A "\n", RUN HOST_A, true, false, 1 },
        /* complete: as it is */
        { RUN HOST_A HOST_A2 HOST_B FINISHED, RUN HOST_A HOST_A2 HOST_B FINISHED, true, true, 3 },
        { RUN END_OF(0, "false"), RUN END_OF(0, "false"), true, true, 0 },
        /* an end record that does not agree is none */
        { RUN HOST_A HOST_A2 FINISHED, RUN HOST_A HOST_A2, true, false, 2 },
        { RUN HOST_A "{\"type\":\"end\",\"hosts\":1}\n", RUN HOST_A, true, false, 1 },
        { RUN HOST_A
          "{\"type\":\"end\",\"hosts\":1,\"interrupted\":false,\"list_finished\":false}\n",
          RUN HOST_A, true, false, 1 },
        { RUN FINISHED HOST_A HOST_A2 HOST_B, RUN HOST_A HOST_A2 HOST_B, true, false, 3 },
        /* nothing whole */
        { "", "", false, false, 0 },
        { "{\"type\":\"run\",\"sch", "", false, false, 0 },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_resume r;
        struct ex_output o;
        struct ex_error err = { "" };
        size_t n;

        put_file(name, rows[i].before, strlen(rows[i].before));
        if (go_on(&r, &o, &same, &err) != EX_OK)
            fail_msg("row %zu: %s", i, err.text);
        char *after = get_file(name, &n);
        if (strcmp(after, rows[i].after) != 0 || (r.done != NULL) != rows[i].done ||
            r.complete != rows[i].complete || r.totals.hosts != rows[i].hosts)
            fail_msg("row %zu: %llu hosts, complete %d, of\n%s", i,
                     (unsigned long long)r.totals.hosts, r.complete, after);
        /* what is appended comes behind what stayed, in the file that has the name */
        assert_int_equal(write(o.fd, "x", 1), 1);
        free(after);
        after = get_file(name, &n);
        assert_true(n == strlen(rows[i].after) + 1 && after[n - 1] == 'x');
        assert_int_equal(access(beside, F_OK), -1);
        free(after);
        ex_resume_free(&r);
        ex_output_close(&o);
    }
}

/* A power cut may leave any beginning of a file: its whole lines stay, no more and no less; and
 * so it is again when the next power cut comes right then. */
static void cut_anywhere(void **state)
{
    static const char whole[] = RUN HOST_A BROKEN HOST_A2 OURS HOST_B STOPPED;
    static const struct {
        const char *text;
        bool stays;
    } lines[] = { { RUN, true },   { HOST_A, true }, { BROKEN, false }, { HOST_A2, true },
                  { OURS, false }, { HOST_B, true }, { STOPPED, false } };
    (void)state;

    for (size_t cut = 0; cut < sizeof(whole); cut++) {
        char want[sizeof(whole)] = "";
        size_t at = 0;

        for (size_t i = 0; i < N_OF(lines) && at + strlen(lines[i].text) <= cut; i++) {
            at += strlen(lines[i].text);
            if (lines[i].stays)
                memcpy(want + strlen(want), lines[i].text, strlen(lines[i].text) + 1);
        }
        put_file(name, whole, cut);
        for (int round = 0; round < 2; round++) {
            struct ex_resume r;
            struct ex_output o;
            struct ex_error err = { "" };
            size_t n;

            if (go_on(&r, &o, &same, &err) != EX_OK)
                fail_msg("cut at %zu: %s", cut, err.text);
            char *after = get_file(name, &n);
            if (strcmp(after, want) != 0 || n != strlen(want))
                fail_msg("cut at %zu, round %d: %s", cut, round, after);
            free(after);
            ex_resume_free(&r);
            ex_output_close(&o);
        }
    }
}

/* A complete file is as it was until it is opened again; then only its end record goes. */
static void reopened(void **state)
{
    static const char *const rows[][2] = {
        { RUN HOST_A HOST_A2 HOST_B FINISHED, RUN HOST_A HOST_A2 HOST_B },
        { RUN FINISHED HOST_A HOST_A2 HOST_B FINISHED, RUN HOST_A HOST_A2 HOST_B },
        { RUN END_OF(0, "false"), RUN },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_resume r;
        struct ex_output o;
        struct ex_error err = { "" };
        size_t n;

        put_file(name, rows[i][0], strlen(rows[i][0]));
        assert_int_equal(go_on(&r, &o, &same, &err), EX_OK);
        assert_true(r.complete);
        char *after = get_file(name, &n);
        assert_string_equal(after, rows[i][0]);
        free(after);
        assert_int_equal(ex_resume_reopen(&r, &err), EX_OK);
        after = get_file(name, &n);
        if (strcmp(after, rows[i][1]) != 0)
            fail_msg("row %zu: %s", i, after);
        assert_int_equal(access(beside, F_OK), -1);
        free(after);
        ex_resume_free(&r);
        ex_output_close(&o);
    }
}

static void totals(void **state)
{
    static const char bytes[] =
        RUN HOST_A HOST_A2 HOST_B BROKEN HOST_OF("e", "\"192.0.2.5\"", "answered",
                                                 "\"findings\":[{\"rule\":\"x\",\"severity\":"
                                                 "\"high\"}],");
    static const struct {
        struct ex_threshold t;
        bool failed_on;
    } rows[] = {
        { { .rules = "" }, false },
        { { .set = true, .severity = EX_SEV_CRITICAL, .rules = "critical" }, false },
        { { .set = true, .severity = EX_SEV_HIGH, .rules = "high" }, true },
        { { .set = true, .rules = "y,x" }, true },
        { { .set = true, .rules = "y" }, false },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct ex_resume_want want = { &same_run, &same_data, false, &rows[i].t };
        struct ex_resume r;
        struct ex_output o;
        struct ex_error err = { "" };

        put_file(name, bytes, sizeof(bytes) - 1);
        assert_int_equal(go_on(&r, &o, &want, &err), EX_OK);
        assert_int_equal(r.failed_on, rows[i].failed_on);
        assert_int_equal(r.totals.hosts, 4);
        assert_int_equal(r.totals.states[EX_STATE_ANSWERED], 2);
        assert_int_equal(r.totals.states[EX_STATE_REFUSED], 1);
        assert_int_equal(r.totals.states[EX_STATE_DNS_FAILED], 1);
        assert_int_equal(r.totals.states[EX_STATE_INTERRUPTED], 0);
        assert_int_equal(r.totals.severities[EX_SEV_LOW], 4);
        assert_int_equal(r.totals.requests, 12);
        assert_int_equal(r.totals.bytes, 400);
        assert_int_equal(r.as_of, 20777); /* 2026-11-20 */
        assert_true(r.started_unix_ms == 20777 * 86400000ll + 36000000);
        ex_resume_free(&r);
        ex_output_close(&o);
    }
}

/* Rewriting keeps the mode, a link and the lock, and takes what a crash left beside away. */
static void rewritten(void **state)
{
    static const char bytes[] = RUN BROKEN HOST_A;
    static const struct ex_config linked = { .output = "link", .resume = true };
    struct ex_resume r = { .done = NULL };
    struct ex_output o, second;
    struct ex_error err = { "" };
    struct stat before, after, link;
    (void)state;

    put_file(name, bytes, sizeof(bytes) - 1);
    put_file(beside, "rubbish", 7);
    assert_int_equal(chmod(name, 0640), 0);
    assert_int_equal(stat(name, &before), 0);
    assert_int_equal(symlink(name, "link"), 0);
    assert_int_equal(ex_output_open(&o, &linked, &quiet, &err), EX_OK);
    assert_int_equal(ex_resume_read(&r, &o, &same, &quiet, &err), EX_OK);
    assert_int_equal(stat(name, &after), 0);
    assert_int_equal(lstat("link", &link), 0);
    assert_true(S_ISLNK(link.st_mode));
    assert_int_equal(after.st_mode, before.st_mode);
    assert_true(after.st_ino != before.st_ino);
    assert_int_equal(access(beside, F_OK), -1);
    /* a second one finds it locked, under both names */
    assert_int_equal(ex_output_open(&second, &linked, &quiet, &err), EX_EOUTPUT);
    ex_output_close(&second);
    assert_int_equal(ex_output_open(&second, &to_file, &quiet, &err), EX_EOUTPUT);
    ex_output_close(&second);
    ex_resume_free(&r);
    ex_output_close(&o);
    assert_int_equal(ex_output_open(&second, &to_file, &quiet, &err), EX_OK);
    ex_output_close(&second);
    assert_int_equal(unlink("link"), 0);
}

/* Where the new file cannot be made, the old one stays as it was. */
static void cannot_rewrite(void **state)
{
    static const char bytes[] = RUN BROKEN HOST_A;
    struct ex_resume r;
    struct ex_output o;
    struct ex_error err = { "" };
    size_t n;
    (void)state;

    put_file(name, bytes, sizeof(bytes) - 1);
    assert_int_equal(mkdir(beside, 0700), 0);
    assert_int_equal(go_on(&r, &o, &same, &err), EX_EOUTPUT);
    assert_non_null(strstr(err.text, "it is as it was"));
    char *after = get_file(name, &n);
    assert_string_equal(after, bytes);
    free(after);
    ex_resume_free(&r);
    ex_output_close(&o);
    assert_int_equal(rmdir(beside), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files),     cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(totals),    cmocka_unit_test(reopened),
        cmocka_unit_test(rewritten), cmocka_unit_test(cannot_rewrite),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
