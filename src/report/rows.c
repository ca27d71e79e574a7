// SPDX-License-Identifier: MIT
#include "report/rows.h"

#include <stdlib.h>

#include "report/actions.h"
#include "report/row.h"

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

int ex_row_cmp_host(const struct ex_row *a, const struct ex_row *b)
{
    const int by_target = strcmp(a->target, b->target);

    return by_target ? by_target : strcmp(a->address, b->address);
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
    return strverscmp(a->target, b->target) ? strverscmp(a->target, b->target)
                                            : ex_row_cmp_host(a, b);
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

static int by_name(const void *a, const void *b)
{
    return ex_row_cmp_host(*(struct ex_row *const *)a, *(struct ex_row *const *)b);
}

/* How many targets there are, and of which the logon pages differ. @named is in the order of names;
 * which of its rows are of a target with several addresses is noted in them. */
static void count_targets(struct ex_rows *out, struct ex_row *const *named)
{
    size_t end;

    for (size_t i = 0; i < out->n; i = end) {
        bool differ;

        end = i + 1;
        while (end < out->n && strcmp(named[end]->target, named[i]->target) == 0)
            end++;
        differ = pages_differ(named, i, end);
        out->n_targets++;
        out->n_pages_differ += differ;
        for (size_t k = i; k < end; k++) {
            named[k]->several = end - i > 1;
            named[k]->pages_differ = differ && named[k]->page_hash[0];
            out->hunted |= named[k]->hunted;
            out->n_accepted += named[k]->n_accepted;
        }
    }
}

static struct ex_row **copy_of(struct ex_row *const *rows, size_t n)
{
    struct ex_row **copy = reallocarray(NULL, n ? n : 1, sizeof(*copy));

    for (size_t i = 0; copy && i < n; i++)
        copy[i] = rows[i];
    return copy;
}

enum ex_status ex_rows_make(struct ex_rows *out, struct ex_row *const *at, size_t n)
{
    struct ex_row **named = copy_of(at, n);
    struct ex_row **ranked = copy_of(at, n);
    struct ex_todo *list = NULL;
    enum ex_status st = EX_ENOMEM;

    *out = (struct ex_rows){ .n = n };
    if (!named || !ranked)
        goto out;
    if (n > 0)
        qsort(named, n, sizeof(struct ex_row *), by_name);
    count_targets(out, named);
    st = ex_actions_list(&list, &out->n_actions, &out->hosts, at, n);
    if (st != EX_OK)
        goto out;
    out->at = ranked;
    out->actions = list;
    ranked = NULL;
out:
    free(named);
    free(ranked);
    if (st != EX_OK)
        *out = (struct ex_rows){ .n = 0 };
    return st;
}

void ex_rows_deinit(struct ex_rows *rows)
{
    free((void *)rows->at);
    free((void *)rows->actions);
    free((void *)rows->hosts);
    *rows = (struct ex_rows){ .n = 0 };
}
