// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "input/hash_file.h"
#include "input/seen.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum {
    MANY = 200000,
    SOME = 50000,         /* more than stay in memory */
    GROWTH_MAX_KIB = 4096 /* a table of that many entries in memory would be 13 MiB */
};

/* Key 00 to 0f, message 00 01 02 ...: the first two are in the authors' reference
 * vectors for 128 bits, the others were computed with "openssl mac SIPHASH". */
static void siphash(void **state)
{
    static const struct {
        unsigned n;
        uint64_t lo, hi;
    } rows[] = {
        { 0, 0xe6a825ba047f81a3, 0x930255c71472f66d },
        { 1, 0x44af996bd8c187da, 0x45fc229b11597634 },
        { 7, 0x53c1dbd8beebf1a1, 0x3982f01fa64ab8c0 },
        { 8, 0x61f55862baa9623b, 0xb49714f364e2830f },
        { 15, 0x11a8b03399e99354, 0xd9c3cf970fec087e },
        { 16, 0xbb54b067caa4e26e, 0x77052385bf1533fd },
        { 63, 0x4a83502f77d15051, 0x7cbd3f979a063e50 },
    };
    uint8_t key[EX_SIPHASH_KEY], message[64];
    (void)state;

    for (unsigned i = 0; i < sizeof(key); i++)
        key[i] = (uint8_t)i;
    for (unsigned i = 0; i < sizeof(message); i++)
        message[i] = (uint8_t)i;
    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct ex_hash128 got = ex_siphash(key, (struct ex_span){ message, rows[i].n });

        if (got.lo != rows[i].lo || got.hi != rows[i].hi)
            fail_msg("%u bytes: %016llx %016llx", rows[i].n, (unsigned long long)got.lo,
                     (unsigned long long)got.hi);
    }
}

static struct ex_span number(char to[static 32], unsigned i)
{
    snprintf(to, 32, "host%u.example.com:443", i);
    return ex_span_str(to);
}

/* Add @i; it must be new, or known with the place it was first given. */
static void add(struct ex_seen *s, unsigned i, bool want_new)
{
    struct ex_seen_note note = { .a = want_new ? i : 7, .b = want_new ? i * 2ull : 9 };
    struct ex_error err = { "" };
    char text[32];
    bool is_new = !want_new;

    if (ex_seen_add(s, number(text, i), &note, &is_new, &err) != EX_OK)
        fail_msg("%u: %s", i, err.text);
    if (is_new != want_new)
        fail_msg("%s: new is %d", text, is_new);
    if (note.a != i || note.b != i * 2ull)
        fail_msg("%s: its note is %llu, %llu", text, (unsigned long long)note.a,
                 (unsigned long long)note.b);
}

static struct ex_seen *filter(size_t ram_max)
{
    struct ex_seen *s;
    struct ex_error err = { "" };

    if (ex_seen_new(&s, ram_max, &err) != EX_OK)
        fail_msg("%s", err.text);
    return s;
}

static void in_memory(void **state)
{
    struct ex_seen *s = filter(EX_SEEN_RAM_MAX);
    (void)state;

    for (unsigned i = 0; i < 1000; i++)
        add(s, i, true);
    for (unsigned i = 0; i < 1000; i++)
        add(s, i, false);
    for (unsigned i = 1000; i < 10000; i++)
        add(s, i, true);
    for (unsigned i = 0; i < 10000; i++)
        add(s, i, false);
    ex_seen_free(s);
    ex_seen_free(NULL);
}

static long peak_kib(void)
{
    struct rusage u;

    assert_int_equal(getrusage(RUSAGE_SELF, &u), 0);
    return u.ru_maxrss;
}

/* Far more targets than fit into memory: each is told apart, and the process does not grow. */
static void flat(void **state)
{
    struct ex_seen *s = filter(EX_SEEN_RAM_MAX);
    (void)state;

    for (unsigned i = 0; i < SOME; i++)
        add(s, i, true);
    const long before = peak_kib();
    for (unsigned i = SOME; i < MANY; i++)
        add(s, i, true);
    for (unsigned i = 0; i < MANY; i += 7)
        add(s, i, false);
    const long growth = peak_kib() - before;
    if (growth > GROWTH_MAX_KIB)
        fail_msg("%d entries more took %ld KiB of memory", MANY - SOME, growth);
    print_message("%d entries: %ld KiB of growth\n", MANY, growth);
    ex_seen_free(s);
}

/* Many hashes of one page: they run over into the pages after it, round the end. */
static void crowded(void **state)
{
    enum { BITS = 2, N = EX_TABLE_SLOTS * 3 };
    static const char *const dirs[] = { NULL, "/tmp" };
    (void)state;

    for (size_t d = 0; d < N_OF(dirs); d++) {
        struct ex_hash t;
        struct ex_error err = { "" };
        struct ex_slot found;

        if (ex_hash_init(&t, BITS, dirs[d], &err) != EX_OK)
            fail_msg("%s", err.text);
        for (unsigned round = 0; round < 2; round++)
            for (uint64_t i = 0; i < N; i++) {
                const struct ex_slot want = { { i * EX_TABLE_SLOTS + 127, UINT64_MAX }, { i, 5 } };

                if (!ex_hash_put(&t, &want, &found) || ex_slot_is_free(&found) != (round == 0) ||
                    (round == 1 && found.note[0] != i))
                    fail_msg("round %u, number %u", round, (unsigned)i);
            }
        assert_int_equal(t.n, N);
        for (uint64_t i = 0; i < EX_TABLE_SLOTS; i++) {
            const struct ex_slot want = { { i, 1 }, { 0 } };
            assert_true(ex_hash_put(&t, &want, &found));
        }
        const struct ex_slot one_more = { { 4711, 4711 }, { 0 } };
        assert_false(ex_hash_put(&t, &one_more, &found)); /* full: no endless search */
        ex_hash_free(&t);
    }
}

/* The file has no name: nothing is left behind, whatever ends the process. */
static void unnamed(void **state)
{
    char dir[] = "/tmp/exprobe-test-XXXXXX";
    unsigned n_files = 0;
    struct dirent *e;
    (void)state;

    assert_non_null(mkdtemp(dir));
    setenv("TMPDIR", dir, 1);
    struct ex_seen *s = filter(0);
    for (unsigned i = 0; i < SOME; i++)
        add(s, i, true);
    DIR *d = opendir(dir);
    while ((e = readdir(d)))
        n_files += e->d_name[0] != '.';
    closedir(d);
    ex_seen_free(s);
    unsetenv("TMPDIR");
    rmdir(dir);
    assert_int_equal(n_files, 0);
}

/* Add until it fails; the message must name @says. */
static void must_fail(struct ex_seen *s, const char *says)
{
    struct ex_error err = { "" };
    enum ex_status st = EX_OK;
    char text[32];

    for (unsigned i = 0; i < MANY && st == EX_OK; i++) {
        struct ex_seen_note note = { 0 };
        bool is_new;

        st = ex_seen_add(s, number(text, i), &note, &is_new, &err);
    }
    assert_int_equal(st, EX_EIO);
    if (!strstr(err.text, says) || !strstr(err.text, "TMPDIR"))
        fail_msg("%s", err.text);
    ex_seen_free(s);
}

static void no_directory(void **state)
{
    (void)state;

    setenv("TMPDIR", "/nonexistent/exprobe", 1);
    must_fail(filter(0), "/nonexistent/exprobe: No such file or directory");
    unsetenv("TMPDIR");
}

/* A full disk, as far as a process without privileges can play it. */
static void no_room(void **state)
{
    const struct sigaction ignore = { .sa_handler = SIG_IGN };
    struct sigaction was;
    struct rlimit all, little;
    (void)state;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &all), 0);
    sigaction(SIGXFSZ, &ignore, &was);
    little = (struct rlimit){ .rlim_cur = 300 * 1024, .rlim_max = all.rlim_max };
    setrlimit(RLIMIT_FSIZE, &little); /* the next bigger file cannot be made */
    must_fail(filter(0), "File too large");
    setrlimit(RLIMIT_FSIZE, &all);

    struct ex_seen *s = filter(0);
    for (unsigned i = 0; i < 4000; i++)
        add(s, MANY + i, true);
    little.rlim_cur = EX_TABLE_PAGE;
    setrlimit(RLIMIT_FSIZE, &little); /* the file is there, and cannot be written */
    must_fail(s, "File too large");
    setrlimit(RLIMIT_FSIZE, &all);
    sigaction(SIGXFSZ, &was, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(siphash), cmocka_unit_test(in_memory), cmocka_unit_test(flat),
        cmocka_unit_test(crowded), cmocka_unit_test(unnamed),   cmocka_unit_test(no_directory),
        cmocka_unit_test(no_room),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
