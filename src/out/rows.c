// SPDX-License-Identifier: MIT
#include "out/rows.h"

#include <search.h>
#include <stdlib.h>

#include "out/row.h"
#include "out/utf8.h"

/* What is public comes first, so that a pointer to one is a pointer to the other. */
struct loading {
    struct ex_rows pub;
    struct ex_row **rows; /* owned, with what is in them */
    size_t room_rows;
    void *by_host;            /* search tree over rows */
    struct ex_todo **actions; /* owned: each the first member of a struct action */
    size_t room_actions;
    void *by_text;        /* search tree over actions */
    struct ex_row **kept; /* owned: those that have findings */
    size_t n_kept, max_kept;
    const struct ex_row **hosts; /* owned: the lists of all actions */
};

struct action {
    struct ex_todo pub;
    char text[]; /* what pub.text points to */
};

enum ex_row_rank ex_row_rank(const struct ex_row *row)
{
    if (row->severity > EX_SEV_INFO)
        return EX_RANK_FINDINGS;
    if (!row->present_known)
        return EX_RANK_UNSEEN;
    return row->present == EX_PRESENT_NO ? EX_RANK_OTHER : EX_RANK_CLEAN;
}

/* By number, the larger one first. */
static int larger_first(uint64_t a, uint64_t b)
{
    return a < b ? 1 : a > b ? -1 : 0;
}

static int by_host(const void *a, const void *b)
{
    const struct ex_row *x = a, *y = b;
    const int by_target = strcmp(x->target, y->target);

    return by_target ? by_target : strcmp(x->address, y->address);
}

int ex_row_cmp(const struct ex_row *a, const struct ex_row *b)
{
    const int ranks = larger_first(ex_row_rank(b), ex_row_rank(a));
    const int keys[] = {
        ranks,
        larger_first(a->severity, b->severity),
        ranks || ex_row_rank(a) != EX_RANK_UNSEEN ? 0 : larger_first(b->state, a->state),
        larger_first(a->n_kev, b->n_kev),
        larger_first(a->n_missing + a->n_presumed, b->n_missing + b->n_presumed),
        larger_first(a->n_possible, b->n_possible),
    };

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (keys[i])
            return keys[i];
    /* mail2 before mail10; then byte by byte, so that the order is the same everywhere. */
    return strverscmp(a->target, b->target) ? strverscmp(a->target, b->target) : by_host(a, b);
}

static int by_rank(const void *a, const void *b)
{
    return ex_row_cmp(*(struct ex_row *const *)a, *(struct ex_row *const *)b);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct ex_todo *)a)->text, ((const struct ex_todo *)b)->text);
}

static int by_urgency(const void *a, const void *b)
{
    const struct ex_todo *x = *(struct ex_todo *const *)a, *y = *(struct ex_todo *const *)b;

    if (x->severity != y->severity)
        return larger_first(x->severity, y->severity);
    if (x->n_hosts != y->n_hosts)
        return larger_first(x->n_hosts, y->n_hosts);
    return by_text(x, y);
}

/* @array with room for one more than @n pointers; NULL, and the array is as it was, when memory
 * ran out. */
static void *grown(void *array, size_t n, size_t *room)
{
    const size_t more = *room ? *room * 2 : 64;
    void *larger = n < *room ? array : reallocarray(array, more, sizeof(void *));

    if (larger && n >= *room)
        *room = more;
    return larger;
}

static void row_empty(struct ex_row *row)
{
    free(row->text);
    free(row->needs);
    json_decref(row->findings);
}

/* The action of that text, the same one each time; NULL when memory ran out. */
static struct ex_todo *intern(struct loading *l, const char *raw)
{
    char text[EX_ROW_ACTION_BYTES];
    const size_t n = ex_utf8_visible(text, sizeof(text), ex_span_str(raw)) + 1;
    const struct ex_todo key = { .text = text };
    struct ex_todo *const *hit = tfind(&key, &l->by_text, by_text);
    struct ex_todo **all;
    struct action *a;

    if (hit)
        return *hit;
    all = grown(l->actions, l->pub.n_actions, &l->room_actions);
    if (!all)
        return NULL;
    l->actions = all;
    a = calloc(1, sizeof(*a) + n);
    if (!a)
        return NULL;
    memcpy(a->text, text, n);
    a->pub.text = a->text;
    if (!tsearch(&a->pub, &l->by_text, by_text)) {
        free(a);
        return NULL;
    }
    l->actions[l->pub.n_actions++] = &a->pub;
    return &a->pub;
}

static void add_need(struct ex_row *row, struct ex_todo *action, enum ex_severity severity)
{
    for (size_t i = 0; i < row->n_needs; i++) {
        if (row->needs[i].action != action)
            continue;
        if (row->needs[i].severity < severity)
            row->needs[i].severity = severity;
        return;
    }
    row->needs[row->n_needs++] = (struct ex_need){ action, severity };
}

static enum ex_status read_needs(struct loading *l, struct ex_row *row, const json_t *findings)
{
    size_t n = json_array_size(findings);

    n = n > EX_ROW_NEEDS_MAX ? EX_ROW_NEEDS_MAX : n;
    row->needs = n ? calloc(n, sizeof(*row->needs)) : NULL;
    if (n && !row->needs)
        return EX_ENOMEM;
    for (size_t i = 0; i < n; i++) {
        const json_t *f = json_array_get(findings, i);
        struct ex_todo *action;

        if (!ex_json_str(f, "action")[0])
            continue;
        action = intern(l, ex_json_str(f, "action"));
        if (!action)
            return EX_ENOMEM;
        add_need(row, action, ex_row_severity(ex_json_str(f, "severity")));
    }
    return EX_OK;
}

/* Let @row keep its findings if it is among the worst so far; the best of those makes room. */
static void keep(struct loading *l, struct ex_row *row, json_t *findings)
{
    size_t best = 0;

    if (json_array_size(findings) == 0 || l->max_kept == 0)
        return;
    if (l->n_kept < l->max_kept) {
        best = l->n_kept++;
    } else {
        for (size_t i = 1; i < l->n_kept; i++)
            if (ex_row_cmp(l->kept[i], l->kept[best]) > 0)
                best = i;
        if (ex_row_cmp(row, l->kept[best]) >= 0)
            return;
        json_decref(l->kept[best]->findings);
        l->kept[best]->findings = NULL;
    }
    l->kept[best] = row;
    row->findings = json_incref(findings);
}

static bool broken_off(const struct ex_row *row)
{
    return row->state == EX_STATE_INTERRUPTED || row->state == EX_STATE_INTERNAL_ERROR;
}

/* The newest record counts, but one of a host that was broken off only when it has to. */
static bool replaces(const struct ex_row *fresh, const struct ex_row *old)
{
    if (broken_off(fresh) != broken_off(old))
        return broken_off(old);
    return strcmp(fresh->started, old->started) >= 0;
}

/* Put @fresh, whose contents move, in the place of @old. */
static void replace(struct loading *l, struct ex_row *old, struct ex_row *fresh, json_t *findings)
{
    const bool is_kept = old->findings != NULL;

    row_empty(old);
    *old = *fresh;
    if (is_kept)
        old->findings = json_incref(findings);
    else
        keep(l, old, findings);
}

static enum ex_status add_row(struct loading *l, struct ex_row *fresh, json_t *findings)
{
    struct ex_row *row = malloc(sizeof(*row));
    struct ex_row **all = grown(l->rows, l->pub.n, &l->room_rows);

    if (all)
        l->rows = all;
    if (!row || !all)
        goto out;
    *row = *fresh;
    if (!tsearch(row, &l->by_host, by_host))
        goto out;
    l->rows[l->pub.n++] = row;
    keep(l, row, findings);
    return EX_OK;
out:
    free(row);
    return EX_ENOMEM;
}

static enum ex_status on_host(struct loading *l, const struct ex_record *rec)
{
    json_t *findings = json_object_get(rec->json, "findings");
    struct ex_row fresh;
    struct ex_row *const *old;
    enum ex_status st = ex_row_read(&fresh, rec);

    if (st != EX_OK)
        return st;
    st = read_needs(l, &fresh, findings);
    if (st != EX_OK)
        goto out;
    old = tfind(&fresh, &l->by_host, by_host);
    if (!old) {
        st = add_row(l, &fresh, findings);
        if (st != EX_OK)
            goto out;
        return EX_OK;
    }
    l->pub.n_replaced++;
    if (replaces(&fresh, *old)) {
        replace(l, *old, &fresh, findings);
        return EX_OK;
    }
out:
    row_empty(&fresh);
    return st;
}

/* Rows in the order of names: how many targets there are, and which have several addresses. */
static void count_targets(struct loading *l)
{
    for (size_t i = 0; i < l->pub.n; i++) {
        const bool again = i > 0 && strcmp(l->rows[i]->target, l->rows[i - 1]->target) == 0;

        l->pub.n_targets += !again;
        l->rows[i]->several = again;
        if (again)
            l->rows[i - 1]->several = true;
    }
}

static int by_name(const void *a, const void *b)
{
    return by_host(*(struct ex_row *const *)a, *(struct ex_row *const *)b);
}

/* Give every action the list of its hosts, in the order of the rows. */
static enum ex_status list_hosts(struct loading *l)
{
    size_t n = 0;

    for (size_t i = 0; i < l->pub.n; i++)
        for (size_t k = 0; k < l->rows[i]->n_needs; k++, n++)
            l->rows[i]->needs[k].action->n_hosts++;
    if (n == 0)
        return EX_OK;
    l->hosts = calloc(n, sizeof(*l->hosts));
    if (!l->hosts)
        return EX_ENOMEM;
    n = 0;
    for (size_t i = 0; i < l->pub.n_actions; i++) {
        l->actions[i]->hosts = &l->hosts[n];
        n += l->actions[i]->n_hosts;
        l->actions[i]->n_hosts = 0;
    }
    for (size_t i = 0; i < l->pub.n; i++) {
        for (size_t k = 0; k < l->rows[i]->n_needs; k++) {
            const struct ex_need *need = &l->rows[i]->needs[k];
            const size_t first = (size_t)(need->action->hosts - l->hosts);

            l->hosts[first + need->action->n_hosts++] = l->rows[i];
            if (need->severity > need->action->severity)
                need->action->severity = need->severity;
        }
    }
    return EX_OK;
}

static enum ex_status finish(struct loading *l)
{
    enum ex_status st;

    if (l->pub.n > 0)
        qsort(l->rows, l->pub.n, sizeof(*l->rows), by_name);
    count_targets(l);
    if (l->pub.n > 0)
        qsort(l->rows, l->pub.n, sizeof(*l->rows), by_rank);
    st = list_hosts(l);
    if (st != EX_OK)
        return st;
    if (l->pub.n_actions > 0)
        qsort(l->actions, l->pub.n_actions, sizeof(*l->actions), by_urgency);
    l->pub.at = l->rows;
    l->pub.actions = l->actions;
    return EX_OK;
}

enum ex_status ex_rows_load(struct ex_rows **out, struct ex_results *in, size_t details_max,
                            struct ex_error *err)
{
    struct loading *l = calloc(1, sizeof(*l));
    struct ex_record rec;
    enum ex_status st = EX_ENOMEM;
    bool got = true;

    *out = NULL;
    if (!l)
        return EX_ENOMEM;
    l->max_kept = details_max;
    l->kept = calloc(details_max ? details_max : 1, sizeof(*l->kept));
    if (!l->kept)
        goto out;
    st = ex_results_next(in, &rec, &got, err);
    while (st == EX_OK && got) {
        if (rec.kind == EX_RECORD_HOST)
            st = on_host(l, &rec);
        if (st == EX_OK)
            st = ex_results_next(in, &rec, &got, err);
    }
    if (st == EX_OK)
        st = finish(l);
    if (st != EX_OK)
        goto out;
    *out = &l->pub;
    return EX_OK;
out:
    ex_rows_free(&l->pub);
    return st;
}

static void no_op(void *p)
{
    (void)p;
}

void ex_rows_free(struct ex_rows *rows)
{
    struct loading *l = (struct loading *)rows;

    if (!l)
        return;
    tdestroy(l->by_host, no_op);
    tdestroy(l->by_text, no_op);
    for (size_t i = 0; i < l->pub.n; i++) {
        row_empty(l->rows[i]);
        free(l->rows[i]);
    }
    for (size_t i = 0; i < l->pub.n_actions; i++)
        free(l->actions[i]);
    free(l->rows);
    free(l->actions);
    free(l->kept);
    free(l->hosts);
    free(l);
}
