// SPDX-License-Identifier: MIT
#include "core/put.h"
#include "report/cells.h"
#include "report/csv.h"
#include "report/report.h"

enum { LIST_SIZE = 4096 };

/* What the cells of a row are taken from. */
struct host {
    const struct ex_report *report;
    const struct ex_row *row;
    const struct ex_run_seen *run;
};

static const char *present_word(const struct ex_row *row)
{
    return row->present_known ? ex_presence_str(row->present) : "not-examined";
}

/* Of a host that was not examined, verdicts would be guesses. */
static const char *if_examined(const struct ex_row *row, const char *word)
{
    return ex_row_rank(row) == EX_RANK_UNSEEN ? "not-examined" : word;
}

static void put_client(struct ex_csv *w, const struct host *h)
{
    ex_csv_text(w, h->row->client);
}

static void put_target(struct ex_csv *w, const struct host *h)
{
    ex_csv_text(w, h->row->target);
}

static void put_address(struct ex_csv *w, const struct host *h)
{
    ex_csv_text(w, h->row->address);
}

static void put_state(struct ex_csv *w, const struct host *h)
{
    ex_csv_text(w, ex_state_str(h->row->state));
}

static void put_detail(struct ex_csv *w, const struct host *h)
{
    ex_csv_text(w, h->row->detail);
}

static void put_severity(struct ex_csv *w, const struct host *h)
{
    ex_csv_text(w, if_examined(h->row, ex_severity_str(h->row->severity)));
}

static void put_exchange(struct ex_csv *w, const struct host *h)
{
    ex_csv_text(w, present_word(h->row));
}

static void put_version(struct ex_csv *w, const struct host *h)
{
    ex_csv_text(w, h->row->version);
}

static void put_build(struct ex_csv *w, const struct host *h)
{
    ex_csv_text(w, h->row->build);
}

static void put_precision(struct ex_csv *w, const struct host *h)
{
    ex_csv_text(w, ex_precision_str(h->row->precision));
}

static void put_candidates(struct ex_csv *w, const struct host *h)
{
    ex_csv_u64(w, h->row->n_candidates);
}

static void put_device(struct ex_csv *w, const struct host *h)
{
    ex_csv_text(w, h->row->device);
}

static void put_updates(struct ex_csv *w, const struct host *h)
{
    ex_csv_text(w, if_examined(h->row, ex_patch_str(h->row->patch)));
}

static void put_missing(struct ex_csv *w, const struct host *h)
{
    ex_csv_u64(w, h->row->n_missing);
}

static void put_presumed(struct ex_csv *w, const struct host *h)
{
    ex_csv_u64(w, h->row->n_presumed);
}

static void put_possible(struct ex_csv *w, const struct host *h)
{
    ex_csv_u64(w, h->row->n_possible);
}

static void put_exploited(struct ex_csv *w, const struct host *h)
{
    ex_csv_u64(w, h->row->n_kev);
}

static void put_support(struct ex_csv *w, const struct host *h)
{
    ex_csv_text(w, if_examined(h->row, ex_support_str(h->row->support)));
}

static void put_ended_on(struct ex_csv *w, const struct host *h)
{
    ex_csv_text(w, h->row->ended_on);
}

static void put_backdoor(struct ex_csv *w, const struct host *h)
{
    ex_csv_text(w, if_examined(h->row, ex_backdoor_str(h->row->backdoor)));
}

static void put_reason(struct ex_csv *w, const struct host *h)
{
    ex_csv_text(w, ex_bd_reason_str(h->row->reason));
}

static void put_logon_page(struct ex_csv *w, const struct host *h)
{
    ex_csv_text(w, if_examined(h->row, ex_logon_str(h->row->logon)));
}

/* "rule subject; rule" of the findings that are open, or of those that are accepted. */
static void put_rules(struct ex_csv *w, const struct ex_row *row, bool accepted)
{
    char list[LIST_SIZE];
    struct ex_put text = ex_put_of(list, sizeof(list));

    for (size_t i = 0; i < row->n_findings; i++) {
        const struct ex_row_finding *f = &row->findings[i];

        if ((f->accepted != NULL) != accepted)
            continue;
        ex_put_str(&text, text.at > list ? "; " : "");
        ex_put_str(&text, f->rule);
        ex_put_str(&text, f->subject[0] ? " " : "");
        ex_put_str(&text, f->subject);
    }
    ex_csv_text(w, list);
}

static void put_findings(struct ex_csv *w, const struct host *h)
{
    put_rules(w, h->row, false);
}

static void put_accepted(struct ex_csv *w, const struct host *h)
{
    put_rules(w, h->row, true);
}

static void put_tags(struct ex_csv *w, const struct host *h)
{
    ex_csv_text(w, h->row->tags);
}

static void put_scanned(struct ex_csv *w, const struct host *h)
{
    ex_csv_text(w, h->row->started);
}

static void put_data_date(struct ex_csv *w, const struct host *h)
{
    ex_csv_text(w, h->run->data_date);
}

static void put_complete(struct ex_csv *w, const struct host *h)
{
    ex_csv_bool(w, ex_run_is_complete(h->run));
}

/* New columns go to the end: scripts count. */
static const struct column {
    const char *name;
    void (*put)(struct ex_csv *w, const struct host *h);
} columns[] = {
    { "client", put_client },
    { "target", put_target },
    { "address", put_address },
    { "state", put_state },
    { "detail", put_detail },
    { "severity", put_severity },
    { "exchange", put_exchange },
    { "version", put_version },
    { "build", put_build },
    { "precision", put_precision },
    { "candidates", put_candidates },
    { "device", put_device },
    { "updates", put_updates },
    { "cves_missing", put_missing },
    { "cves_presumed", put_presumed },
    { "cves_possible", put_possible },
    { "cves_exploited", put_exploited },
    { "support", put_support },
    { "support_end", put_ended_on },
    { "backdoor", put_backdoor },
    { "backdoor_reason", put_reason },
    { "logon_page", put_logon_page },
    { "findings", put_findings },
    { "accepted", put_accepted },
    { "tags", put_tags },
    { "scanned", put_scanned },
    { "data_date", put_data_date },
    { "run_complete", put_complete },
};
enum { N_COLUMNS = sizeof(columns) / sizeof(columns[0]) };

enum ex_status ex_csv_report(FILE *to, const struct ex_report *r, struct ex_error *err)
{
    struct ex_csv w = { .to = to };
    (void)err;

    for (size_t i = 0; i < N_COLUMNS; i++)
        ex_csv_text(&w, columns[i].name);
    ex_csv_end_row(&w);
    for (size_t i = 0; i < r->rows->n; i++) {
        const struct ex_row *row = r->rows->at[i];
        const struct host h = { r, row, ex_results_run(r->sweep->results, row->run) };

        for (size_t k = 0; k < N_COLUMNS; k++)
            columns[k].put(&w, &h);
        ex_csv_end_row(&w);
    }
    return EX_OK;
}
