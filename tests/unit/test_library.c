// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "exprobe/exprobe.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static const char genuine[] = "HTTP/1.1 200 OK\r\n"
                              "Server: Microsoft-IIS/10.0\r\n"
                              "request-id: 5f7d1f0e-7b0a-4a0e-9a0b-7b0a4a0e9a0b\r\n"
                              "X-OWA-Version: 15.2.1748.10\r\n"
                              "X-FEServer: EX01\r\n"
                              "\r\n";

static struct exprobe_data *data;

static int open_data(void **state)
{
    (void)state;
    return exprobe_data_open(&data, NULL, NULL);
}

static int close_data(void **state)
{
    (void)state;
    exprobe_data_free(data);
    return 0;
}

static void a_build_is_explained(void **state)
{
    struct exprobe_error err;
    struct exprobe_record *r;
    double behind = 0;
    size_t n;
    (void)state;

    assert_int_equal(exprobe_explain(data, "15.2.1748.10", "2026-10-08", &r, &err), EXPROBE_OK);
    assert_string_equal(err.text, "");
    assert_string_equal(exprobe_record_text(r, "type"), "build");
    assert_string_equal(exprobe_record_text(r, "patch.state"), "missing-updates");
    assert_true(exprobe_record_count(r, "patch.missing") > 20);
    assert_memory_equal(exprobe_record_text(r, "patch.missing.0"), "CVE-", 4);
    assert_true(exprobe_record_number(r, "patch.updates_behind", &behind) && behind > 1);
    exprobe_record_json(r, &n);
    assert_int_equal(strlen(exprobe_record_json(r, NULL)), n);
    assert_null(strchr(exprobe_record_json(r, NULL), '\n'));
    exprobe_record_free(r);
}

static void what_is_not_there_is_null(void **state)
{
    static const char *const paths[] = { "nothing",
                                         "patch",
                                         "patch.state.more",
                                         "patch.missing.4711",
                                         "patch.missing.-1",
                                         "patch.missing.first",
                                         "patch..state",
                                         "patch.missing.18446744073709551616",
                                         "",
                                         "patch.updates_behind" };
    struct exprobe_record *r;
    (void)state;

    assert_int_equal(exprobe_explain(data, "15.2.1748.10", NULL, &r, NULL), EXPROBE_OK);
    for (size_t i = 0; i < N_OF(paths); i++) {
        double number = 7;

        if (exprobe_record_text(r, paths[i]))
            fail_msg("row %zu: %s", i, paths[i]);
        if (strcmp(paths[i], "patch.updates_behind") != 0)
            assert_false(exprobe_record_number(r, paths[i], &number) || number != 7);
        assert_int_equal(exprobe_record_count(r, paths[i]), 0);
    }
    exprobe_record_free(r);
}

static void what_is_wrong_is_said(void **state)
{
    struct exprobe_data *none = data;
    struct exprobe_error err;
    struct exprobe_record *r;
    struct exprobe_host *h;
    (void)state;

    assert_int_equal(exprobe_data_open(&none, "/nowhere", &err), EXPROBE_CONFIG);
    assert_null(none);
    assert_non_null(strstr(err.text, "/nowhere"));
    assert_int_equal(exprobe_explain(data, "15.x", NULL, &r, &err), EXPROBE_INPUT);
    assert_non_null(strstr(err.text, "15.x"));
    assert_null(r);
    assert_int_equal(exprobe_explain(data, "15.2.1748", "yesterday", &r, &err), EXPROBE_INPUT);
    assert_int_equal(exprobe_host_new(&h, data, "192.0.2.0/28", &err), EXPROBE_INPUT);
    assert_non_null(strstr(err.text, "192.0.2.0/28"));
    assert_null(h);
    assert_int_equal(exprobe_host_new(&h, data, " # nobody", &err), EXPROBE_INPUT);
}

/* The answer of a server that is Exchange, and what a control changes. */
static void stored_answers_are_judged(void **state)
{
    static const char ews[] = "HTTP/1.1 401 Unauthorized\r\nServer: Microsoft-IIS/10.0\r\n"
                              "request-id: 0b7a4a0e-9a0b-4a0e-8a0b-5f7d1f0e7b0a\r\n"
                              "X-FEServer: EX01\r\nWWW-Authenticate: Negotiate\r\n\r\n";
    static const char missing[] = "HTTP/1.1 404 Not Found\r\nServer: Microsoft-IIS/10.0\r\n\r\n";
    struct exprobe_record *before, *after;
    struct exprobe_host *h;
    (void)state;

    assert_int_equal(exprobe_host_new(&h, data, "Mail.Example.com client=acme", NULL), EXPROBE_OK);
    assert_int_equal(exprobe_host_judge(h, NULL, &before, NULL), EXPROBE_INPUT);
    assert_int_equal(
        exprobe_host_answer(h, exprobe_answer_path(0), genuine, sizeof(genuine) - 1, NULL),
        EXPROBE_OK);
    assert_int_equal(exprobe_host_judge(h, "2026-10-08", &before, NULL), EXPROBE_OK);
    assert_string_equal(exprobe_record_text(before, "exchange.build.exact"), "15.2.1748.10");
    assert_int_equal(exprobe_host_answer(h, NULL, missing, sizeof(missing) - 1, NULL), EXPROBE_OK);
    assert_int_equal(exprobe_host_answer(h, exprobe_answer_path(1), ews, sizeof(ews) - 1, NULL),
                     EXPROBE_OK);
    assert_int_equal(exprobe_host_judge(h, "2026-10-08", &after, NULL), EXPROBE_OK);
    assert_string_equal(exprobe_record_text(after, "target"), "mail.example.com:443");
    assert_string_equal(exprobe_record_text(after, "tags.client"), "acme");
    assert_string_equal(exprobe_record_text(after, "exchange.present"), "yes");
    assert_string_equal(exprobe_record_text(after, "patch.state"), "missing-updates");
    assert_string_equal(exprobe_record_text(after, "backdoor.state"), "not-assessed");
    exprobe_record_free(before);
    exprobe_record_free(after);
    exprobe_host_free(h);
}

static void answers_that_are_none(void **state)
{
    struct exprobe_error err;
    struct exprobe_host *h;
    int n = 0;
    (void)state;

    assert_int_equal(exprobe_host_new(&h, data, "mail.example.com", NULL), EXPROBE_OK);
    assert_int_equal(exprobe_host_answer(h, "/etc/passwd", genuine, sizeof(genuine) - 1, &err),
                     EXPROBE_INPUT);
    assert_non_null(strstr(err.text, "/etc/passwd"));
    assert_int_equal(exprobe_host_answer(h, "/owa/", "<html>", 6, &err), EXPROBE_INPUT);
    assert_int_equal(exprobe_host_answer(h, "/owa/", "", 0, &err), EXPROBE_INPUT);
    while (exprobe_host_answer(h, "/owa/", genuine, sizeof(genuine) - 1, &err) == EXPROBE_OK)
        assert_true(++n < 100);
    assert_true(n >= 20);
    assert_non_null(strstr(err.text, "too many"));
    exprobe_host_free(h);
}

static void every_path_is_taken(void **state)
{
    struct exprobe_host *h;
    size_t n = 0;
    (void)state;

    assert_int_equal(exprobe_host_new(&h, data, "mail.example.com", NULL), EXPROBE_OK);
    for (; exprobe_answer_path(n); n++)
        assert_int_equal(
            exprobe_host_answer(h, exprobe_answer_path(n), genuine, sizeof(genuine) - 1, NULL),
            EXPROBE_OK);
    assert_true(n >= 4);
    assert_null(exprobe_answer_path(n + 1));
    exprobe_host_free(h);
}

static void options_of_a_scan(void **state)
{
    static const struct {
        const char *name, *value;
        enum exprobe_status status;
    } rows[] = {
        { "rate", "20", EXPROBE_OK },         { "no-backdoor", NULL, EXPROBE_OK },
        { "rate", "20x", EXPROBE_USAGE },     { "rate", NULL, EXPROBE_USAGE },
        { "deep", "yes", EXPROBE_USAGE },     { "frobnicate", NULL, EXPROBE_USAGE },
        { "output", "file", EXPROBE_USAGE },  { "fail-on", "high", EXPROBE_USAGE },
        { "-rate", "20", EXPROBE_USAGE },     { "", "20", EXPROBE_USAGE },
        { "data", "/folder", EXPROBE_USAGE }, { "help", NULL, EXPROBE_USAGE },
    };
    struct exprobe_error err;
    struct exprobe_scan *s;
    (void)state;

    assert_int_equal(exprobe_scan_new(&s, data, NULL), EXPROBE_OK);
    for (size_t i = 0; i < N_OF(rows); i++) {
        const enum exprobe_status got = exprobe_scan_set(s, rows[i].name, rows[i].value, &err);

        if (got != rows[i].status || (got == EXPROBE_OK) != (err.text[0] == '\0'))
            fail_msg("row %zu (%s): %d \"%s\"", i, rows[i].name, (int)got, err.text);
    }
    assert_int_equal(exprobe_scan_add(s, "no target", NULL), EXPROBE_INPUT);
    exprobe_scan_free(s);
    exprobe_scan_free(NULL);
}

struct seen {
    unsigned n_run, n_host, n_end, n_messages;
    char state[32];
    pthread_t thread;
};

static void on_record(const struct exprobe_record *r, void *arg)
{
    const char *type = exprobe_record_text(r, "type");
    struct seen *seen = arg;

    assert_true(pthread_equal(pthread_self(), seen->thread));
    seen->n_run += strcmp(type, "run") == 0;
    seen->n_host += strcmp(type, "host") == 0;
    seen->n_end += strcmp(type, "end") == 0;
    if (strcmp(type, "host") == 0)
        snprintf(seen->state, sizeof(seen->state), "%s", exprobe_record_text(r, "state"));
}

static void on_message(const char *text, void *arg)
{
    (void)text;
    ((struct seen *)arg)->n_messages++;
}

/* Bound and not listening: whoever comes is refused, and nobody else can take it. */
static int closed_port(char target[32])
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof(a);
    const int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_true(fd >= 0 && bind(fd, (struct sockaddr *)&a, n) == 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
    snprintf(target, 32, "127.0.0.1:%u", ntohs(a.sin_port));
    return fd;
}

static enum exprobe_status scan(const char *target, bool stop_first, struct seen *seen)
{
    struct exprobe_scan *s;
    struct exprobe_error err;
    enum exprobe_status status;

    *seen = (struct seen){ .thread = pthread_self() };
    assert_int_equal(exprobe_scan_new(&s, data, NULL), EXPROBE_OK);
    if (target)
        assert_int_equal(exprobe_scan_add(s, target, NULL), EXPROBE_OK);
    if (stop_first)
        exprobe_scan_stop(s);
    status = exprobe_scan_run(s, on_record, on_message, seen, &err);
    assert_int_equal(exprobe_scan_run(s, on_record, NULL, seen, &err), EXPROBE_USAGE);
    exprobe_scan_free(s);
    return status;
}

static void scans_one_after_the_other(void **state)
{
    struct sigaction before, after;
    struct seen seen;
    char target[32];
    const int fd = closed_port(target);
    (void)state;

    assert_int_equal(sigaction(SIGINT, NULL, &before), 0);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(scan(target, false, &seen), EXPROBE_OK);
        assert_int_equal(seen.n_run + seen.n_host + seen.n_end, 3);
        assert_string_equal(seen.state, "refused");
    }
    assert_int_equal(sigaction(SIGINT, NULL, &after), 0);
    assert_ptr_equal(before.sa_handler, after.sa_handler);
    close(fd);
}

static void stopped_before_it_began(void **state)
{
    struct seen seen;
    char target[32];
    const int fd = closed_port(target);
    (void)state;

    /* What was read is told, as interrupted or, if that was quicker, as what it is. */
    assert_int_equal(scan(target, true, &seen), EXPROBE_AGAIN);
    assert_int_equal(seen.n_end, 1);
    assert_true(seen.n_messages > 0);
    assert_int_equal(scan(NULL, false, &seen), EXPROBE_USAGE);
    assert_int_equal(seen.n_run, 0);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_build_is_explained),    cmocka_unit_test(what_is_not_there_is_null),
        cmocka_unit_test(what_is_wrong_is_said),   cmocka_unit_test(stored_answers_are_judged),
        cmocka_unit_test(answers_that_are_none),   cmocka_unit_test(every_path_is_taken),
        cmocka_unit_test(options_of_a_scan),       cmocka_unit_test(scans_one_after_the_other),
        cmocka_unit_test(stopped_before_it_began),
    };
    return cmocka_run_group_tests(tests, open_data, close_data);
}
