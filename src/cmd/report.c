// SPDX-License-Identifier: MIT
#include "cmd/report.h"

#include <string.h>

#include "cmd/by_client.h"
#include "cmd/reading.h"
#include "cmd/replace.h"
#include "cmd/threshold.h"
#include "report/tally.h"

static enum ex_status as_text(FILE *to, const struct ex_reading *m, struct ex_error *err)
{
    const struct ex_text_options opt = ex_reading_text_options(m->cfg);

    return ex_text_report(to, &m->report, &opt, err);
}

static enum ex_status as_html(FILE *to, const struct ex_reading *m, struct ex_error *err)
{
    return ex_html_report(to, &m->report, NULL, err);
}

static enum ex_status as_csv(FILE *to, const struct ex_reading *m, struct ex_error *err)
{
    return ex_csv_report(to, &m->report, err);
}

static enum ex_status as_plan(FILE *to, const struct ex_reading *m, struct ex_error *err)
{
    return ex_plan_csv_report(to, &m->report, err);
}

static enum ex_status as_prometheus(FILE *to, const struct ex_reading *m, struct ex_error *err)
{
    return ex_prometheus_report(to, &m->report, err);
}

static enum ex_status as_sarif(FILE *to, const struct ex_reading *m, struct ex_error *err)
{
    return ex_sarif_report(to, &m->report, err);
}

static enum ex_status as_ecs(FILE *to, const struct ex_reading *m, struct ex_error *err)
{
    return ex_ecs_report(to, &m->report, err);
}

/* A way to render: one row here, its word in the option table, and its function in src/report/. */
static const struct format {
    const char *name;
    enum ex_status (*render)(FILE *to, const struct ex_reading *m, struct ex_error *err);
} formats[] = {
    { "text", as_text },        { "html", as_html },   { "csv", as_csv },
    { "action-plan", as_plan }, { "sarif", as_sarif }, { "prometheus", as_prometheus },
    { "ecs", as_ecs },
};
enum { N_FORMATS = sizeof(formats) / sizeof(formats[0]) };

static enum ex_status find_format(const struct format **out, const char *name, struct ex_error *err)
{
    for (size_t i = 0; i < N_FORMATS; i++) {
        if (!name || !name[0] || strcmp(formats[i].name, name) == 0) {
            *out = &formats[i];
            return EX_OK;
        }
    }
    ex_error_set(err, "--format %.40s: there is no such format; see --help", name);
    return EX_EUSAGE;
}

static bool reaches(const struct ex_rows *rows, const struct ex_threshold *limit)
{
    for (size_t i = 0; i < rows->n; i++)
        for (size_t k = 0; k < rows->at[i]->n_findings; k++) {
            const struct ex_row_finding *f = &rows->at[i]->findings[k];

            if (!f->accepted && ex_threshold_is_met(limit, f->rule, f->severity))
                return true;
        }
    return false;
}

static bool is_covered(const struct ex_sweep *sweep, uint32_t min_pct)
{
    struct ex_tally sum;

    ex_tally_of(&sum, &sweep->all);
    const uint64_t wanted = sum.hosts - sum.left_out;
    return sum.states[EX_STATE_ANSWERED] * 100 >= min_pct * wanted && (wanted > 0 || min_pct == 0);
}

static bool is_too_old(const struct ex_sweep *sweep, uint32_t max_days, int32_t today)
{
    const struct ex_run_seen *run = ex_sweep_oldest(sweep);
    int32_t day;

    if (max_days == 0)
        return false;
    return !run || ex_day_parse(ex_span_str(run->data_date), &day) != EX_OK ||
           (int64_t)today - day > (int64_t)max_days;
}

/* What is wrong outranks that the knowledge is old, and that outranks what was not seen. */
static enum ex_exit exit_of(const struct ex_reading *m, const struct ex_threshold *limit,
                            int32_t today)
{
    const struct ex_sweep *sweep = m->loaded.sweep;

    if (reaches(&sweep->all, limit))
        return EX_EXIT_FINDINGS;
    if (is_too_old(sweep, m->cfg->max_data_age_days, today))
        return EX_EXIT_DATA;
    if (!ex_sweep_is_complete(sweep) || !is_covered(sweep, m->cfg->min_coverage_pct))
        return EX_EXIT_INCOMPLETE;
    return EX_EXIT_OK;
}

static enum ex_status render(const struct ex_reading *m, const struct format *format,
                             struct ex_error *err)
{
    struct ex_replace out;
    enum ex_status st;

    if (m->cfg->by_client)
        return ex_by_client(m->cfg->by_client, &m->report, err);
    st = ex_replace_begin(&out, m->cfg->output, err);

    if (st != EX_OK)
        return st;
    return ex_replace_end(&out, format->render(out.to, m, err), err);
}

enum ex_status ex_report(const struct ex_config *cfg, const struct ex_catalog *cat,
                         int64_t now_unix_ms, enum ex_exit *code, struct ex_error *err)
{
    const int32_t today = ex_day_of_unix_ms(now_unix_ms);
    struct ex_reading m = { .cfg = cfg };
    const struct format *format;
    struct ex_threshold limit;
    enum ex_status st = find_format(&format, cfg->format, err);

    if (st == EX_OK && cfg->notify && cfg->since.n == 0) {
        ex_error_set(err, "--notify tells what got worse, and needs --since");
        st = EX_EUSAGE;
    }
    if (st == EX_OK)
        st = ex_threshold_parse(&limit, cfg->fail_on, cat, err);
    if (st == EX_OK)
        st = ex_reading_open(&m, cfg, cfg->operands.at, cfg->since.at, cat, now_unix_ms, err);
    if (st == EX_OK)
        st = render(&m, format, err);
    if (st == EX_OK)
        *code = exit_of(&m, &limit, today);
    if (st == EX_OK)
        st = ex_reading_notify(&m, err);
    ex_reading_free(&m);
    return st;
}
