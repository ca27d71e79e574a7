// SPDX-License-Identifier: MIT
/* Text for the node exporter's textfile collector: exposition format 0.0.4. No host is a label:
 * their number has no bound. What is none is written as 0, because a missing metric raises no
 * alarm. */
#include <inttypes.h>
#include <stdlib.h>

#include "report/report.h"
#include "report/tally.h"

enum { MS_PER_S = 1000 };

static void metric(FILE *to, const char *name, const char *type, const char *help)
{
    fprintf(to, "# HELP exprobe_%s %s\n# TYPE exprobe_%s %s\n", name, help, name, type);
}

/* In quotes, backslash, quote and line feed are escaped. */
static void put_label(FILE *to, const char *name, const char *value, bool first)
{
    fprintf(to, "%c%s=\"", first ? '{' : ',', name);
    for (; *value; value++) {
        if (*value == '\\' || *value == '"')
            putc('\\', to);
        if (*value == '\n')
            fputs("\\n", to);
        else
            putc(*value, to);
    }
    putc('"', to);
}

static void put_count(FILE *to, const char *metric_name, const char *client, const char *label,
                      const char *word, uint64_t n)
{
    fprintf(to, "exprobe_%s", metric_name);
    put_label(to, "client", client, true);
    if (label)
        put_label(to, label, word, false);
    fprintf(to, "} %" PRIu64 "\n", n);
}

/* Since 1970; 0 for what is no time, or an earlier one. */
static int64_t seconds_of(const char *time)
{
    int64_t ms;

    return ex_time_parse(ex_span_str(time), &ms) == EX_OK && ms > 0 ? ms / MS_PER_S : 0;
}

static int64_t seconds_of_day(const char *day)
{
    enum { DAY_S = 86400 };
    int32_t at;

    return ex_day_parse(ex_span_str(day), &at) == EX_OK && at > 0 ? (int64_t)at * DAY_S : 0;
}

/* When the youngest run began. */
static int64_t last_sweep(const struct ex_sweep *sweep)
{
    int64_t last = 0;

    for (size_t i = 0; i < ex_results_n_runs(sweep->results); i++) {
        const int64_t at = seconds_of(ex_results_run(sweep->results, i)->started);

        last = at > last ? at : last;
    }
    return last;
}

static void put_sweep(FILE *to, const struct ex_report *r, const struct ex_tally *sum)
{
    const struct ex_run_seen *run = ex_sweep_oldest(r->sweep);
    const bool complete = ex_sweep_is_complete(r->sweep);
    const int64_t last = last_sweep(r->sweep);

    metric(to, "build_info", "gauge", "Version of exprobe that wrote this file.");
    fputs("exprobe_build_info", to);
    put_label(to, "version", r->version, true);
    fputs("} 1\n", to);
    metric(to, "report_timestamp_seconds", "gauge", "When this file was made.");
    fprintf(to, "exprobe_report_timestamp_seconds %" PRId64 "\n", r->made_unix_ms / MS_PER_S);
    metric(to, "last_sweep_timestamp_seconds", "gauge", "When the newest run began.");
    fprintf(to, "exprobe_last_sweep_timestamp_seconds %" PRId64 "\n", last);
    metric(to, "last_complete_sweep_timestamp_seconds", "gauge",
           "When the newest run began, if all runs came to their end, else 0.");
    fprintf(to, "exprobe_last_complete_sweep_timestamp_seconds %" PRId64 "\n", complete ? last : 0);
    metric(to, "sweep_complete", "gauge", "1 when every run came to its end.");
    fprintf(to, "exprobe_sweep_complete %d\n", complete);
    metric(to, "coverage_ratio", "gauge",
           "Hosts that answered, of those that were not left out on purpose.");
    fprintf(to, "exprobe_coverage_ratio %.3f\n", (double)ex_tally_coverage(sum) / 1000);
    metric(to, "data_timestamp_seconds", "gauge", "Date of the oldest knowledge used, 0 unknown.");
    fprintf(to, "exprobe_data_timestamp_seconds %" PRId64 "\n",
            run ? seconds_of_day(run->data_date) : 0);
}

/* The counts of one kind for every client; each function writes all words of it. */
static void put_states(FILE *to, const char *client, const struct ex_tally *sum)
{
    for (int i = 0; i < EX_N_STATES; i++)
        put_count(to, "hosts", client, "state", ex_state_str((enum ex_state)i), sum->states[i]);
}

static void put_severities(FILE *to, const char *client, const struct ex_tally *sum)
{
    for (int i = 0; i < EX_N_SEVERITIES; i++)
        put_count(to, "hosts_severity", client, "severity", ex_severity_str((enum ex_severity)i),
                  sum->severities[i]);
    put_count(to, "hosts_severity", client, "severity", "not-examined", sum->unseen);
}

static void put_updates(FILE *to, const char *client, const struct ex_tally *sum)
{
    for (int i = 0; i <= EX_PATCH_NOT_ASSESSED; i++)
        put_count(to, "hosts_updates", client, "state", ex_patch_str((enum ex_patch_state)i),
                  sum->patches[i]);
}

static void put_supports(FILE *to, const char *client, const struct ex_tally *sum)
{
    for (int i = 0; i <= EX_SUPPORT_ENDED; i++)
        put_count(to, "hosts_support", client, "state", ex_support_str((enum ex_support_state)i),
                  sum->supports[i]);
}

static void put_backdoors(FILE *to, const char *client, const struct ex_tally *sum)
{
    for (int i = 0; i < EX_N_BACKDOOR_STATES; i++)
        put_count(to, "hosts_backdoor", client, "state", ex_backdoor_str((enum ex_backdoor_state)i),
                  sum->backdoors[i]);
}

static void put_logons(FILE *to, const char *client, const struct ex_tally *sum)
{
    for (int i = 0; i < EX_N_LOGON_STATES; i++)
        put_count(to, "hosts_logon_page", client, "state", ex_logon_str((enum ex_logon_state)i),
                  sum->logons[i]);
}

static void put_exploited(FILE *to, const char *client, const struct ex_tally *sum)
{
    put_count(to, "hosts_exploited", client, NULL, NULL, sum->exploited);
}

static void put_accepted(FILE *to, const char *client, const struct ex_tally *sum)
{
    put_count(to, "findings_accepted", client, NULL, NULL, sum->accepted);
}

static const struct {
    const char *name, *help;
    void (*put)(FILE *to, const char *client, const struct ex_tally *sum);
} counts[] = {
    { "hosts", "Hosts by how their examination ended.", put_states },
    { "hosts_severity", "Hosts by their worst open finding.", put_severities },
    { "hosts_updates", "Examined hosts by patch verdict.", put_updates },
    { "hosts_support", "Examined hosts by support.", put_supports },
    { "hosts_backdoor", "Exchange hosts by what was seen of back doors.", put_backdoors },
    { "hosts_logon_page", "Exchange hosts by their logon page.", put_logons },
    { "hosts_exploited", "Hosts that lack a fix for an exploited vulnerability.", put_exploited },
    { "findings_accepted", "Findings that somebody accepted; in no other count.", put_accepted },
};
enum { N_COUNTS = sizeof(counts) / sizeof(counts[0]) };

/* Open findings of one rule by severity; of rules that the knowledge has, also when there are none.
 */
static void put_rule(FILE *to, const char *client, const char *rule, const struct ex_rows *rows)
{
    uint64_t n[EX_N_SEVERITIES] = { 0 };

    for (size_t i = 0; i < rows->n; i++)
        for (size_t k = 0; k < rows->at[i]->n_findings; k++) {
            const struct ex_row_finding *f = &rows->at[i]->findings[k];

            if (!f->accepted && strcmp(f->rule, rule) == 0)
                n[f->severity]++;
        }
    for (int s = EX_SEV_INFO; s < EX_N_SEVERITIES; s++) {
        fputs("exprobe_findings", to);
        put_label(to, "client", client, true);
        put_label(to, "rule", rule, false);
        put_label(to, "severity", ex_severity_str((enum ex_severity)s), false);
        fprintf(to, "} %" PRIu64 "\n", n[s]);
    }
}

/* The hosts of every client; one client of no name when there are no hosts at all, so that the
 * zeros are there. */
static enum ex_status views_of(struct ex_rows **out, const char ***names, size_t *n,
                               const struct ex_report *r)
{
    enum ex_status st = EX_OK;

    *n = r->client || r->sweep->n_clients == 0 ? 1 : r->sweep->n_clients;
    *out = calloc(*n, sizeof(**out));
    *names = calloc(*n, sizeof(**names));
    if (!*out || !*names)
        return EX_ENOMEM;
    for (size_t i = 0; i < *n && st == EX_OK; i++) {
        (*names)[i] = r->client ? r->client : r->sweep->n_clients ? r->sweep->clients[i] : "";
        st = ex_sweep_client(&(*out)[i], r->sweep, (*names)[i]);
    }
    return st;
}

enum ex_status ex_prometheus_report(FILE *to, const struct ex_report *r, struct ex_error *err)
{
    struct ex_rows *views = NULL;
    const char **names = NULL;
    struct ex_tally sum;
    size_t n = 0;
    enum ex_status st = views_of(&views, &names, &n, r);
    (void)err;

    ex_tally_of(&sum, r->rows);
    if (st == EX_OK)
        put_sweep(to, r, &sum);
    for (size_t k = 0; k < N_COUNTS && st == EX_OK; k++) {
        metric(to, counts[k].name, "gauge", counts[k].help);
        for (size_t i = 0; i < n; i++) {
            ex_tally_of(&sum, &views[i]);
            counts[k].put(to, names[i], &sum);
        }
    }
    if (st == EX_OK)
        metric(to, "findings", "gauge", "Open findings by rule and severity.");
    for (size_t i = 0; i < n && st == EX_OK; i++)
        for (size_t k = 0; r->cat && k < r->cat->n_rules; k++)
            put_rule(to, names[i], r->cat->rules[k].id, &views[i]);
    for (size_t i = 0; views && i < n; i++)
        ex_rows_deinit(&views[i]);
    free(views);
    free(names);
    return st;
}
