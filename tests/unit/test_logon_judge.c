// SPDX-License-Identifier: MIT
/* What scripts come to as a page; which scripts are asked for next; what a file is called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "logon/logon.h"
#include "logon/score.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define F(x)    (1 << EX_FEAT_##x)

static struct ex_logon_page page;

static void begin(void)
{
    memset(&page, 0, sizeof(page));
    page.seen[EX_CP_LOGON] = page.native[EX_CP_LOGON] = page.form[EX_CP_LOGON] = true;
}

static struct ex_script *add(enum ex_script_kind kind, uint16_t features)
{
    struct ex_script *s = &page.scripts[page.n_scripts++];

    *s = (struct ex_script){ .kind = kind, .features = features };
    return s;
}

static void a_script_alone(void **state)
{
    static const struct {
        uint16_t features;
        enum ex_form_action action;
        bool header_names;
        int score;
        enum ex_logon_state state;
    } rows[] = {
        { 0, 0, 0, 0, EX_LP_CUSTOMISED },
        { F(S1), 0, 0, 15, EX_LP_REVIEW },
        { F(S1) | F(B1), 0, 0, 0, EX_LP_CUSTOMISED },
        { F(S2) | F(B1), 0, 0, 0, EX_LP_CUSTOMISED },
        { F(M1), 0, 0, 20, EX_LP_REVIEW },
        { F(O1), 0, 0, 20, EX_LP_REVIEW },
        { F(C2), 0, 0, 15, EX_LP_REVIEW },
        { F(C2) | F(S1), 0, 0, 30, EX_LP_SUSPICIOUS },
        { F(S1) | F(S3), 0, 0, 40, EX_LP_SUSPICIOUS },
        { F(S1) | F(S4), 0, 0, 55, EX_LP_SUSPICIOUS },
        { F(S1) | F(S4) | F(C2), 0, 0, 70, EX_LP_LIKELY },
        { F(C1), 0, 0, 30, EX_LP_SUSPICIOUS },
        { F(C1) | F(B1), 0, 0, 30, EX_LP_SUSPICIOUS }, /* no discount for who reads passwords */
        { F(C1) | F(S1), 0, 0, 45, EX_LP_LIKELY },
        { F(C1) | F(S2), 0, 0, 45, EX_LP_LIKELY },
        { F(C1) | F(K1), 0, 0, 65, EX_LP_LIKELY },
        { F(C1) | F(S1) | F(S3), 0, 0, 70, EX_LP_LIKELY },
        { F(C1) | F(S1) | F(S4), 0, 0, 85, EX_LP_CONFIRMED },
        { F(C1) | F(S1) | F(S5), 0, 0, 65, EX_LP_CONFIRMED },
        { F(C1) | F(S1) | F(H1), 0, 0, 85, EX_LP_LIKELY },
        { F(C1) | F(S1) | F(H1), 0, true, 85, EX_LP_CONFIRMED },
        { F(C1) | F(S1) | F(F1), EX_ACTION_FOREIGN, 0, 105, EX_LP_CONFIRMED },
        { F(C1) | F(S1) | F(F1), EX_ACTION_SAME_ORIGIN, 0, 75, EX_LP_LIKELY },
        { F(C1) | F(S4), 0, 0, 70, EX_LP_LIKELY },
        { F(F1), EX_ACTION_BY_SCRIPT, 0, 15, EX_LP_REVIEW },
        { F(F1), EX_ACTION_SAME_ORIGIN, 0, 30, EX_LP_SUSPICIOUS },
        { F(F1), EX_ACTION_FOREIGN, 0, 60, EX_LP_LIKELY },
        { F(F1) | F(B1), EX_ACTION_FOREIGN, 0, 60, EX_LP_LIKELY },
        { F(F1) | F(B1), EX_ACTION_BY_SCRIPT, 0, 0, EX_LP_CUSTOMISED },
        { F(F2), 0, 0, 20, EX_LP_REVIEW },
    };
    unsigned bad = 0;

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_script *s;

        begin();
        s = add(EX_SCRIPT_INLINE, rows[i].features);
        s->action = (uint8_t)rows[i].action;
        s->header_names = rows[i].header_names;
        for (int twice = 0; twice < 2; twice++) {
            ex_logon_judge(&page);
            if (page.state == rows[i].state && page.score == rows[i].score &&
                page.features == rows[i].features)
                continue;
            fprintf(stderr, "row %zu: %s, %d\n", i, ex_logon_str(page.state), page.score);
            bad++;
        }
    }
    assert_int_equal(bad, 0);
}

/* What is wrong with a page whose scripts are all known. */
static void never_genuine(void **state)
{
    static const struct {
        const char *what;
        bool *flag;
        enum ex_logon_state set, clear; /* state with the flag set, and without */
    } rows[] = {
        { "nothing", NULL, EX_LP_GENUINE, EX_LP_GENUINE },
        { "doubtful", &page.doubtful, EX_LP_REVIEW, EX_LP_GENUINE },
        { "cut", &page.cut[EX_CP_LOGON], EX_LP_REVIEW, EX_LP_GENUINE },
        { "differ", &page.pages_differ, EX_LP_REVIEW, EX_LP_GENUINE },
        { "form", &page.form[EX_CP_LOGON], EX_LP_GENUINE, EX_LP_REVIEW },
        { "native", &page.native[EX_CP_LOGON], EX_LP_GENUINE, EX_LP_NOT_NATIVE },
        { "seen", &page.seen[EX_CP_LOGON], EX_LP_GENUINE, EX_LP_NOT_ASSESSED },
        { "script cut", &page.scripts[0].cut, EX_LP_REVIEW, EX_LP_GENUINE },
        { "script known", &page.scripts[0].known, EX_LP_GENUINE, EX_LP_CUSTOMISED },
        { "expired page seen", &page.seen[EX_CP_EXPIRED], EX_LP_GENUINE, EX_LP_GENUINE },
    };

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        for (int set = 0; set < 2; set++) {
            begin();
            add(EX_SCRIPT_INLINE, 0)->known = true;
            if (rows[i].flag)
                *rows[i].flag = set;
            ex_logon_judge(&page);
            if (page.state != (set ? rows[i].set : rows[i].clear))
                fprintf(stderr, "%s %d\n", rows[i].what, set);
            assert_int_equal(page.state, set ? rows[i].set : rows[i].clear);
        }
    }
    begin();
    page.n_more = 1;
    ex_logon_judge(&page);
    assert_int_equal(page.state, EX_LP_REVIEW);
    begin();
    page.n_origins = 1;
    ex_logon_judge(&page);
    assert_int_equal(page.state, EX_LP_CUSTOMISED);
}

static void known_scripts_count_for_nothing(void **state)
{
    (void)state;
    begin();
    add(EX_SCRIPT_INLINE, F(C1) | F(S1) | F(S4))->known = true;
    ex_logon_judge(&page);
    assert_int_equal(page.state, EX_LP_GENUINE);
    assert_int_equal(page.features, 0);
    assert_int_equal(page.score, 0);
}

static void two_scripts_together(void **state)
{
    struct ex_script *a, *b;

    (void)state;
    begin();
    a = add(EX_SCRIPT_INLINE, F(C1));
    b = add(EX_SCRIPT_INLINE, F(S1) | F(S4));
    ex_logon_judge(&page);
    assert_int_equal(page.state, EX_LP_SUSPICIOUS); /* nothing connects them */
    a->gives[0] = 7;
    b->takes[0] = 9;
    ex_logon_judge(&page);
    assert_int_equal(page.state, EX_LP_SUSPICIOUS);
    b->takes[1] = 7;
    ex_logon_judge(&page);
    assert_int_equal(page.state, EX_LP_CONFIRMED);
    b->features = F(S2);
    ex_logon_judge(&page);
    assert_int_equal(page.state, EX_LP_LIKELY);
    b->known = true;
    ex_logon_judge(&page);
    assert_int_equal(page.state, EX_LP_SUSPICIOUS);
}

static void foreign_scripts(void **state)
{
    struct ex_script *s;

    (void)state;
    begin();
    s = add(EX_SCRIPT_FOREIGN, F(X1));
    ex_logon_judge(&page);
    assert_int_equal(page.state, EX_LP_REVIEW);
    assert_int_equal(page.score, 20);
    s->features = 0;
    s->integrity = true;
    ex_logon_judge(&page);
    assert_int_equal(page.state, EX_LP_REVIEW);
    s->benign = true;
    ex_logon_judge(&page);
    assert_int_equal(page.state, EX_LP_CUSTOMISED);
    s->benign = s->integrity = false;
    s->features = F(X1);
    add(EX_SCRIPT_INLINE, F(C1)); /* 35 now, and 30 for the reading */
    ex_logon_judge(&page);
    assert_int_equal(s->score, 35);
    assert_int_equal(page.score, 65);
    assert_int_equal(page.state, EX_LP_LIKELY);
}

static void files_of_exchange(void **state)
{
    struct ex_script *in_page, *file;

    (void)state;
    begin();
    in_page = add(EX_SCRIPT_INLINE, 0);
    in_page->shipped = true;
    ex_logon_judge(&page);
    assert_int_equal(page.state, EX_LP_REVIEW); /* an unknown flogon.js alone */
    in_page->features = F(M1) | F(C2);
    ex_logon_judge(&page);
    assert_int_equal(page.state, EX_LP_REVIEW); /* and no more, whatever the points */
    in_page->features = F(C1);
    ex_logon_judge(&page);
    assert_int_equal(page.state, EX_LP_SUSPICIOUS);

    begin();
    in_page = add(EX_SCRIPT_INLINE, 0);
    file = add(EX_SCRIPT_STATIC, 0);
    in_page->known = in_page->shipped = file->known = file->shipped = file->fetched = true;
    ex_span_copy(file->url, sizeof(file->url), ex_span_str("/owa/auth/15.1.1/x/flogon.js"));
    ex_span_copy(file->sha256, sizeof(file->sha256), ex_span_str("a"));
    ex_span_copy(in_page->sha256, sizeof(in_page->sha256), ex_span_str("a"));
    ex_logon_judge(&page);
    assert_false(page.flogon_differs);
    assert_int_equal(page.state, EX_LP_GENUINE);
    ex_span_copy(file->sha256, sizeof(file->sha256), ex_span_str("b"));
    ex_logon_judge(&page);
    assert_true(page.flogon_differs);
    assert_int_equal(page.state, EX_LP_REVIEW);
}

static void names_where_it_is_sent(void **state)
{
    struct ex_script *s;

    (void)state;
    begin();
    s = add(EX_SCRIPT_INLINE, F(C1) | F(S1) | F(S5));
    ex_span_copy(s->sink, sizeof(s->sink), ex_span_str("/owa/auth/x.aspx"));
    ex_logon_judge(&page);
    assert_string_equal(page.target, "/owa/auth/x.aspx");
    s->features = F(S1) | F(S5); /* nothing is read: nothing is received */
    ex_logon_judge(&page);
    assert_string_equal(page.target, "");
    s->features = F(F1);
    s->action = EX_ACTION_SAME_ORIGIN;
    ex_logon_judge(&page);
    assert_string_equal(page.target, "/owa/auth/x.aspx");
    ex_span_copy(s->sink, sizeof(s->sink), ex_span_str("//t.example.net/x"));
    ex_logon_judge(&page);
    assert_string_equal(page.target, "");
}

static void asks_for_five_scripts(void **state)
{
    (void)state;
    begin();
    add(EX_SCRIPT_INLINE, 0)->known = true;
    assert_int_equal(ex_logon_next(&page), page.n_scripts);
    for (int i = 0; i < 7; i++)
        add(EX_SCRIPT_SAME_ORIGIN, 0);
    for (size_t i = 1; i <= 5; i++) {
        assert_int_equal(ex_logon_next(&page), i);
        page.scripts[i].tried = page.scripts[i].fetched = page.scripts[i].known = true;
    }
    assert_int_equal(ex_logon_next(&page), page.n_scripts);
    ex_logon_judge(&page); /* two were not read */
    assert_true(page.incomplete);
    assert_int_equal(page.state, EX_LP_REVIEW);
    page.n_scripts -= 2;
    ex_logon_judge(&page);
    assert_false(page.incomplete);
    assert_int_equal(page.state, EX_LP_GENUINE);
}

static void names_files(void **state)
{
    char path[64];

    (void)state;
    begin();
    assert_false(ex_logon_static_path(&page, "flogon.js", path, sizeof(path)));
    ex_span_copy(page.theme, sizeof(page.theme), ex_span_str("/owa/auth/15.1.2507/"));
    assert_true(ex_logon_static_path(&page, "flogon.js", path, sizeof(path)));
    assert_string_equal(path, "/owa/auth/15.1.2507/scripts/premium/flogon.js");
    assert_false(ex_logon_static_path(&page, "flogon.js", path, 45));
    assert_true(ex_logon_static_path(&page, "flogon.js", path, 46));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_script_alone),
        cmocka_unit_test(never_genuine),
        cmocka_unit_test(known_scripts_count_for_nothing),
        cmocka_unit_test(two_scripts_together),
        cmocka_unit_test(foreign_scripts),
        cmocka_unit_test(files_of_exchange),
        cmocka_unit_test(names_where_it_is_sent),
        cmocka_unit_test(asks_for_five_scripts),
        cmocka_unit_test(names_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
