// SPDX-License-Identifier: MIT
#include "report/rows.h"

#include <search.h>
#include <stdlib.h>

#include "report/actions.h"
#include "report/row.h"

/* What is public comes first, so that a pointer to one is a pointer to the other. */
struct loading {
    struct ex_rows pub;
    struct ex_row **rows; /* owned, with what is in them */
    size_t room_rows;
    void *by_host; /* search tree over rows */
    struct ex_actions actions;
    struct ex_row **kept; /* owned: those that have details */
    size_t n_kept, max_kept;
    char *limits; /* owned: of the first record that has them */
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

/* A host on which somebody has to look for an intruder comes before those that lack updates. */
static uint64_t incident(const struct ex_row *row)
{
    const enum ex_backdoor_state signs = ex_row_signs(row);

    return signs >= EX_BD_SUSPICIOUS ? (uint64_t)signs : 0;
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
        larger_first(incident(a), incident(b)),
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

enum ex_backdoor_state ex_row_signs(const struct ex_row *row)
{
    static const enum ex_backdoor_state as_bad_as[EX_N_LOGON_STATES] = {
        [EX_LP_REVIEW] = EX_BD_REVIEW,
        [EX_LP_SUSPICIOUS] = EX_BD_SUSPICIOUS,
        [EX_LP_LIKELY] = EX_BD_LIKELY,
        [EX_LP_CONFIRMED] = EX_BD_CONFIRMED,
    };
    const enum ex_backdoor_state logon = as_bad_as[row->logon];

    return row->backdoor > logon ? row->backdoor : logon;
}

static int by_rank(const void *a, const void *b)
{
    return ex_row_cmp(*(struct ex_row *const *)a, *(struct ex_row *const *)b);
}

static void row_empty(struct ex_row *row)
{
    free(row->text);
    free(row->needs);
    json_decref(row->record);
}

/* Let @row keep its record if it is among the worst so far; the best of those makes room. */
static void keep(struct loading *l, struct ex_row *row, json_t *record)
{
    size_t best = 0;

    if (json_array_size(json_object_get(record, "findings")) == 0 || l->max_kept == 0)
        return;
    if (l->n_kept < l->max_kept) {
        best = l->n_kept++;
    } else {
        for (size_t i = 1; i < l->n_kept; i++)
            if (ex_row_cmp(l->kept[i], l->kept[best]) > 0)
                best = i;
        if (ex_row_cmp(row, l->kept[best]) >= 0)
            return;
        json_decref(l->kept[best]->record);
        l->kept[best]->record = NULL;
    }
    l->kept[best] = row;
    row->record = json_incref(record);
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
static void replace(struct loading *l, struct ex_row *old, struct ex_row *fresh, json_t *record)
{
    const bool is_kept = old->record != NULL;

    row_empty(old);
    *old = *fresh;
    if (is_kept)
        old->record = json_incref(record);
    else
        keep(l, old, record);
}

static enum ex_status add_row(struct loading *l, struct ex_row *fresh, json_t *record)
{
    struct ex_row *row = malloc(sizeof(*row));
    struct ex_row **all = ex_actions_grown(l->rows, l->pub.n, &l->room_rows);

    if (all)
        l->rows = all;
    if (!row || !all)
        goto out;
    *row = *fresh;
    if (!tsearch(row, &l->by_host, by_host))
        goto out;
    l->rows[l->pub.n++] = row;
    keep(l, row, record);
    return EX_OK;
out:
    free(row);
    return EX_ENOMEM;
}

static enum ex_status on_host(struct loading *l, const struct ex_record *rec)
{
    struct ex_row fresh;
    struct ex_row *const *old;
    enum ex_status st = ex_row_read(&fresh, rec);

    if (st != EX_OK)
        return st;
    st = ex_actions_read(&l->actions, &fresh, json_object_get(rec->json, "findings"));
    if (st != EX_OK)
        goto out;
    if (!l->limits)
        l->limits = ex_row_limits(rec);
    old = tfind(&fresh, &l->by_host, by_host);
    if (!old) {
        st = add_row(l, &fresh, rec->json);
        if (st != EX_OK)
            goto out;
        return EX_OK;
    }
    l->pub.n_replaced++;
    if (replaces(&fresh, *old)) {
        replace(l, *old, &fresh, rec->json);
        return EX_OK;
    }
out:
    row_empty(&fresh);
    return st;
}

/* Whether the rows @from to @to, which are of one target, show different logon pages. */
static bool pages_differ(struct ex_row *const *rows, size_t from, size_t to)
{
    const char *first = "";

    for (size_t i = from; i < to; i++) {
        if (first[0] && rows[i]->page_hash[0] && strcmp(first, rows[i]->page_hash) != 0)
            return true;
        first = first[0] ? first : rows[i]->page_hash;
    }
    return false;
}

/* Rows in the order of names: how many targets there are, which have several addresses, and of
 * which of these the logon pages differ. */
static void count_targets(struct loading *l)
{
    size_t end;

    for (size_t i = 0; i < l->pub.n; i = end) {
        bool differ;

        end = i + 1;
        while (end < l->pub.n && strcmp(l->rows[end]->target, l->rows[i]->target) == 0)
            end++;
        differ = pages_differ(l->rows, i, end);
        l->pub.n_targets++;
        l->pub.n_pages_differ += differ;
        for (size_t k = i; k < end; k++) {
            l->rows[k]->several = end - i > 1;
            l->rows[k]->pages_differ = differ && l->rows[k]->page_hash[0];
            l->pub.hunted |= l->rows[k]->hunted;
        }
    }
}

static int by_name(const void *a, const void *b)
{
    return by_host(*(struct ex_row *const *)a, *(struct ex_row *const *)b);
}

static enum ex_status finish(struct loading *l)
{
    enum ex_status st;

    if (l->pub.n > 0)
        qsort(l->rows, l->pub.n, sizeof(*l->rows), by_name);
    count_targets(l);
    if (l->pub.n > 0)
        qsort(l->rows, l->pub.n, sizeof(*l->rows), by_rank);
    st = ex_actions_list(&l->actions, l->rows, l->pub.n);
    l->pub.at = l->rows;
    l->pub.actions = l->actions.at;
    l->pub.n_actions = l->actions.n;
    l->pub.limits = l->limits;
    return st;
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
    for (size_t i = 0; i < l->pub.n; i++) {
        row_empty(l->rows[i]);
        free(l->rows[i]);
    }
    ex_actions_deinit(&l->actions);
    free(l->limits);
    free(l->rows);
    free(l->kept);
    free(l);
}
