// SPDX-License-Identifier: MIT
#ifndef TESTS_JUDGED_H
#define TESTS_JUDGED_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "data/load.h"
#include "out/finding.h"
#include "out/json.h"

/* Hosts judged with the knowledge that is compiled in. */

#define N_OF(a)  (sizeof(a) / sizeof((a)[0]))
#define NOTE(id) (UINT64_C(1) << EX_NOTE_##id)

enum { DAY_S = 86400 };
static const int64_t now_s = 1795419660; /* 2026-11-23T07:41:00Z */

struct fixture {
    struct ex_dataset *data;
    const struct ex_catalog *cat;
    struct ex_result r;
    struct ex_findings all;
    struct ex_json json;
};

static inline int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    struct ex_error err = { "" };

    if (!f || ex_data_load(&f->data, NULL, &err) != EX_OK) {
        print_error("%s\n", err.text);
        free(f);
        return -1;
    }
    f->cat = ex_data_catalog(f->data);
    *state = f;
    return 0;
}

static inline int teardown(void **state)
{
    struct fixture *f = *state;

    ex_json_free(&f->json);
    ex_data_free(f->data);
    free(f);
    return 0;
}

static inline int32_t day(const char *text)
{
    int32_t d = EX_DAY_NONE;

    assert_int_equal(ex_day_parse(ex_span_str(text), &d), EX_OK);
    return d;
}

static inline void set_target(struct ex_result *r, const char *line)
{
    enum ex_line_kind kind;
    struct ex_error err = { "" };

    if (ex_target_parse_line(ex_span_str(line), &r->target, &kind, &err) != EX_OK)
        fail_msg("%s: %s", line, err.text);
}

/* A host that answered and names this build; "" for none. Judged on @today. */
static inline void begin(struct fixture *f, const char *build, const char *today)
{
    struct ex_build b;

    memset(&f->r, 0, sizeof(f->r));
    set_target(&f->r, "mail.example.com");
    f->r.started_unix_ms = now_s * 1000;
    if (build[0]) {
        assert_int_equal(ex_build_parse(ex_span_str(build), &b, NULL), EX_OK);
        ex_fingerprint_of_build(f->cat, &b, &f->r.fingerprint);
        f->r.fingerprint.n_witnesses = 1;
        f->r.fingerprint.witnesses[0] =
            (struct ex_witness){ "header:x-owa-version", 200, "/owa/", "seen" };
    }
    ex_verdict(f->cat, &f->r.fingerprint, day(today), &f->r.verdict);
}

static inline const struct ex_finding *find(const struct fixture *f, const char *rule)
{
    for (uint8_t i = 0; i < f->all.n; i++)
        if (strcmp(f->all.at[i]->rule->id, rule) == 0)
            return f->all.at[i];
    return NULL;
}

static inline const struct ex_finding *need(struct fixture *f, const char *rule)
{
    const struct ex_finding *got;

    ex_findings_of(&f->r, f->cat, &f->all);
    got = find(f, rule);
    if (!got) {
        fail_msg("no finding of rule %s", rule);
        abort(); /* not reached, which the compiler cannot know */
    }
    return got;
}

/* Give a text member of the result a value. */
#define SET(member, text) ex_span_copy(member, sizeof(member), ex_span_str(text))

#endif
