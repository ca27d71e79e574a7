// SPDX-License-Identifier: MIT
/* Lists that are not files: slow, silent, or ended by another thread. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "input/source.h"

static char folder[] = "/tmp/exprobe-live-XXXXXX";

static int setup(void **state)
{
    (void)state;
    return mkdtemp(folder) && chdir(folder) == 0 && mkfifo("fifo", 0600) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    return unlink("fifo") == 0 && chdir("/") == 0 ? rmdir(folder) : -1;
}

static void nap(long ms)
{
    const struct timespec t = { .tv_nsec = ms * 1000000 };

    nanosleep(&t, NULL);
}

static void on_bad_line(const char *message, void *arg)
{
    snprintf(arg, 512, "%s", message);
}

/* Open the list @name; argument 1 is @argument or none. */
static struct ex_source *open_source(const char *argument, const char *name, char bad[512])
{
    static const char *arguments[2], *names[2];
    static struct ex_source_options opt;
    struct ex_source *s;
    struct ex_error err = { "" };

    arguments[0] = argument;
    names[0] = name;
    opt = (struct ex_source_options){
        .targets = arguments, .lists = names, .on_bad_line = on_bad_line, .arg = bad
    };
    bad[0] = '\0';
    if (ex_source_new(&s, &opt, &err) != EX_OK)
        fail_msg("%s", err.text);
    return s;
}

/* Writes @text to the FIFO, a byte at a time. */
struct writer {
    const char *text;
    size_t n;
    pthread_t thread;
};

static void *write_slowly(void *arg)
{
    const struct writer *w = arg;
    const int fd = open("fifo", O_WRONLY);

    for (size_t i = 0; i < w->n; i++) {
        if (write(fd, w->text + i, 1) != 1)
            break;
        if (i % 8 == 0)
            nap(1);
    }
    close(fd);
    return NULL;
}

static void must_be(struct ex_source *s, const char *want)
{
    struct ex_error err = { "" };
    struct ex_target t;
    bool got;

    if (ex_source_next(s, &t, &got, &err) != EX_OK)
        fail_msg("%s", err.text);
    if (got != (want != NULL) || (want && strcmp(t.name, want) != 0))
        fail_msg("%s, wanted %s", got ? t.name : "the end", want ? want : "the end");
}

/* Nobody writes to the pipe when the list is opened: that holds up nothing, and
 * is not the end of the list. */
static void byte_by_byte(void **state)
{
    static const char text[] = "\xef\xbb\xbfmail.example.com client=acme\r\n\r\n# \xc3\xbc\r\n"
                               "b..example\nb\xc3\xbc"
                               "cher.example\n192.0.2.1";
    struct writer w = { .text = text, .n = sizeof(text) - 1 };
    char bad[512];
    struct ex_source *s = open_source("first.example", "fifo", bad);
    (void)state;

    must_be(s, "first.example");
    assert_int_equal(pthread_create(&w.thread, NULL, write_slowly, &w), 0);
    must_be(s, "mail.example.com");
    must_be(s, "xn--bcher-kva.example");
    assert_string_equal(bad, "fifo:4: \"b..example\": a label between two dots is empty");
    must_be(s, "192.0.2.1");
    must_be(s, NULL);
    pthread_join(w.thread, NULL);
    assert_true(ex_source_counts(s).complete);
    assert_int_equal(ex_source_counts(s).lines, 7);
    must_be(s, NULL);
    ex_source_free(s);
}

/* A target is handed out as soon as its line is there, not when a buffer is full. */
static void as_it_comes(void **state)
{
    char bad[512];
    int fds[2], was = dup(STDIN_FILENO);
    (void)state;

    assert_int_equal(pipe(fds), 0);
    dup2(fds[0], STDIN_FILENO);
    struct ex_source *s = open_source(NULL, "-", bad);
    assert_int_equal(write(fds[1], "a.example\nb..", 13), 13);
    must_be(s, "a.example");
    assert_int_equal(write(fds[1], "x\nc.example\n", 12), 12);
    must_be(s, "c.example");
    assert_string_equal(bad, "stdin:2: \"b..x\": a label between two dots is empty");
    close(fds[1]);
    must_be(s, NULL);
    ex_source_free(s);
    assert_true(fcntl(STDIN_FILENO, F_GETFD) >= 0); /* stdin is not ours to close */
    dup2(was, STDIN_FILENO);
    close(was);
    close(fds[0]);
}

static void utf16_pipe(void **state)
{
    struct writer w = { .text = "a\0.\0b\0\n\0", .n = 8 };
    char bad[512];
    struct ex_source *s = open_source(NULL, "fifo", bad);
    struct ex_error err = { "" };
    struct ex_target t;
    bool got = true;
    (void)state;

    assert_int_equal(pthread_create(&w.thread, NULL, write_slowly, &w), 0);
    assert_int_equal(ex_source_next(s, &t, &got, &err), EX_EINPUT);
    pthread_join(w.thread, NULL);
    assert_false(got);
    assert_non_null(strstr(err.text, "fifo:1: the list is UTF-16"));
    assert_false(ex_source_counts(s).complete);
    must_be(s, NULL);
    ex_source_free(s);
}

static void *stop_later(void *arg)
{
    nap(20);
    ex_source_stop(arg);
    ex_source_stop(arg);
    return NULL;
}

/* ^C while nothing comes: the read ends, and does not look like the end of the list. */
static void stop_a_silent_pipe(void **state)
{
    char bad[512];
    pthread_t thread;
    struct ex_source *s = open_source("a.example", "fifo", bad);
    const int writer = open("fifo", O_RDWR);
    (void)state;

    assert_int_equal(write(writer, "b.example\nc.exam", 16), 16);
    must_be(s, "a.example");
    must_be(s, "b.example");
    assert_int_equal(pthread_create(&thread, NULL, stop_later, s), 0);
    must_be(s, NULL);
    pthread_join(thread, NULL);
    must_be(s, NULL);
    assert_false(ex_source_counts(s).complete);
    assert_int_equal(ex_source_counts(s).targets, 2);
    ex_source_free(s);
    close(writer);
}

/* Neither a network nor a file, which never wait, outlives a stop. */
static void stop_a_busy_source(void **state)
{
    char bad[512];
    struct ex_error err = { "" };
    struct ex_target t;
    pthread_t thread;
    bool got = true;
    uint64_t n = 0;
    struct ex_source *s = open_source("10.0.0.0/16", "/dev/zero", bad);
    (void)state;

    must_be(s, "10.0.224.226");
    assert_int_equal(pthread_create(&thread, NULL, stop_later, s), 0);
    while (ex_source_next(s, &t, &got, &err) == EX_OK && got)
        n++;
    pthread_join(thread, NULL);
    assert_false(ex_source_counts(s).complete);
    assert_int_equal(ex_source_counts(s).targets, n + 1);
    ex_source_free(s);
}

static void stop_before_and_after(void **state)
{
    char bad[512];
    struct ex_source *s = open_source("a.example", "/dev/null", bad);
    (void)state;

    ex_source_stop(s);
    must_be(s, NULL);
    assert_false(ex_source_counts(s).complete);
    ex_source_free(s);

    s = open_source("a.example", "/dev/null", bad);
    must_be(s, "a.example");
    must_be(s, NULL);
    ex_source_stop(s);
    must_be(s, NULL);
    assert_true(ex_source_counts(s).complete);
    ex_source_free(s);
    ex_source_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(byte_by_byte),       cmocka_unit_test(as_it_comes),
        cmocka_unit_test(utf16_pipe),         cmocka_unit_test(stop_a_silent_pipe),
        cmocka_unit_test(stop_a_busy_source), cmocka_unit_test(stop_before_and_after),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
