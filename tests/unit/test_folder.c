// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/folder.h"

#include "answer.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define ROW(r)                                                                                     \
    {                                                                                              \
        .build = { { 15, 2, 1118, r }, 4 }                                                         \
    }
#define TAIL    "/exporttool/microsoft.exchange.ediscovery.exporttool.application"
#define TARGET  "X-CalculatedBETarget: ex01.corp.example.com\n"
#define ABSENT  "404 Not Found\n" TARGET
#define PRESENT "200 OK\n" TARGET
#define OTHER   "X-CalculatedBETarget: ex02.corp.example.com\n"

/* 20 is followed by 21 and 25 by 26, so two of them have nothing below. */
static const struct ex_build_row rows[] = { ROW(7),  ROW(9),  ROW(12), ROW(20),
                                            ROW(21), ROW(25), ROW(26) };

struct script {
    const char *what;
    const char *paths[24]; /* asked for, in order; NULL-ended */
    const char *exists;    /* revisions whose folders exist: "26 7 " */
    const char *other;     /* an answer that ends it, to the second request; NULL: none */
    enum ex_folder_end end;
    int found;
    bool below, same_server;
    unsigned possible; /* revisions left */
};

#define P(r) "/ecp/15.2.1118." #r TAIL

static const struct script scripts[] = {
    { "the newest, and it can say no",
      { P(26), P(9999), NULL },
      "26 ",
      NULL,
      EX_FOLDER_FOUND,
      6,
      false,
      true,
      1 },
    { "an older one",
      { P(26), P(25), P(21), P(20), P(24), NULL },
      "20 12 9 7 ",
      NULL,
      EX_FOLDER_FOUND,
      3,
      false,
      true,
      1 },
    { "one below",
      { P(26), P(25), P(21), P(20), P(12), P(9), P(7), P(24), NULL },
      "24 7 ",
      NULL,
      EX_FOLDER_FOUND,
      5,
      true,
      true,
      1 },
    { "none at all",
      { P(26), P(25), P(21), P(20), P(12), P(9), P(7), P(24), P(19), P(11), P(8), P(6), NULL },
      "",
      NULL,
      EX_FOLDER_NONE,
      -1,
      false,
      true,
      0 },
    { "yes to everything",
      { P(26), P(9999), NULL },
      "26 9999 ",
      NULL,
      EX_FOLDER_CLOSED,
      -1,
      false,
      true,
      7 },
    { "a redirect",
      { P(26), P(25), NULL },
      "",
      "302 Found\nLocation: /owa/\n",
      EX_FOLDER_CLOSED,
      -1,
      false,
      true,
      7 },
    { "forbidden",
      { P(26), P(25), NULL },
      "",
      "403 Forbidden\n",
      EX_FOLDER_CLOSED,
      -1,
      false,
      true,
      7 },
    { "login timeout",
      { P(26), P(25), NULL },
      "",
      "440 Login Timeout\n",
      EX_FOLDER_CLOSED,
      -1,
      false,
      true,
      7 },
    { "404 without a back end",
      { P(26), P(25), NULL },
      "",
      "404 Not Found\n",
      EX_FOLDER_CLOSED,
      -1,
      false,
      true,
      7 },
    { "200 without a back end",
      { P(26), P(25), NULL },
      "",
      "200 OK\n",
      EX_FOLDER_CLOSED,
      -1,
      false,
      true,
      7 },
    { "no server of that CU",
      { P(26), P(25), NULL },
      "",
      "404 Not Found\nX-CasErrorCode: ServerVersionNotFound\n",
      EX_FOLDER_WRONG_CU,
      -1,
      false,
      true,
      7 },
};

static void is_on_front_end(struct ex_evidence *ev)
{
    struct ex_answer *a;

    ex_evidence_init(ev, "mail.example.com");
    a = ex_evidence_answer(ev, EX_PROBE_LOGON);
    a->status = 200;
    a->front_end = ex_evidence_front_end(ev, ex_span_str("EX01"));
}

static bool exists(const char *list, const char *path)
{
    char revision[16];

    snprintf(revision, sizeof(revision), "%.*s ", (int)strcspn(path + 15, "/"), path + 15);
    return strstr(list, revision) != NULL;
}

static void play(const struct script *s)
{
    struct ex_evidence ev;
    struct ex_folder_step step;
    size_t n = 0, left = 0;

    is_on_front_end(&ev);
    while ((step = ex_folder_next(&ev.folders, rows, N_OF(rows))).row != EX_FOLDER_NOTHING) {
        char path[160];
        struct answer a;
        const char *text;

        ex_folder_path(path, sizeof(path), rows, step);
        if (!s->paths[n] || strcmp(path, s->paths[n]) != 0)
            fail_msg("%s: request %zu is %s, wanted %s", s->what, n, path,
                     s->paths[n] ? s->paths[n] : "nothing");
        text = s->other && n == 1 ? s->other : exists(s->exists, path) ? PRESENT : ABSENT;
        n++;
        ex_folder_read(&ev, rows, N_OF(rows), step, answer_of(&a, path, text));
    }
    for (size_t i = 0; i < N_OF(rows); i++)
        left += ex_folder_is_possible(&ev.folders, rows, N_OF(rows), i);
    if (s->paths[n] || ev.folders.end != s->end || ev.folders.found != s->found ||
        ev.folders.found_below != s->below || ev.folders.same_server != s->same_server)
        fail_msg("%s: %zu requests, end %u, found %d below %d same %d", s->what, n, ev.folders.end,
                 ev.folders.found, ev.folders.found_below, ev.folders.same_server);
    if (s->end != EX_FOLDER_CLOSED && s->end != EX_FOLDER_WRONG_CU && left != s->possible)
        fail_msg("%s: %zu revisions are left, wanted %u", s->what, left, s->possible);
}

static void newest_to_oldest(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_OF(scripts); i++)
        play(&scripts[i]);
}

static void answer_of_another_server(void **state)
{
    static const char *const answers[] = { "404 x\n" OTHER, "200 OK\n" OTHER };
    struct ex_evidence ev;
    struct answer a;
    (void)state;

    is_on_front_end(&ev);
    for (size_t i = 0; i < 2; i++)
        ex_folder_read(&ev, rows, N_OF(rows), ex_folder_next(&ev.folders, rows, N_OF(rows)),
                       answer_of(&a, "/", answers[i]));
    assert_false(ev.folders.same_server);
    assert_string_equal(ev.folders.back_end, "ex02.corp.example.com");
    for (size_t i = 0; i < N_OF(rows); i++) /* nothing follows for the front end */
        assert_true(ex_folder_is_possible(&ev.folders, rows, N_OF(rows), i));
}

/* Two mailbox servers that take turns: their folders must not be mixed up. */
static void answers_of_two_servers(void **state)
{
    static const char *const answers[] = { "404 x\n" TARGET, "404 x\n" OTHER, "404 x\n" TARGET };
    struct ex_evidence ev;
    struct answer a;
    (void)state;

    is_on_front_end(&ev);
    for (size_t i = 0; i < N_OF(answers); i++)
        ex_folder_read(&ev, rows, N_OF(rows), ex_folder_next(&ev.folders, rows, N_OF(rows)),
                       answer_of(&a, "/", answers[i]));
    assert_true(ev.folders.several_back_ends);
    assert_false(ev.folders.same_server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(newest_to_oldest),
        cmocka_unit_test(answer_of_another_server),
        cmocka_unit_test(answers_of_two_servers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
