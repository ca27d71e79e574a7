// SPDX-License-Identifier: MIT
#include "report/actions.h"

#include <stdlib.h>

/* Whether somebody may be in the server comes before everything else: an update changes the
 * evidence, and does not throw an intruder out. */
static int by_urgency(const void *a, const void *b)
{
    const struct ex_todo *x = a, *y = b;

    if (x->incident != y->incident)
        return x->incident ? -1 : 1;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    if (x->n_hosts != y->n_hosts)
        return x->n_hosts > y->n_hosts ? -1 : 1;
    return strcmp(x->text, y->text);
}

static void add_need(struct ex_row *row, const char *action, enum ex_severity severity,
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

enum ex_status ex_actions_read(struct ex_row *row, const json_t *findings, struct ex_pool *pool)
{
    row->needs = row->n_findings ? calloc(row->n_findings, sizeof(*row->needs)) : NULL;
    if (row->n_findings && !row->needs)
        return EX_ENOMEM;
    for (size_t i = 0; i < row->n_findings; i++) {
        const struct ex_row_finding *f = &row->findings[i];
        const char *action = ex_json_str(json_array_get(findings, i), "action");

        if (!action[0] || f->accepted)
            continue;
        action = ex_pool_text(pool, action);
        if (!action)
            return EX_ENOMEM;
        add_need(row, action, f->severity, is_incident(f->rule, f->severity));
    }
    return EX_OK;
}

/* A need and whose it is. */
struct pair {
    const struct ex_need *need;
    const struct ex_row *row;
    size_t order;
};

static int by_action(const void *a, const void *b)
{
    const struct pair *x = a, *y = b;
    const int texts = strcmp(x->need->action, y->need->action);

    return texts ? texts : x->order < y->order ? -1 : x->order > y->order;
}

/* Every need of the rows, those of the same action side by side, in the order of the rows. */
static struct pair *all_pairs(struct ex_row *const *rows, size_t n_rows, size_t *n_out)
{
    size_t n = 0;
    struct pair *pairs;

    for (size_t i = 0; i < n_rows; i++)
        n += rows[i]->n_needs;
    pairs = calloc(n ? n : 1, sizeof(*pairs));
    *n_out = 0;
    if (!pairs)
        return NULL;
    for (size_t i = 0; i < n_rows; i++)
        for (size_t k = 0; k < rows[i]->n_needs; k++)
            pairs[(*n_out)++] = (struct pair){ &rows[i]->needs[k], rows[i], i };
    qsort(pairs, n, sizeof(*pairs), by_action);
    return pairs;
}

static void add_to_todo(struct ex_todo *list, const struct ex_need *need)
{
    list->n_hosts++;
    if (need->severity > list->severity)
        list->severity = need->severity;
    list->incident |= need->incident;
}

static bool begins_action(const struct pair *pairs, size_t i)
{
    return i == 0 || strcmp(pairs[i].need->action, pairs[i - 1].need->action) != 0;
}

enum ex_status ex_actions_list(struct ex_todo **out, size_t *n_out, const struct ex_row ***hosts,
                               struct ex_row *const *rows, size_t n_rows)
{
    size_t n, n_todo = 0;
    struct pair *pairs = all_pairs(rows, n_rows, &n);
    struct ex_todo *list = NULL;

    for (size_t i = 0; pairs && i < n; i++)
        n_todo += begins_action(pairs, i);
    *out = pairs ? calloc(n_todo ? n_todo : 1, sizeof(**out)) : NULL;
    *hosts = *out ? calloc(n ? n : 1, sizeof(**hosts)) : NULL;
    if (!*hosts) {
        free(pairs);
        free(*out);
        *out = NULL;
        return EX_ENOMEM;
    }
    *n_out = n_todo;
    for (size_t i = 0; i < n; i++) {
        if (begins_action(pairs, i)) {
            list = list ? list + 1 : *out;
            *list = (struct ex_todo){ .text = pairs[i].need->action, .hosts = &(*hosts)[i] };
        }
        (*hosts)[i] = pairs[i].row;
        add_to_todo(list, pairs[i].need);
    }
    free(pairs);
    qsort(*out, n_todo, sizeof(**out), by_urgency);
    return EX_OK;
}
