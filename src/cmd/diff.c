// SPDX-License-Identifier: MIT
#include "cmd/diff.h"

#include <stdlib.h>
#include <string.h>

#include "cmd/reading.h"
#include "cmd/replace.h"
#include "cmd/threshold.h"

static enum ex_status as_text(FILE *to, const struct ex_reading *m, struct ex_error *err)
{
    const struct ex_text_options opt = ex_reading_text_options(m->cfg);
    (void)err;

    return ex_text_changes_report(to, &m->report, &opt);
}

static enum ex_status as_json(FILE *to, const struct ex_reading *m, struct ex_error *err)
{
    return ex_json_changes_report(to, &m->report, err);
}

static enum ex_status as_html(FILE *to, const struct ex_reading *m, struct ex_error *err)
{
    return ex_html_changes_report(to, &m->report, err);
}

static const struct format {
    const char *name;
    enum ex_status (*render)(FILE *to, const struct ex_reading *m, struct ex_error *err);
} formats[] = {
    { "text", as_text },
    { "json", as_json },
    { "html", as_html },
};

static enum ex_status find_format(const struct format **out, const char *name, struct ex_error *err)
{
    for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
        if (!name || !name[0] || strcmp(formats[i].name, name) == 0) {
            *out = &formats[i];
            return EX_OK;
        }
    }
    ex_error_set(err, "--format %.40s: diff has the formats text, json and html", name);
    return EX_EUSAGE;
}

/* Words of --fail-on beside severities and rules. */
static bool is_word(const char *fail_on, const char *word)
{
    return fail_on && strcmp(fail_on, word) == 0;
}

/* With a severity or rules: such a finding is new, came back or got worse. */
static bool reaches(const struct ex_changes *c, const struct ex_threshold *limit)
{
    for (size_t i = 0; i < c->n; i++)
        for (size_t k = 0; k < c->at[i].n_findings; k++) {
            const struct ex_changed_finding *f = &c->at[i].findings[k];

            if (!f->accepted && f->change <= EX_CHANGE_WORSE &&
                ex_threshold_is_met(limit, f->rule, f->severity))
                return true;
        }
    return false;
}

static bool fails(const struct ex_reading *m, const struct ex_threshold *limit)
{
    const char *fail_on = m->cfg->fail_on;

    if (m->cfg->quiet && m->changes->changed)
        return true;
    return is_word(fail_on, "changed") ? m->changes->changed
           : is_word(fail_on, "worse") ? m->changes->worse
                                       : reaches(m->changes, limit);
}

static enum ex_status render(const struct ex_reading *m, const struct format *format,
                             struct ex_error *err)
{
    struct ex_replace out;
    enum ex_status st;

    if (m->cfg->quiet)
        return EX_OK;
    st = ex_replace_begin(&out, m->cfg->output, err);
    if (st != EX_OK)
        return st;
    return ex_replace_end(&out, format->render(out.to, m, err), err);
}

static enum ex_status read_both(struct ex_reading *m, const struct ex_config *cfg,
                                const struct ex_catalog *cat, int64_t now_unix_ms,
                                struct ex_error *err)
{
    const size_t last = cfg->operands.n - 1;
    const char **earlier = calloc(cfg->operands.n, sizeof(*earlier));
    enum ex_status st;

    if (!earlier)
        return EX_ENOMEM;
    memcpy(earlier, cfg->operands.at, last * sizeof(*earlier));
    st = ex_reading_open(m, cfg, &cfg->operands.at[last], earlier, cat, now_unix_ms, err);
    free(earlier);
    return st;
}

enum ex_status ex_diff(const struct ex_config *cfg, const struct ex_catalog *cat,
                       int64_t now_unix_ms, enum ex_exit *code, struct ex_error *err)
{
    const bool has_word = is_word(cfg->fail_on, "changed") || is_word(cfg->fail_on, "worse");
    struct ex_reading m = { .cfg = cfg };
    const struct format *format;
    struct ex_threshold limit;
    enum ex_status st = find_format(&format, cfg->format, err);

    if (st == EX_OK && cfg->operands.n < 2) {
        ex_error_set(err, "name an earlier result and the new one: diff OLD... NEW");
        st = EX_EUSAGE;
    }
    if (st == EX_OK)
        st = ex_threshold_parse(&limit, has_word ? NULL : cfg->fail_on, cat, err);
    if (st == EX_OK)
        st = read_both(&m, cfg, cat, now_unix_ms, err);
    if (st == EX_OK)
        st = render(&m, format, err);
    if (st == EX_OK)
        *code = fails(&m, &limit)                                    ? EX_EXIT_FINDINGS
                : m.changes->complete && m.changes->earlier_complete ? EX_EXIT_OK
                                                                     : EX_EXIT_INCOMPLETE;
    if (st == EX_OK)
        st = ex_reading_notify(&m, err);
    ex_reading_free(&m);
    return st;
}
