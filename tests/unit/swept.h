// SPDX-License-Identifier: MIT
#ifndef UNIT_SWEPT_H
#define UNIT_SWEPT_H

#include "report/report.h"

/* A sweep from the text of a result file, for tests of reports. Include after cmocka.h. */
struct swept {
    FILE **in; /* a place that stays: the reader borrows it */
    struct ex_results *results;
    struct ex_sweep *sweep;
};

static inline struct swept sweep_bytes(const char *text, size_t n, const char *name,
                                       struct ex_accepted *accepted)
{
    static const char *names[1];
    struct swept s = { .in = malloc(sizeof(FILE *)) };
    struct ex_error err = { "" };

    names[0] = name;
    assert_non_null(s.in);
    *s.in = fmemopen((void *)text, n, "r");
    assert_non_null(*s.in);
    assert_int_equal(ex_results_new(&s.results, s.in, names, 1), EX_OK);
    if (ex_sweep_load(&s.sweep, s.results, accepted, &err) != EX_OK)
        fail_msg("%s", err.text);
    return s;
}

static inline struct swept sweep_text(const char *text)
{
    return sweep_bytes(text, strlen(text), "f", NULL);
}

static inline void unsweep(struct swept *s)
{
    ex_sweep_free(s->sweep);
    ex_results_free(s->results);
    fclose(*s->in);
    free(s->in);
}

/* The text report on all of it, in malloc()ed memory. Not inline: gcc cannot see that the stream
 * is closed when @out goes. */
static __attribute__((unused, noinline)) char *text_report_of(const struct swept *s,
                                                              const struct ex_text_options *opt)
{
    const struct ex_report r = { .sweep = s->sweep, .rows = &s->sweep->all };
    struct ex_error err = { "" };
    char *out = NULL;
    size_t n = 0;
    FILE *to = open_memstream(&out, &n);

    assert_non_null(to);
    if (ex_text_report(to, &r, opt, &err) != EX_OK)
        fail_msg("%s", err.text);
    fclose(to);
    return out;
}

#endif
