// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cmd/request_check.h"
#include "cmd/request_log.h"

enum { TEXT_MAX = 64 * 1024, LINES_MAX = 64 };

static const struct ex_request_run run_info = { .version = "0.1.0",
                                                .run_id = "id",
                                                .user_agent = "exprobe/0.1.0",
                                                .proxy = "",
                                                .scope = "",
                                                .exclude = "" };

/* A file of its own for each test. */
struct world {
    char name[64];
    char text[TEXT_MAX]; /* what is in it */
    size_t n;
};

static int set_up(void **state)
{
    struct world *w = calloc(1, sizeof(*w));

    snprintf(w->name, sizeof(w->name), "/tmp/test_request_log_XXXXXX");
    const int fd = mkstemp(w->name);
    close(fd);
    *state = w;
    return fd < 0;
}

static int tear_down(void **state)
{
    struct world *w = *state;

    unlink(w->name);
    free(w);
    return 0;
}

static void read_back(struct world *w)
{
    const int fd = open(w->name, O_RDONLY);
    const ssize_t n = read(fd, w->text, sizeof(w->text) - 1);

    assert_true(n >= 0);
    w->n = (size_t)n;
    w->text[n] = '\0';
    close(fd);
}

static void write_file(const struct world *w, const char *text, size_t n)
{
    const int fd = open(w->name, O_WRONLY | O_TRUNC);

    assert_int_equal(write(fd, text, n), n);
    close(fd);
}

static struct ex_request_log *open_log(struct world *w)
{
    struct ex_error err = { "" };
    struct ex_request_log *l;

    if (ex_request_log_open(&l, w->name, &run_info, &err) != EX_OK)
        fail_msg("%s", err.text);
    return l;
}

/* A run with @n requests; the last one has no end when @broken_off, and neither has the run. */
static void add_run(struct world *w, unsigned n, bool broken_off)
{
    struct ex_target t = { .kind = EX_TARGET_NAME, .port = 8443, .name = "mail.example.com" };
    const struct ex_addr a = { 4, { 192, 0, 2, 1 } };
    struct ex_request_log *l = open_log(w);
    struct ex_error err = { "" };

    for (unsigned i = 0; i < n; i++) {
        struct ex_contact c = { .kind = EX_CONTACT_REQUEST,
                                .target = &t,
                                .address = &a,
                                .path = "/owa/\"\x7f",
                                .probe = "owa" };

        assert_true(ex_request_log_put(l, &c));
        c.kind = EX_CONTACT_ANSWER;
        c.status = 200;
        c.bytes = 17;
        if (!broken_off || i + 1 < n)
            assert_true(ex_request_log_put(l, &c));
    }
    if (!broken_off && ex_request_log_end(l, &err) != EX_OK)
        fail_msg("%s", err.text);
    ex_request_log_free(l);
    read_back(w);
}

/* "" or what is wrong. */
static const char *checked(const struct world *w, struct ex_request_check *c, struct ex_error *err)
{
    FILE *null = fopen("/dev/null", "w");
    const char *at = w->text;

    *c = (struct ex_request_check){ 0 };
    *err = (struct ex_error){ "" };
    /* By the file as a whole, and line by line for the counts. */
    const enum ex_status st = ex_request_check(null, w->name, false, err);
    fclose(null);
    if (st != EX_OK)
        return strstr(err->text, "line ") ? strstr(err->text, "line ") : err->text;
    while (*at) {
        const size_t n = strcspn(at, "\n");

        assert_int_equal(ex_request_check_line(c, (struct ex_span){ (const uint8_t *)at, n },
                                               at[n] == '\n', NULL),
                         EX_OK);
        at += n + (at[n] == '\n');
    }
    return "";
}

static void whole(void **state)
{
    struct world *w = *state;
    struct ex_request_check c;
    struct ex_error err;

    add_run(w, 3, false);
    add_run(w, 2, true);
    add_run(w, 1, false);
    assert_string_equal(checked(w, &c, &err), "");
    assert_int_equal(c.n, 8 + 4 + 4);
    assert_int_equal(c.n_runs, 3);
    assert_int_equal(c.n_cut, 1);
    assert_int_equal(c.n_requests, 6);
    assert_int_equal(c.n_answers, 5);
    assert_non_null(
        strstr(w->text, "\"request\":2,\"outcome\":\"ok\",\"status\":200,\"bytes\":17"));
    assert_non_null(strstr(w->text, "\"url\":\"https://mail.example.com:8443/owa/"));
    assert_non_null(strstr(w->text, "\"server_name\":\"mail.example.com\""));
}

/* Where the lines begin; one more for the end. */
static size_t lines_of(const struct world *w, size_t at[LINES_MAX + 1])
{
    size_t n = 0;

    for (size_t i = 0; i < w->n; i++)
        if (i == 0 || w->text[i - 1] == '\n')
            at[n++] = i;
    at[n] = w->n;
    return n;
}

static void expect_broken(struct world *w, size_t line, size_t or_line, const char *what)
{
    struct ex_request_check c;
    struct ex_error err;
    const char *said = checked(w, &c, &err);
    const size_t number = strncmp(said, "line ", 5) == 0 ? strtoul(said + 5, NULL, 10) : 0;

    if (number != line && number != or_line)
        fail_msg("%s at line %zu: \"%s\"", what, line, said);
}

/* Any byte of any line but the last, which nothing follows. */
static void changed(void **state)
{
    struct world *w = *state, copy;
    size_t at[LINES_MAX + 1];

    add_run(w, 3, false);
    copy = *w;
    const size_t n = lines_of(w, at);
    for (size_t i = 0; i + 1 < n; i++)
        for (size_t k = at[i]; k + 1 < at[i + 1]; k += 7) {
            w->text[k] = w->text[k] == '0' ? '1' : '0';
            write_file(w, w->text, w->n);
            expect_broken(w, i + 1, i,
                          "a changed byte"); /* or the line before, whose hash it has */
            w->text[k] = copy.text[k];
        }
}

static void taken_out_and_put_in(void **state)
{
    struct world *w = *state, copy;
    size_t at[LINES_MAX + 1];

    add_run(w, 3, false);
    add_run(w, 1, false);
    copy = *w;
    const size_t n = lines_of(w, at);
    for (size_t i = 0; i + 1 < n; i++) {
        const size_t from = at[i], to = at[i + 1];

        w->n = (size_t)(copy.n - (to - from)); /* taken out */
        memcpy(w->text, copy.text, from);
        memcpy(w->text + from, copy.text + to, copy.n - to);
        w->text[w->n] = '\0';
        write_file(w, w->text, w->n);
        expect_broken(w, i + 1, i + 1, "a missing line");
        w->n = copy.n + (to - from); /* twice */
        memcpy(w->text, copy.text, to);
        memcpy(w->text + to, copy.text + from, copy.n - from);
        w->text[w->n] = '\0';
        write_file(w, w->text, w->n);
        expect_broken(w, i + 2, i + 2, "a repeated line");
    }
}

/* Whatever is left of the last line, the next run goes on with the chain. */
static void torn(void **state)
{
    struct world *w = *state, copy;
    struct ex_request_check c;
    struct ex_error err;
    size_t at[LINES_MAX + 1];

    add_run(w, 1, false);
    copy = *w;
    const size_t n = lines_of(w, at);
    for (size_t cut = 1; cut < copy.n; cut += 3) {
        bool at_end = false;

        for (size_t i = 0; i <= n; i++)
            at_end |= at[i] == cut;
        write_file(w, copy.text, cut);
        add_run(w, 1, false);
        if (strcmp(checked(w, &c, &err), "") != 0)
            fail_msg("cut at %zu: %s", cut, err.text);
        assert_memory_equal(w->text, copy.text, cut); /* nothing was taken away */
        assert_int_equal(strstr(w->text + cut, "\"torn\":true") != NULL, !at_end);
    }
    /* And what goes on behind a torn line is torn as well. */
    write_file(w, copy.text, at[2] + 5);
    add_run(w, 1, false);
    write_file(w, w->text, at[2] + 5 + 1 + 9);
    add_run(w, 1, false);
    if (strcmp(checked(w, &c, &err), "") != 0)
        fail_msg("%s", err.text);
    assert_int_equal(c.n_torn, 2);
}

/* Garbage is torn only where a run says so. */
static void garbage(void **state)
{
    struct world *w = *state;
    size_t at[LINES_MAX + 1];

    add_run(w, 2, false);
    add_run(w, 1, false);
    lines_of(w, at);
    memset(w->text + at[5], 'x', at[6] - at[5] - 1);
    write_file(w, w->text, w->n);
    expect_broken(w, 6, 6, "garbage before a run");
    memset(w->text + at[2], 'x', at[3] - at[2] - 1);
    write_file(w, w->text, w->n);
    expect_broken(w, 3, 3, "garbage");
}

static void refused(void **state)
{
    static const char *const texts[] = {
        "{\"type\":\"run\",\"schema\":\"exprobe/1\"}\n",
        "hosts\n",
        "\n",
        "{\"type\":\"begin\",\"schema\":\"exprobe-requests/2\",\"n\":1}\n",
    };
    struct world *w = *state;
    struct ex_error err = { "" };
    struct ex_request_log *l;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        write_file(w, texts[i], strlen(texts[i]));
        if (ex_request_log_open(&l, w->name, &run_info, &err) != EX_EOUTPUT || l ||
            !strstr(err.text, w->name))
            fail_msg("row %zu: %s", i, err.text);
        read_back(w);
        assert_string_equal(w->text, texts[i]); /* nothing was written */
    }
    assert_int_equal(ex_request_log_open(&l, "/dev/null", &run_info, &err), EX_EOUTPUT);
    assert_int_equal(ex_request_log_open(&l, "/tmp", &run_info, &err), EX_EOUTPUT);
    assert_int_equal(ex_request_log_open(&l, "/nonexistent/log", &run_info, &err), EX_EOUTPUT);
}

static void locked(void **state)
{
    struct world *w = *state;
    struct ex_request_log *first = open_log(w), *second;
    struct ex_error err = { "" };

    assert_int_equal(ex_request_log_open(&second, w->name, &run_info, &err), EX_EOUTPUT);
    assert_non_null(strstr(err.text, "is writing here"));
    ex_request_log_free(first);
    first = open_log(w);
    ex_request_log_free(first);
}

static void moved_away(void **state)
{
    struct world *w = *state;
    struct ex_request_log *l = open_log(w);
    struct ex_error err = { "" };

    unlink(w->name);
    assert_int_equal(ex_request_log_end(l, &err), EX_EOUTPUT);
    assert_non_null(strstr(err.text, "moved, replaced or deleted"));
    ex_request_log_free(l);
}

/* What is told to whoever keeps the results is the hash that the check prints. */
static void last_line(void **state)
{
    struct world *w = *state;
    struct ex_request_log *l = open_log(w);
    struct ex_request_check c;
    struct ex_error err = { "" };

    assert_int_equal(ex_request_log_end(l, &err), EX_OK);
    const struct ex_link last = ex_request_log_last(l);
    ex_request_log_free(l);
    read_back(w);
    assert_string_equal(checked(w, &c, &err), "");
    assert_int_equal(last.n, 2);
    assert_string_equal(last.before, c.last);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(changed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(taken_out_and_put_in, set_up, tear_down),
        cmocka_unit_test_setup_teardown(torn, set_up, tear_down),
        cmocka_unit_test_setup_teardown(garbage, set_up, tear_down),
        cmocka_unit_test_setup_teardown(refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(locked, set_up, tear_down),
        cmocka_unit_test_setup_teardown(moved_away, set_up, tear_down),
        cmocka_unit_test_setup_teardown(last_line, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
