// SPDX-License-Identifier: MIT
#include "report/actions.h"

#include <search.h>
#include <stdlib.h>

#include "out/utf8.h"
#include "report/row.h"

struct action {
    struct ex_todo pub;
    char text[]; /* what pub.text points to */
};

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct ex_todo *)a)->text, ((const struct ex_todo *)b)->text);
}

/* Whether somebody may be in the server comes before everything else: an update changes the
 * evidence, and does not throw an intruder out. */
static int by_urgency(const void *a, const void *b)
{
    const struct ex_todo *x = *(struct ex_todo *const *)a, *y = *(struct ex_todo *const *)b;

    if (x->incident != y->incident)
        return x->incident ? -1 : 1;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    if (x->n_hosts != y->n_hosts)
        return x->n_hosts > y->n_hosts ? -1 : 1;
    return by_text(x, y);
}

void *ex_actions_grown(void *array, size_t n, size_t *room)
{
    const size_t more = *room ? *room * 2 : 64;
    void *larger = n < *room ? array : reallocarray(array, more, sizeof(void *));

    if (larger && n >= *room)
        *room = more;
    return larger;
}

/* The action of that text, the same one each time; NULL when memory ran out. */
static struct ex_todo *intern(struct ex_actions *all, const char *raw)
{
    char text[EX_ROW_ACTION_BYTES];
    const size_t n = ex_utf8_visible(text, sizeof(text), ex_span_str(raw)) + 1;
    const struct ex_todo key = { .text = text };
    struct ex_todo *const *hit = tfind(&key, &all->by_text, by_text);
    struct ex_todo **at;
    struct action *a;

    if (hit)
        return *hit;
    at = ex_actions_grown(all->at, all->n, &all->room);
    if (!at)
        return NULL;
    all->at = at;
    a = calloc(1, sizeof(*a) + n);
    if (!a)
        return NULL;
    memcpy(a->text, text, n);
    a->pub.text = a->text;
    if (!tsearch(&a->pub, &all->by_text, by_text)) {
        free(a);
        return NULL;
    }
    all->at[all->n++] = &a->pub;
    return &a->pub;
}

static void add_need(struct ex_row *row, struct ex_todo *action, enum ex_severity severity,
                     bool incident)
{
    for (size_t i = 0; i < row->n_needs; i++) {
        struct ex_need *need = &row->needs[i];

        if (need->action != action)
            continue;
        need->severity = need->severity < severity ? severity : need->severity;
        need->incident |= incident;
        return;
    }
    row->needs[row->n_needs++] = (struct ex_need){ action, severity, incident };
}

/* What is only worth a look is no incident. */
static bool is_incident(const char *rule, enum ex_severity severity)
{
    static const char *const starts[] = { "backdoor-", "logon-page-" };

    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++)
        if (strncmp(rule, starts[i], strlen(starts[i])) == 0)
            return severity >= EX_SEV_HIGH;
    return false;
}

enum ex_status ex_actions_read(struct ex_actions *a, struct ex_row *row, const json_t *findings)
{
    size_t n = json_array_size(findings);

    n = n > EX_ROW_NEEDS_MAX ? EX_ROW_NEEDS_MAX : n;
    row->needs = n ? calloc(n, sizeof(*row->needs)) : NULL;
    if (n && !row->needs)
        return EX_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        const json_t *f = json_array_get(findings, i);
        const enum ex_severity severity = ex_row_severity(ex_json_str(f, "severity"));
        struct ex_todo *action;

        if (!ex_json_str(f, "action")[0])
            continue;
        action = intern(a, ex_json_str(f, "action"));
        if (!action)
            return EX_ENOMEM;
        add_need(row, action, severity, is_incident(ex_json_str(f, "rule"), severity));
    }
    return EX_OK;
}

/* Where the list of each action begins; they are empty then. */
static void place_lists(struct ex_actions *a)
{
    size_t n = 0;

    for (size_t i = 0; i < a->n; i++) {
        a->at[i]->hosts = &a->hosts[n];
        n += a->at[i]->n_hosts;
        a->at[i]->n_hosts = 0;
    }
}

enum ex_status ex_actions_list(struct ex_actions *a, struct ex_row *const *rows, size_t n_rows)
{
    size_t n = 0;

    for (size_t i = 0; i < n_rows; i++)
        for (size_t k = 0; k < rows[i]->n_needs; k++, n++)
            rows[i]->needs[k].action->n_hosts++;
    if (n == 0)
        return EX_OK;
    a->hosts = calloc(n, sizeof(*a->hosts));
    if (!a->hosts)
        return EX_ENOMEM;
    place_lists(a);
    for (size_t i = 0; i < n_rows; i++) {
        for (size_t k = 0; k < rows[i]->n_needs; k++) {
            const struct ex_need *need = &rows[i]->needs[k];
            const size_t first = (size_t)(need->action->hosts - a->hosts);

            a->hosts[first + need->action->n_hosts++] = rows[i];
            if (need->severity > need->action->severity)
                need->action->severity = need->severity;
            need->action->incident |= need->incident;
        }
    }
    qsort(a->at, a->n, sizeof(*a->at), by_urgency);
    return EX_OK;
}

static void no_op(void *p)
{
    (void)p;
}

void ex_actions_deinit(struct ex_actions *a)
{
    tdestroy(a->by_text, no_op);
    for (size_t i = 0; i < a->n; i++)
        free(a->at[i]);
    free(a->at);
    free(a->hosts);
}
