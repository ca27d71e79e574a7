// SPDX-License-Identifier: MIT
#include "report/past.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "report/row.h"

/* Of two records of the same time the one that was read later is the later one. */
static int by_time(const void *a, const void *b)
{
    const struct ex_row *x = *(struct ex_row *const *)a, *y = *(struct ex_row *const *)b;
    int way = strcmp(x->target, y->target);

    if (way == 0)
        way = strcmp(x->started, y->started);
    if (way == 0 && x->place.file_index != y->place.file_index)
        way = x->place.file_index < y->place.file_index ? -1 : 1;
    if (way == 0 && x->place.offset != y->place.offset)
        way = x->place.offset < y->place.offset ? -1 : 1;
    return way;
}

static enum ex_status add(struct ex_past *past, size_t *room, struct ex_row *row)
{
    if (past->n == *room) {
        const size_t more = *room ? *room * 2 : 64;
        struct ex_row **grown = reallocarray(past->at, more, sizeof(struct ex_row *));

        if (!grown)
            return EX_ENOMEM;
        past->at = grown;
        *room = more;
    }
    past->at[past->n++] = row;
    return EX_OK;
}

static void row_free(struct ex_row *row)
{
    free(row->text);
    free(row->findings);
    free(row->suspects);
    free(row);
}

static enum ex_status on_host(struct ex_past *past, size_t *room, const struct ex_record *rec,
                              struct ex_accepted *accepted, struct ex_pool *pool)
{
    struct ex_row *row = malloc(sizeof(*row));
    enum ex_status st = row ? ex_row_read(row, rec) : EX_ENOMEM;

    if (st != EX_OK) {
        free(row);
        return st;
    }
    st = ex_row_read_findings(row, rec, accepted, pool);
    if (st == EX_OK)
        st = add(past, room, row);
    if (st != EX_OK)
        row_free(row);
    return st;
}

static int by_run(const void *a, const void *b)
{
    const struct ex_run_seen *x = a, *y = b;
    const int way = strcmp(x->run_id, y->run_id);

    return way ? way : strcmp(x->shard, y->shard);
}

bool ex_past_is_now(const struct ex_past *past, const struct ex_run_seen *run)
{
    return tfind(run, &past->now_runs, by_run) != NULL;
}

static enum ex_status note_runs(struct ex_past *past, const struct ex_results *now)
{
    for (size_t i = 0; i < ex_results_n_runs(now); i++)
        if (!tsearch(ex_results_run(now, i), &past->now_runs, by_run))
            return EX_ENOMEM;
    return EX_OK;
}

static void no_op(void *p)
{
    (void)p;
}

enum ex_status ex_past_load(struct ex_past *out, struct ex_results *in,
                            const struct ex_results *now, struct ex_accepted *accepted,
                            struct ex_pool *pool, struct ex_error *err)
{
    struct ex_record rec;
    size_t room = 0;
    bool got = true, is_now = false;
    enum ex_status st;

    *out = (struct ex_past){ .n = 0 };
    st = note_runs(out, now);
    if (st == EX_OK)
        st = ex_results_next(in, &rec, &got, err);
    while (st == EX_OK && got) {
        if (rec.kind == EX_RECORD_RUN)
            is_now = ex_past_is_now(out, ex_results_run(in, rec.run));
        else if (rec.kind == EX_RECORD_HOST && !is_now)
            st = on_host(out, &room, &rec, accepted, pool);
        if (st == EX_OK)
            st = ex_results_next(in, &rec, &got, err);
    }
    if (st == EX_OK && out->n > 0)
        qsort(out->at, out->n, sizeof(struct ex_row *), by_time);
    return st;
}

void ex_past_deinit(struct ex_past *past)
{
    for (size_t i = 0; i < past->n; i++)
        row_free(past->at[i]);
    free(past->at);
    tdestroy(past->now_runs, no_op);
    *past = (struct ex_past){ .n = 0 };
}
