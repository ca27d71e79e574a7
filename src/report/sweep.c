// SPDX-License-Identifier: MIT
#include "report/sweep.h"

#include <search.h>
#include <stdlib.h>

#include "report/actions.h"
#include "report/age.h"
#include "report/row.h"

/* What is public comes first, so that a pointer to one is a pointer to the other. */
struct loading {
    struct ex_sweep pub;
    struct ex_accepted *accepted;
    struct ex_row **rows; /* owned, with what is in them */
    size_t n, room;
    void *by_host; /* search tree over rows */
    struct ex_pool pool;
    const char **clients; /* owned; the texts are of the rows */
    char *limits;         /* owned: of the first record that has them */
};

static int by_host(const void *a, const void *b)
{
    return ex_row_cmp_host(a, b);
}

static int by_rank(const void *a, const void *b)
{
    return ex_row_cmp(*(struct ex_row *const *)a, *(struct ex_row *const *)b);
}

static void row_empty(struct ex_row *row)
{
    free(row->text);
    free(row->needs);
    free(row->findings);
    free(row->suspects);
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

static enum ex_status add_row(struct loading *l, const struct ex_row *fresh)
{
    struct ex_row *row = malloc(sizeof(*row));

    if (row && l->n == l->room) {
        const size_t room = l->room ? l->room * 2 : 64;
        struct ex_row **grown = reallocarray(l->rows, room, sizeof(struct ex_row *));

        if (!grown) {
            free(row);
            return EX_ENOMEM;
        }
        l->rows = grown;
        l->room = room;
    }
    if (!row)
        return EX_ENOMEM;
    *row = *fresh;
    if (!tsearch(row, &l->by_host, by_host)) {
        free(row);
        return EX_ENOMEM;
    }
    l->rows[l->n++] = row;
    return EX_OK;
}

/* A row of its own for a host that is new, in the place of the old one otherwise. The contents
 * of @fresh move, or are freed. */
static enum ex_status place_row(struct loading *l, struct ex_row *fresh)
{
    struct ex_row *const *old = tfind(fresh, &l->by_host, by_host);
    enum ex_status st;

    if (!old) {
        st = add_row(l, fresh);
        if (st != EX_OK)
            row_empty(fresh);
        return st;
    }
    l->pub.n_replaced++;
    if (replaces(fresh, *old)) {
        row_empty(*old);
        **old = *fresh;
    } else {
        row_empty(fresh);
    }
    return EX_OK;
}

static enum ex_status on_host(struct loading *l, const struct ex_record *rec)
{
    const json_t *findings = json_object_get(rec->json, "findings");
    struct ex_row fresh;
    enum ex_status st = ex_row_read(&fresh, rec);

    if (st != EX_OK)
        return st;
    st = ex_row_read_findings(&fresh, rec, l->accepted, &l->pool);
    if (st == EX_OK)
        st = ex_actions_read(&fresh, findings, &l->pool);
    if (st != EX_OK) {
        row_empty(&fresh);
        return st;
    }
    fresh.old_knowledge = ex_age_tuesdays(ex_results_run(l->pub.results, rec->run)) > 0;
    if (!l->limits)
        l->limits = ex_row_limits(rec);
    return place_row(l, &fresh);
}

static int by_client(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static enum ex_status list_clients(struct loading *l)
{
    size_t n = 0;

    l->clients = calloc(l->n ? l->n : 1, sizeof(*l->clients));
    if (!l->clients)
        return EX_ENOMEM;
    for (size_t i = 0; i < l->n; i++)
        l->clients[i] = l->rows[i]->client;
    qsort(l->clients, l->n, sizeof(*l->clients), by_client);
    for (size_t i = 0; i < l->n; i++)
        if (n == 0 || strcmp(l->clients[i], l->clients[n - 1]) != 0)
            l->clients[n++] = l->clients[i];
    l->pub.clients = l->clients;
    l->pub.n_clients = n;
    return EX_OK;
}

static enum ex_status finish(struct loading *l)
{
    enum ex_status st;

    if (l->n > 0)
        qsort(l->rows, l->n, sizeof(*l->rows), by_rank);
    st = list_clients(l);
    if (st == EX_OK)
        st = ex_rows_make(&l->pub.all, l->rows, l->n);
    l->pub.limits = l->limits;
    return st;
}

enum ex_status ex_sweep_load(struct ex_sweep **out, struct ex_results *in,
                             struct ex_accepted *accepted, struct ex_error *err)
{
    struct loading *l = calloc(1, sizeof(*l));
    struct ex_record rec;
    enum ex_status st;
    bool got = true;

    *out = NULL;
    if (!l)
        return EX_ENOMEM;
    l->pub.results = in;
    l->accepted = accepted;
    st = ex_results_next(in, &rec, &got, err);
    while (st == EX_OK && got) {
        if (rec.kind == EX_RECORD_HOST)
            st = on_host(l, &rec);
        if (st == EX_OK)
            st = ex_results_next(in, &rec, &got, err);
    }
    if (st == EX_OK)
        st = finish(l);
    if (st == EX_OK)
        *out = &l->pub;
    else
        ex_sweep_free(&l->pub);
    return st;
}

enum ex_status ex_sweep_client(struct ex_rows *out, const struct ex_sweep *sweep,
                               const char *client)
{
    struct ex_row **some = calloc(sweep->all.n ? sweep->all.n : 1, sizeof(struct ex_row *));
    enum ex_status st = EX_ENOMEM;
    size_t n = 0;

    for (size_t i = 0; some && i < sweep->all.n; i++)
        if (strcmp(sweep->all.at[i]->client, client) == 0)
            some[n++] = sweep->all.at[i];
    if (some)
        st = ex_rows_make(out, some, n);
    free(some);
    return st;
}

enum ex_status ex_sweep_record(json_t **out, const struct ex_sweep *sweep, const struct ex_row *row,
                               struct ex_error *err)
{
    return ex_results_again(out, sweep->results, row->place.file_index, row->place.offset,
                            row->place.n, err);
}

/* "2/3" gives 2 and 3; anything else is the whole. */
static void parse_shard(const char *text, unsigned long *k, unsigned long *n)
{
    char *slash, *end;

    *k = strtoul(text, &slash, 10);
    *n = *slash == '/' ? strtoul(slash + 1, &end, 10) : 1;
    if (*n < 1 || *k < 1 || *k > *n)
        *k = *n = 1;
}

bool ex_sweep_has_all_shards(const struct ex_sweep *sweep)
{
    bool seen[EX_SHARDS_MAX + 1] = { false };
    unsigned long of = 1, n_seen = 0;

    for (size_t i = 0; i < ex_results_n_runs(sweep->results); i++) {
        unsigned long k, n;

        parse_shard(ex_results_run(sweep->results, i)->shard, &k, &n);
        if (n == 1)
            continue;
        /* Shards of different counts do not add up to anything. */
        if (n > EX_SHARDS_MAX || (of != 1 && of != n))
            return false;
        of = n;
        n_seen += !seen[k];
        seen[k] = true;
    }
    return of == 1 || n_seen == of;
}

bool ex_sweep_is_complete(const struct ex_sweep *sweep)
{
    const size_t n = ex_results_n_runs(sweep->results);

    for (size_t i = 0; i < n; i++)
        if (!ex_run_is_complete(ex_results_run(sweep->results, i)))
            return false;
    return n > 0 && ex_sweep_has_all_shards(sweep);
}

bool ex_sweep_is_whole(const struct ex_sweep *sweep)
{
    for (size_t i = 0; i < ex_results_n_runs(sweep->results); i++)
        if (!ex_results_run(sweep->results, i)->list_finished)
            return false;
    return ex_sweep_is_complete(sweep);
}

const struct ex_run_seen *ex_sweep_oldest(const struct ex_sweep *sweep)
{
    const struct ex_run_seen *old = NULL;

    for (size_t i = 0; i < ex_results_n_runs(sweep->results); i++) {
        const struct ex_run_seen *run = ex_results_run(sweep->results, i);

        if (!old || strcmp(run->data_date, old->data_date) < 0)
            old = run;
    }
    return old;
}

static void no_op(void *p)
{
    (void)p;
}

void ex_sweep_free(struct ex_sweep *sweep)
{
    struct loading *l = (struct loading *)sweep;

    if (!l)
        return;
    tdestroy(l->by_host, no_op);
    for (size_t i = 0; i < l->n; i++) {
        row_empty(l->rows[i]);
        free(l->rows[i]);
    }
    ex_rows_deinit(&l->pub.all);
    ex_pool_deinit(&l->pool);
    free(l->limits);
    free(l->clients);
    free(l->rows);
    free(l);
}
