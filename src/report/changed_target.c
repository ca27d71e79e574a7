// SPDX-License-Identifier: MIT
#include "report/changed_target.h"

#include <stdlib.h>
#include <string.h>

#include "report/history.h"

enum { DAY_CHARS = 10 };

bool ex_is_for_the_worse(const struct ex_changed_finding *f)
{
    return f->change == EX_CHANGE_NEW || f->change == EX_CHANGE_BACK_AGAIN ||
           f->change == EX_CHANGE_WORSE;
}

/* The last observation at each address that tells anything, or the last at all. */
static const struct ex_observation *last_at(const struct ex_history *h, const char *address)
{
    for (size_t i = h->n_then; i-- > 0;)
        if (strcmp(h->then[i].row->address, address) == 0 && ex_is_examined(h->then[i].row))
            return &h->then[i];
    return NULL;
}

static const struct ex_observation *last_examined(const struct ex_history *h)
{
    for (size_t i = h->n_then; i-- > 0;)
        if (ex_is_examined(h->then[i].row))
            return &h->then[i];
    return NULL;
}

static const struct ex_observation *examined_now(const struct ex_history *h)
{
    for (size_t i = 0; i < h->n_now; i++)
        if (ex_is_examined(h->now[i].row))
            return &h->now[i];
    return NULL;
}

/* Left out on purpose, or broken off by us: that says nothing about the host. */
static bool was_passed_over(const struct ex_row *row)
{
    return row->state == EX_STATE_OUT_OF_SCOPE || row->state == EX_STATE_OPTED_OUT ||
           row->state == EX_STATE_INTERRUPTED || row->state == EX_STATE_INTERNAL_ERROR;
}

/* Whether the target was examined, at any address, when it was last tried; was it ever? */
static bool last_try_worked(const struct ex_history *h)
{
    const struct ex_run_seen *run = NULL;

    for (size_t i = h->n_then; i-- > 0;) {
        if (was_passed_over(h->then[i].row) || (run && h->then[i].run != run))
            continue;
        run = h->then[i].run;
        if (ex_is_examined(h->then[i].row))
            return true;
    }
    return false;
}

static enum ex_fate fate_of(const struct ex_history *h, const struct ex_compared *c)
{
    const struct ex_observation *then = last_examined(h), *now = examined_now(h);

    if (h->n_now == 0)
        return c->now_whole ? EX_FATE_NO_LONGER_LISTED : EX_FATE_NOT_REACHED;
    if (h->n_then == 0)
        return c->earlier_whole ? EX_FATE_NEWLY_LISTED : EX_FATE_FIRST_RESULT;
    if (now && !then)
        return EX_FATE_FIRST_RESULT;
    if (now)
        return last_try_worked(h) ? EX_FATE_SAME : EX_FATE_ANSWERS_AGAIN;
    if (was_passed_over(h->now[0].row))
        return was_passed_over(h->then[h->n_then - 1].row) ? EX_FATE_SAME : EX_FATE_NOT_REACHED;
    return then ? EX_FATE_GONE_DARK : EX_FATE_NEVER_ANSWERED;
}

/* Whether both are known and are not the same build: "15.2.1748.x" may be any of that CU. */
static bool builds_differ(const char *a, const char *b)
{
    const size_t n = strcspn(a, "x"), m = strcspn(b, "x");
    const size_t common = a[n] && n < m ? n : b[m] && m < n ? m : n;

    if (!a[0] || !b[0])
        return false;
    return a[n] || b[m] ? strncmp(a, b, common) != 0 : strcmp(a, b) != 0;
}

/* Address by address. */
static void compare_pages(struct ex_changed_target *t, const struct ex_history *h)
{
    for (size_t i = 0; i < h->n_now; i++) {
        const struct ex_row *now = h->now[i].row;
        const struct ex_observation *then = last_at(h, now->address);

        if (!then)
            continue;
        if (builds_differ(then->row->build, now->build)) {
            if (!t->build_changed) {
                t->build = now->build;
                t->build_before = then->row->build;
            }
            t->build_changed = true;
        } else if (now->page_hash[0] && then->row->page_hash[0] &&
                   strcmp(now->page_hash, then->row->page_hash) != 0) {
            t->page_changed = true;
            t->build_unsure |= strcmp(now->build, then->row->build) != 0 || !now->build[0] ||
                               strchr(now->build, 'x');
        }
    }
}

static enum ex_severity worst_before(const struct ex_history *h)
{
    enum ex_severity worst = EX_SEV_NONE;

    for (size_t i = 0; i < h->n_then; i++) {
        const struct ex_row *row = h->then[i].row;

        if (last_at(h, row->address) == &h->then[i] && row->severity > worst)
            worst = row->severity;
    }
    return worst;
}

static enum ex_severity worst_now(const struct ex_changed_target *t)
{
    enum ex_severity worst = EX_SEV_NONE;

    for (size_t i = 0; i < t->n_findings; i++) {
        const struct ex_changed_finding *f = &t->findings[i];

        if (!f->accepted && f->change != EX_CHANGE_FIXED && f->severity > worst)
            worst = f->severity;
    }
    return worst;
}

/* Findings of which the history is to be told, each matter once. */
struct wanted {
    const struct ex_row_finding *at[EX_HISTORY_FINDINGS_MAX];
    size_t n;
};

static void want(struct wanted *all, const struct ex_row *row)
{
    for (size_t i = 0; i < row->n_findings && all->n < EX_HISTORY_FINDINGS_MAX; i++) {
        size_t k = 0;

        while (k < all->n && !ex_history_is_same(all->at[k], &row->findings[i]))
            k++;
        if (k == all->n)
            all->at[all->n++] = &row->findings[i];
    }
}

static int by_change(const void *a, const void *b)
{
    const struct ex_changed_finding *x = a, *y = b;

    if (x->change != y->change)
        return x->change < y->change ? -1 : 1;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    return strcmp(x->id, y->id);
}

static enum ex_status compare_findings(struct ex_changed_target *t, const struct ex_history *h,
                                       struct ex_pool *pool)
{
    struct wanted all = { .n = 0 };
    enum ex_status st = EX_OK;

    for (size_t i = 0; i < h->n_now; i++)
        want(&all, h->now[i].row);
    for (size_t i = h->n_then; i-- > 0;)
        want(&all, h->then[i].row);
    t->findings = calloc(all.n ? all.n : 1, sizeof(*t->findings));
    if (!t->findings)
        return EX_ENOMEM;
    for (size_t i = 0; i < all.n && st == EX_OK; i++) {
        bool known;

        st = ex_history_of(&t->findings[t->n_findings], &known, h, all.at[i], pool);
        t->n_findings += st == EX_OK && known;
    }
    if (st == EX_OK && t->n_findings > 0)
        qsort(t->findings, t->n_findings, sizeof(*t->findings), by_change);
    return st;
}

static enum ex_status fill(struct ex_changed_target *t, const struct ex_history *h,
                           const struct ex_compared *c, struct ex_pool *pool)
{
    const struct ex_observation *now = examined_now(h), *then = last_examined(h);
    const struct ex_row *named = h->n_now ? h->now[0].row : h->then[h->n_then - 1].row;
    const struct ex_observation *seen = now ? now : then;
    char day[DAY_CHARS + 1] = "";
    enum ex_status st;

    if (seen)
        ex_span_copy(day, sizeof(day),
                     (struct ex_span){ (const uint8_t *)seen->row->started,
                                       strnlen(seen->row->started, DAY_CHARS) });
    *t = (struct ex_changed_target){ .target = named->target,
                                     .client = named->client,
                                     .fate = fate_of(h, c),
                                     .build = now ? now->row->build : "",
                                     .build_before = then ? then->row->build : "",
                                     .detail = "",
                                     .last_seen = ex_pool_text(pool, day) };
    if (!t->last_seen)
        return EX_ENOMEM;
    if (!now && h->n_now > 0)
        t->detail = ex_state_str(h->now[0].row->state);
    compare_pages(t, h);
    st = compare_findings(t, h, pool);
    t->before = worst_before(h);
    t->severity = worst_now(t);
    return st;
}

static void observe(struct ex_observation *to, struct ex_row *const *rows, size_t n,
                    const struct ex_results *results)
{
    for (size_t i = 0; i < n; i++)
        to[i] = (struct ex_observation){ rows[i], ex_results_run(results, rows[i]->run) };
}

enum ex_status ex_changed_target_make(struct ex_changed_target *out, const struct ex_compared *c,
                                      struct ex_row *const *then, size_t n_then,
                                      struct ex_row *const *now, size_t n_now, struct ex_pool *pool)
{
    const size_t n_old = n_then > EX_HISTORY_RECORDS_MAX ? n_then - EX_HISTORY_RECORDS_MAX : 0;
    struct ex_observation *all = calloc(n_then + n_now, sizeof(*all));
    const struct ex_history h = { .then = all ? all + n_old : NULL,
                                  .n_then = n_then - n_old,
                                  .now = all ? all + n_then : NULL,
                                  .n_now = n_now };
    enum ex_status st = EX_ENOMEM;

    *out = (struct ex_changed_target){ .findings = NULL };
    if (!all)
        return EX_ENOMEM;
    observe(all, then, n_then, c->earlier);
    observe(all + n_then, now, n_now, c->now->results);
    st = fill(out, &h, c, pool);
    free(all);
    return st;
}

/* The larger, the earlier in a report. */
static int urgency(const struct ex_changed_target *t)
{
    enum { SEVERITY_STEP = 10, PAGE = 35, DARK = 5, OTHER = 1 };
    int most = t->page_changed ? PAGE : t->fate == EX_FATE_GONE_DARK ? DARK : 0;

    for (size_t i = 0; i < t->n_findings; i++) {
        const struct ex_changed_finding *f = &t->findings[i];
        const int here = f->accepted                         ? 0
                         : ex_is_for_the_worse(f)            ? (int)f->severity * SEVERITY_STEP
                         : f->change == EX_CHANGE_STILL_OPEN ? 0
                                                             : OTHER;

        most = here > most ? here : most;
    }
    return most > 0 ? most : t->fate != EX_FATE_SAME || t->build_changed ? OTHER : 0;
}

int ex_changed_target_cmp(const void *a, const void *b)
{
    const struct ex_changed_target *x = a, *y = b;
    const int ways = urgency(y) - urgency(x);

    if (ways)
        return ways;
    if (x->severity != y->severity)
        return x->severity > y->severity ? -1 : 1;
    return strcmp(x->target, y->target);
}
