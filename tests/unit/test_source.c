// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "input/source.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static char folder[] = "/tmp/exprobe-source-XXXXXX";
static const char list_a[] = "a.txt", list_b[] = "b.txt";

static int setup(void **state)
{
    (void)state;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    unlink(list_a);
    unlink(list_b);
    return chdir("/") == 0 ? rmdir(folder) : -1;
}

static void put_file(const char *path, const char *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

/* Everything a run of the stream said, one thing a line. */
struct heard {
    char text[16384];
    size_t n;
};

static void say(struct heard *h, const char *kind, const char *text)
{
    h->n += (size_t)snprintf(h->text + h->n, sizeof(h->text) - h->n, "%s%s\n", kind, text);
    assert_true(h->n < sizeof(h->text));
}

static void on_bad_line(const char *message, void *arg)
{
    say(arg, "bad ", message);
}

static void on_note(const char *message, void *arg)
{
    say(arg, "note ", message);
}

static struct ex_source_counts run(struct heard *h, struct ex_source_options opt)
{
    struct ex_source *s;
    struct ex_source_counts counts = { 0 };
    struct ex_error err = { "" };
    struct ex_target t;
    bool got;

    *h = (struct heard){ .n = 0 };
    opt.on_bad_line = on_bad_line;
    opt.on_note = on_note;
    opt.arg = h;
    enum ex_status st = ex_source_new(&s, &opt, &err);
    if (st == EX_OK) {
        while ((st = ex_source_next(s, &t, &got, &err)) == EX_OK && got) {
            char line[EX_TARGET_TEXT + EX_ADDR_TEXT + 64], text[EX_TARGET_TEXT];
            char pin[EX_ADDR_TEXT];
            const char *client = ex_target_tag(&t, "client");

            snprintf(line, sizeof(line), "%s %llu%s%s%s%s", ex_target_format(text, &t),
                     (unsigned long long)t.line, client ? " " : "", client ? client : "",
                     t.pin.family ? " @" : "", ex_addr_format(pin, &t.pin));
            say(h, "", line);
        }
        counts = ex_source_counts(s);
        assert_true(counts.complete == (st == EX_OK));
    }
    if (st != EX_OK) {
        say(h, "error ", err.text);
        assert_true(st == EX_EINPUT);
    }
    ex_source_free(s);
    return counts;
}

/* One list, and what comes of it. */
static void lists(void **state)
{
    static const struct {
        const char *bytes;
        size_t n; /* 0: a string */
        uint64_t lines, bad, duplicates, conflicts;
        const char *want;
    } rows[] = {
        { "a.example\nb.example:444 client=x\n", 0, 2, 0, 0, 0,
          "a.example:443 1\nb.example:444 2 x\n" },
        { "a.example", 0, 1, 0, 0, 0, "a.example:443 1\n" },
        { "", 0, 0, 0, 0, 0, "" },
        { "\n# nothing\n\n", 0, 3, 0, 0, 0, "" },
        { "\xef\xbb\xbf"
          "a.example\r\n\r\nb.example\r\n",
          0, 3, 0, 0, 0, "a.example:443 1\nb.example:443 3\n" },
        /* the same in another form */
        { "A.example\nhttps://a.example./owa\na.example:443\na.example:444\n", 0, 4, 0, 2, 0,
          "a.example:443 1\na.example:444 4\n" },
        { "B\xc3\x9c"
          "CHER.example\nxn--bcher-kva.example\n",
          0, 2, 0, 1, 0, "xn--bcher-kva.example:443 1\n" },
        { "2001:DB8::0:1\n[2001:db8::1]:443\n", 0, 2, 0, 1, 0, "[2001:db8::1]:443 1\n" },
        { "192.0.2.1\n::ffff:192.0.2.1\n", 0, 2, 0, 1, 0, "192.0.2.1:443 1\n" },
        /* a name at two addresses is two targets, pinned or not a third one */
        { "a.example address=192.0.2.1\na.example address=192.0.2.2\na.example\n"
          "a.example address=::ffff:192.0.2.1\n",
          0, 4, 0, 1, 0,
          "a.example:443 1 @192.0.2.1\na.example:443 2 @192.0.2.2\na.example:443 3\n" },
        /* tags: the first ones stay, and that is said */
        { "a.example client=x site=s\na.example site=s client=x\n", 0, 2, 0, 1, 0,
          "a.example:443 1 x\n" },
        { "a.example client=x\na.example client=y\na.example\n", 0, 3, 0, 2, 2,
          "a.example:443 1 x\n"
          "note a.txt:2: a.example:443 is listed again with other tags; those of a.txt:1 are kept\n"
          "note a.txt:3: a.example:443 is listed again with other tags; those of a.txt:1 are "
          "kept\n" },
        { "192.0.2.0/30 client=x\n192.0.2.0/31 client=y\n", 0, 2, 0, 2, 2,
          "192.0.2.0:443 1 x\n192.0.2.2:443 1 x\n192.0.2.3:443 1 x\n192.0.2.1:443 1 x\n"
          "note a.txt:2: 192.0.2.0:443 is listed again with other tags; those of a.txt:1 are "
          "kept\n" },
        /* networks, and what lies in them */
        { "192.0.2.2\n192.0.2.0/30\n192.0.2.3\n192.0.2.3:444\n192.0.2.2/31\n", 0, 5, 0, 4, 0,
          "192.0.2.2:443 1\n192.0.2.0:443 2\n192.0.2.3:443 2\n192.0.2.1:443 2\n"
          "192.0.2.3:444 4\n" },
        { "[2001:db8::fe/127]:444\n", 0, 1, 0, 0, 0,
          "[2001:db8::ff]:444 1\n[2001:db8::fe]:444 1\n" },
        /* bad lines do not end the list */
        { "a.example\n10.0.0.0/8\nb.example\n", 0, 3, 1, 0, 0,
          "a.example:443 1\n"
          "bad a.txt:2: \"10.0.0.0/8\": a network of 16777216 addresses is above the limit of "
          "65536; list networks of /16 and longer\n"
          "b.example:443 3\n" },
        { "0.0.0.0/0\n10.0.0.5/24\n300.0.0.0/24\n", 0, 3, 3, 0, 0,
          "bad a.txt:1: \"0.0.0.0/0\": a network of 4294967296 addresses is above the limit of "
          "65536; list networks of /16 and longer\n"
          "bad a.txt:2: \"10.0.0.5/24\": there are bits after the prefix; write 10.0.0.0/24 for "
          "the network or 10.0.0.5 for the one address\n"
          "bad a.txt:3: \"300.0.0.0/24\": a path needs https:// in front, and a network is "
          "ADDRESS/PREFIX as in 192.0.2.0/24 or 2001:db8::/120\n" },
        { "a.example\0\nb.example\n", 21, 2, 1, 0, 0,
          "bad a.txt:1: \"a.example\\x00\": the character in column 10 (first byte 0x00) is a NUL "
          "byte; is this a text file?\n"
          "b.example:443 2\n" },
        { "\xf0\x9f\x92\xa9 client=x\nb.example\n", 0, 2, 1, 0, 0, NULL },
        { "\x1b[2J\x1b]0;x\x07\n", 0, 1, 1, 0, 0, NULL },
        /* not a text file as we know it */
        { "\xff\xfe"
          "a\0.\0e\0\n\0",
          10, 0, 0, 0, 0,
          "error a.txt: the list is UTF-16 text; save it as UTF-8, or convert it with "
          "\"iconv -f UTF-16 -t UTF-8\"\n" },
        { "a\0.\0e\0\n\0", 8, 0, 0, 0, 0, NULL },
    };
    struct heard h;
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const char *const names[] = { list_a, NULL };

        put_file(list_a, rows[i].bytes, rows[i].n ? rows[i].n : strlen(rows[i].bytes));
        const struct ex_source_counts c = run(&h, (struct ex_source_options){ .lists = names });
        if (rows[i].want && strcmp(h.text, rows[i].want) != 0)
            fail_msg("row %zu: heard\n%swanted\n%s", i, h.text, rows[i].want);
        if (c.lines != rows[i].lines || c.bad_lines != rows[i].bad ||
            c.duplicates != rows[i].duplicates || c.tag_conflicts != rows[i].conflicts)
            fail_msg("row %zu: %llu lines, %llu bad, %llu duplicates, %llu conflicts\n%s", i,
                     (unsigned long long)c.lines, (unsigned long long)c.bad_lines,
                     (unsigned long long)c.duplicates, (unsigned long long)c.tag_conflicts, h.text);
        for (const char *p = h.text; *p; p++)
            if (*p != '\n' && (*p < 0x20 || *p > 0x7e))
                fail_msg("row %zu: byte 0x%02x in a message", i, (unsigned char)*p);
    }
}

static void order(void **state)
{
    static const char *const arguments[] = { "z.example client=q", "", "y.example", NULL };
    const char *const names[] = { list_b, list_a, list_b, NULL };
    struct heard h;
    (void)state;

    put_file(list_a, "a.example\ny.example\n", 20);
    put_file(list_b, "b.example client=b\nz.example\n", 29);
    const struct ex_source_counts c =
        run(&h, (struct ex_source_options){ .targets = arguments, .lists = names });
    assert_string_equal(h.text,
                        "z.example:443 0 q\n"
                        "bad argument 2: it is empty; write a host, an address or a network\n"
                        "y.example:443 0\n"
                        "b.example:443 1 b\n"
                        "note b.txt:2: z.example:443 is listed again with other tags; those of "
                        "argument 1 are kept\n"
                        "a.example:443 1\n"
                        "note b.txt:2: z.example:443 is listed again with other tags; those of "
                        "argument 1 are kept\n");
    assert_int_equal(c.targets, 4);
    assert_int_equal(c.lines, 9);
    assert_int_equal(c.duplicates, 4);
}

static void strict(void **state)
{
    const char *const names[] = { list_a, NULL };
    struct heard h;
    (void)state;

    put_file(list_a, "a.example\nb..example\nc.example\n", 31);
    const struct ex_source_counts c =
        run(&h, (struct ex_source_options){ .lists = names, .strict = true });
    assert_string_equal(h.text,
                        "a.example:443 1\n"
                        "error a.txt:2: \"b..example\": a label between two dots is empty\n");
    assert_int_equal(c.bad_lines, 1);
    assert_int_equal(c.targets, 1);
}

static void network_max(void **state)
{
    static const struct {
        const char *net;
        uint64_t max, targets;
        const char *says;
    } rows[] = {
        { "10.0.0.0/16", 0, 65536, "" },
        { "2001:db8::/112", 0, 65536, "" },
        { "10.0.0.0/15", 0, 0, "of /16 and longer" },
        { "10.0.0.0/24", 256, 256, "" },
        { "10.0.0.0/24", 255, 0, "of /25 and longer" },
        { "2001:db8::/120", 100, 0, "of /122 and longer" },
        { "10.0.0.0/31", 1, 0, "of /32 and longer" },
        { "10.0.0.1/32", 1, 1, "" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const char *const arguments[] = { rows[i].net, NULL };
        struct heard h = { .n = 0 };
        const struct ex_source_options opt = {
            .targets = arguments, .network_max = rows[i].max, .on_bad_line = on_bad_line, .arg = &h
        };
        struct ex_source *s;
        struct ex_target t;
        bool got;

        assert_int_equal(ex_source_new(&s, &opt, NULL), EX_OK);
        while (ex_source_next(s, &t, &got, NULL) == EX_OK && got)
            ;
        if (ex_source_counts(s).targets != rows[i].targets || !strstr(h.text, rows[i].says))
            fail_msg("%s: %llu targets, %s", rows[i].net,
                     (unsigned long long)ex_source_counts(s).targets, h.text);
        ex_source_free(s);
    }
}

/* Refused before anything is sent, with the name, the reason and the remedy. */
static void unreadable(void **state)
{
    const struct {
        const char *lists[4];
        const char *says;
    } rows[] = {
        { { "/nonexistent/list.txt" }, "/nonexistent/list.txt: No such file or directory; check" },
        { { folder }, ": Is a directory; name a file" },
        { { "" }, "No such file or directory" },
        { { "/dev/null", "/nonexistent/\x1b[2J" }, "\"/nonexistent/\\x1b[2J\": No such file" },
        { { "-", "-" }, "given twice" },
        { { NULL }, "no targets given; name hosts" },
    };
    struct heard h;
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        run(&h, (struct ex_source_options){ .lists = rows[i].lists });
        if (!strstr(h.text, "error ") || !strstr(h.text, rows[i].says))
            fail_msg("row %zu: %s", i, h.text);
    }
    const char *const names[] = { list_a, NULL };
    const uid_t me = geteuid();

    put_file(list_a, "a.example\n", 10);
    chmod(list_a, 0);
    if (me == 0) /* root may read everything */
        assert_int_equal(seteuid(65534), 0);
    run(&h, (struct ex_source_options){ .lists = names });
    if (me == 0)
        assert_int_equal(seteuid(me), 0);
    chmod(list_a, 0600);
    if (!strstr(h.text, "Permission denied; give this user the right"))
        fail_msg("%s", h.text);
}

/* A line of a megabyte is one bad line, in words that fit a terminal. */
static void huge_line(void **state)
{
    enum { HUGE_BYTES = 1024 * 1024 };
    char *bytes = malloc(HUGE_BYTES + 64);
    const char *const names[] = { list_a, NULL };
    struct heard h;
    (void)state;

    assert_non_null(bytes);
    memcpy(bytes, "a.example\n", 10);
    memset(bytes + 10, 'x', HUGE_BYTES);
    memcpy(bytes + 10 + HUGE_BYTES, "\nb.example\n", 11);
    put_file(list_a, bytes, 21 + HUGE_BYTES);
    const struct ex_source_counts c = run(&h, (struct ex_source_options){ .lists = names });
    assert_string_equal(h.text,
                        "a.example:443 1\n"
                        "bad a.txt:2: a line that begins with \"xxxxxxxxxxxxxxxx\" has 1048576 "
                        "bytes; at most 4096 are accepted, one target a line\n"
                        "b.example:443 3\n");
    assert_int_equal(c.lines, 3);
    assert_int_equal(c.bad_lines, 1);
    free(bytes);
}

/* Twice the same 100,000 names: none is lost, none comes twice. */
static void long_list(void **state)
{
    enum { NAMES = 100000 };
    const char *const names[] = { list_a, NULL };
    struct heard h = { .n = 0 };
    const struct ex_source_options opt = { .lists = names, .on_bad_line = on_bad_line, .arg = &h };
    FILE *f = fopen(list_a, "w");
    struct ex_source *s;
    struct ex_target t;
    uint64_t n = 0;
    bool got;
    (void)state;

    assert_non_null(f);
    for (unsigned i = 0; i < 2 * NAMES; i++)
        fprintf(f, "host%u.example\n", i % NAMES);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(ex_source_new(&s, &opt, NULL), EX_OK);
    while (ex_source_next(s, &t, &got, NULL) == EX_OK && got) {
        char want[32];

        snprintf(want, sizeof(want), "host%u.example", (unsigned)n++);
        assert_string_equal(t.name, want);
    }
    const struct ex_source_counts c = ex_source_counts(s);
    assert_int_equal(n, NAMES);
    assert_int_equal(c.lines, 2 * NAMES);
    assert_int_equal(c.duplicates, NAMES);
    assert_true(c.complete);
    ex_source_free(s);
}

/* The list that is shipped as an example has every form, and no mistake. */
static void example(void **state)
{
    static const char *const names[] = { SOURCE_ROOT "/targets/lists/example.txt", NULL };
    struct heard h;
    (void)state;

    const struct ex_source_counts c = run(&h, (struct ex_source_options){ .lists = names });
    if (strstr(h.text, "bad ") || strstr(h.text, "note ") || strstr(h.text, "error "))
        fail_msg("%s", h.text);
    assert_true(c.targets > 20);
    assert_int_equal(c.bad_lines, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists),       cmocka_unit_test(order),      cmocka_unit_test(strict),
        cmocka_unit_test(network_max), cmocka_unit_test(unreadable), cmocka_unit_test(huge_line),
        cmocka_unit_test(long_list),   cmocka_unit_test(example),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
