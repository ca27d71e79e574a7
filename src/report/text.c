// SPDX-License-Identifier: MIT
#include "report/text.h"

#include <errno.h>
#include <string.h>

#include "report/text_parts.h"

static unsigned width_of(const struct ex_text_options *opt)
{
    if (opt->width == 0)
        return EX_PAPER_WIDTH_DEFAULT;
    if (opt->width < EX_PAPER_WIDTH_MIN)
        return EX_PAPER_WIDTH_MIN;
    return opt->width > EX_PAPER_WIDTH_MAX ? EX_PAPER_WIDTH_MAX : opt->width;
}

static enum ex_status print(const struct ex_text *t, bool details)
{
    enum ex_status st = EX_OK;

    ex_text_banner(t);
    if (t->rows->n > 0) {
        ex_text_headline(t);
        st = ex_text_table(t);
    } else {
        fputs("No host was examined.\n", t->paper.to);
    }
    if (st != EX_OK)
        return st;
    ex_text_summary(t);
    ex_text_todo(t, details);
    if (details)
        ex_text_details(t);
    ex_text_signs_limits(t);
    return EX_OK;
}

enum ex_status ex_text_report(FILE *to, FILE *const *in, const char *const *names, size_t n,
                              const struct ex_text_options *opt, bool *complete,
                              struct ex_error *err)
{
    struct ex_results *results = NULL;
    struct ex_rows *rows = NULL;
    enum ex_status st = ex_results_new(&results, in, names, n);

    if (st == EX_OK)
        st = ex_rows_load(&rows, results, opt->details ? EX_TEXT_DETAILS_MAX : 0, err);
    if (st == EX_OK) {
        const struct ex_text t = { .paper = { to, width_of(opt), opt->color },
                                   .results = results,
                                   .rows = rows };

        st = print(&t, opt->details);
        *complete = ex_text_is_complete(&t);
    }
    if (st == EX_OK && (fflush(to) != 0 || ferror(to))) {
        ex_error_set(err, "the report cannot be written: %s", strerror(errno));
        st = EX_EOUTPUT;
    }
    ex_rows_free(rows);
    ex_results_free(results);
    return st;
}
