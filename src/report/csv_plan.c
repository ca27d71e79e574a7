// SPDX-License-Identifier: MIT
#include "report/cells.h"
#include "report/csv.h"
#include "report/report.h"

/* The last columns are for the people who work through the list. */
static const char *const columns[] = {
    "priority", "severity", "incident", "action",   "client",    "target", "address",
    "version",  "build",    "owner",    "due_date", "done_date", "reason",
};
enum { N_BLANK = 4 };

static void put_row(struct ex_csv *w, uint64_t priority, const char *severity, bool incident,
                    const char *action, const struct ex_row *row)
{
    char text[EX_CELL_SIZE];

    ex_csv_u64(w, priority);
    ex_csv_text(w, severity);
    ex_csv_bool(w, incident);
    ex_csv_text(w, action);
    ex_csv_text(w, row->client);
    ex_csv_text(w, row->target);
    ex_csv_text(w, row->address);
    ex_csv_text(w, ex_cell_version(text, row));
    ex_csv_text(w, row->build);
    for (int i = 0; i < N_BLANK; i++)
        ex_csv_text(w, "");
    ex_csv_end_row(w);
}

/* Of this host, which may need less urgently what another one needs at once. */
static const struct ex_need *need_of(const struct ex_row *row, const char *action)
{
    for (size_t i = 0; i < row->n_needs; i++)
        if (strcmp(row->needs[i].action, action) == 0)
            return &row->needs[i];
    return NULL;
}

/* What could not be examined is work as well: nothing is known about it. */
static void put_unseen(struct ex_csv *w, const struct ex_report *r, uint64_t priority)
{
    for (size_t i = 0; i < r->rows->n; i++) {
        const struct ex_row *row = r->rows->at[i];

        if (ex_row_rank(row) == EX_RANK_UNSEEN && row->state != EX_STATE_OUT_OF_SCOPE &&
            row->state != EX_STATE_OPTED_OUT)
            put_row(w, priority, "unknown", false,
                    "Find out why this host could not be examined, and look again", row);
    }
}

enum ex_status ex_plan_csv_report(FILE *to, const struct ex_report *r, struct ex_error *err)
{
    struct ex_csv w = { .to = to };
    uint64_t priority = 0;
    (void)err;

    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
        ex_csv_text(&w, columns[i]);
    ex_csv_end_row(&w);
    for (size_t i = 0; i < r->rows->n_actions; i++) {
        const struct ex_todo *action = &r->rows->actions[i];

        if (action->severity <= EX_SEV_INFO)
            continue;
        priority++;
        for (size_t k = 0; k < action->n_hosts; k++) {
            const struct ex_need *need = need_of(action->hosts[k], action->text);

            if (need)
                put_row(&w, priority, ex_severity_str(need->severity), need->incident, action->text,
                        action->hosts[k]);
        }
    }
    put_unseen(&w, r, priority + 1);
    return EX_OK;
}
