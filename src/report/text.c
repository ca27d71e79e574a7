// SPDX-License-Identifier: MIT
#include "report/text_parts.h"

static unsigned width_of(const struct ex_text_options *opt)
{
    if (opt->width == 0)
        return EX_PAPER_WIDTH_DEFAULT;
    if (opt->width < EX_PAPER_WIDTH_MIN)
        return EX_PAPER_WIDTH_MIN;
    return opt->width > EX_PAPER_WIDTH_MAX ? EX_PAPER_WIDTH_MAX : opt->width;
}

enum ex_status ex_text_report(FILE *to, const struct ex_report *r,
                              const struct ex_text_options *opt, struct ex_error *err)
{
    const struct ex_text t = { .paper = { to, width_of(opt), opt->color },
                               .report = r,
                               .results = r->sweep->results,
                               .rows = r->rows };
    enum ex_status st = EX_OK;

    ex_text_banner(&t);
    if (t.rows->n > 0) {
        ex_text_headline(&t);
        st = ex_text_table(&t);
    } else {
        fputs("No host was examined.\n", to);
    }
    if (st != EX_OK)
        return st;
    if (r->changes)
        putc('\n', to);
    ex_text_changes(&t);
    ex_text_summary(&t);
    ex_text_todo(&t, opt->details);
    if (opt->details)
        st = ex_text_details(&t, err);
    ex_text_signs_limits(&t);
    return st;
}

enum ex_status ex_text_changes_report(FILE *to, const struct ex_report *r,
                                      const struct ex_text_options *opt)
{
    const struct ex_text t = { .paper = { to, width_of(opt), opt->color },
                               .report = r,
                               .results = r->sweep->results,
                               .rows = r->rows };

    ex_text_banner(&t);
    ex_text_changes(&t);
    return EX_OK;
}
