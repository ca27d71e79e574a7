// SPDX-License-Identifier: MIT
#include "report/history.h"

#include <string.h>

enum { DAY_CHARS = 10 };

/* What is known of one finding at one address. */
struct place {
    const char *address;
    const struct ex_observation *open_in; /* the last that shows it; NULL: not open */
    const struct ex_row_finding *as;      /* how it shows it */
};

/* One finding through time. A target has it as long as any of its addresses has. */
struct line {
    struct place at[EX_HISTORY_ADDRESSES_MAX];
    size_t n;
    bool crowded; /* there were more addresses */
    bool open, ever;
    const struct ex_observation *since;  /* where the unbroken row begins */
    const struct ex_row_finding *latest; /* as it was last seen anywhere */
};

/* Rules that are steps of one matter, and how bad each is when the severity does not tell. That
 * updates are known to be missing, and not only possibly, is no change for the worse. */
static const struct step {
    const char *rule, *matter;
    int rank;
} steps[] = {
    { "backdoor-review", "backdoor", 0 },
    { "backdoor-suspicious", "backdoor", 1 },
    { "backdoor-likely", "backdoor", 2 },
    { "backdoor-confirmed", "backdoor", 3 },
    { "logon-page-review", "logon-page", 0 },
    { "logon-page-suspicious", "logon-page", 1 },
    { "logon-page-likely", "logon-page", 2 },
    { "logon-page-confirmed", "logon-page", 3 },
    { "certificate-expires-soon", "certificate-end", 0 },
    { "certificate-expired", "certificate-end", 1 },
    { "undetermined", "updates", 0 },
    { "missing-updates", "updates", 0 },
};

static const struct step *step_of(const char *rule)
{
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
        if (strcmp(steps[i].rule, rule) == 0)
            return &steps[i];
    return NULL;
}

bool ex_history_is_same(const struct ex_row_finding *a, const struct ex_row_finding *b)
{
    const struct step *x = step_of(a->rule), *y = step_of(b->rule);

    if (strcmp(a->id, b->id) == 0)
        return true;
    return x && y && strcmp(x->matter, y->matter) == 0 && strcmp(a->subject, b->subject) == 0;
}

/* <0, 0, >0 as @a is less bad than @b. */
static int compare(const struct ex_row_finding *a, const struct ex_row_finding *b)
{
    const struct step *x = step_of(a->rule), *y = step_of(b->rule);

    if (a->severity != b->severity)
        return a->severity < b->severity ? -1 : 1;
    return x && y ? x->rank - y->rank : 0;
}

const struct ex_row_finding *ex_history_find(const struct ex_row *row,
                                             const struct ex_row_finding *f)
{
    for (size_t i = 0; i < row->n_findings; i++)
        if (ex_history_is_same(&row->findings[i], f))
            return &row->findings[i];
    return NULL;
}

static struct place *place_of(struct line *l, const char *address)
{
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->at[i].address, address) == 0)
            return &l->at[i];
    if (l->n == EX_HISTORY_ADDRESSES_MAX) {
        l->crowded = true;
        return NULL;
    }
    l->at[l->n] = (struct place){ .address = address };
    return &l->at[l->n++];
}

static bool is_open(const struct line *l)
{
    for (size_t i = 0; i < l->n; i++)
        if (l->at[i].open_in)
            return true;
    return l->crowded && l->open;
}

/* Take one observation into account. */
static void observe(struct line *l, const struct ex_observation *o,
                    const struct ex_row_finding *wanted)
{
    const struct ex_row_finding *f = ex_history_find(o->row, wanted);
    struct place *p = place_of(l, o->row->address);

    if (f) {
        if (p) {
            p->open_in = o;
            p->as = f;
        }
        if (!l->open)
            l->since = o;
        l->open = l->ever = true;
        l->latest = f;
    } else if (p && p->open_in && !ex_not_looked_for(o, p->open_in, wanted->rule)) {
        p->open_in = NULL;
        l->open = is_open(l);
    }
}

/* Of the addresses that still have it, why the first was not looked at again. */
static const char *why_not_seen(const struct ex_history *h, const struct line *l, const char *rule)
{
    for (size_t i = 0; i < l->n; i++) {
        if (!l->at[i].open_in)
            continue;
        for (size_t k = 0; k < h->n_now; k++)
            if (strcmp(h->now[k].row->address, l->at[i].address) == 0)
                return ex_not_looked_for(&h->now[k], l->at[i].open_in, rule);
        break;
    }
    if (h->n_now == 0)
        return "there is no result for it";
    /* A name that does not resolve has no address in its record. */
    return h->n_now == 1 && !ex_is_examined(h->now[0].row)
               ? ex_state_str(h->now[0].row->state)
               : "the address that showed it is not among the results";
}

/* The worst, when addresses differ. */
static const struct ex_row_finding *find_now(const struct ex_history *h,
                                             const struct ex_row_finding *wanted)
{
    const struct ex_row_finding *worst = NULL;

    for (size_t i = 0; i < h->n_now; i++) {
        const struct ex_row_finding *f = ex_history_find(h->now[i].row, wanted);

        if (f && (!worst || compare(worst, f) < 0))
            worst = f;
    }
    return worst;
}

/* As it stands: the worst of the addresses that have it. */
static const struct ex_row_finding *standing(const struct line *l)
{
    const struct ex_row_finding *worst = NULL;

    for (size_t i = 0; i < l->n; i++)
        if (l->at[i].open_in && (!worst || compare(worst, l->at[i].as) < 0))
            worst = l->at[i].as;
    return worst && !l->crowded ? worst : l->latest;
}

/* Whether @path answered as a back door does wherever there was one; where not all such paths
 * were recorded, it may have. */
static bool was_suspect(const struct line *before, const char *path)
{
    for (size_t i = 0; i < before->n; i++) {
        const struct ex_row *row = before->at[i].open_in ? before->at[i].open_in->row : NULL;

        if (!row)
            continue;
        if (row->more_suspects || row->n_suspects == 0)
            return true;
        for (size_t k = 0; k < row->n_suspects; k++)
            if (strcmp(row->suspects[k], path) == 0)
                return true;
    }
    return before->crowded;
}

/* One finding stands for all back doors of a host, so that another one does not show in it. */
static bool has_new_suspect(const struct ex_history *h, const struct line *before,
                            const struct ex_row_finding *f)
{
    const struct step *step = step_of(f->rule);

    if (!step || strcmp(step->matter, "backdoor") != 0)
        return false;
    for (size_t i = 0; i < h->n_now; i++)
        for (size_t k = 0; k < h->now[i].row->n_suspects; k++)
            if (!was_suspect(before, h->now[i].row->suspects[k]))
                return true;
    return false;
}

static enum ex_change change_of(const struct ex_history *h, const struct line *before,
                                bool open_after, const struct ex_row_finding *now)
{
    if (!now)
        return open_after ? EX_CHANGE_NOT_SEEN : EX_CHANGE_FIXED;
    if (!before->ever)
        return EX_CHANGE_NEW;
    if (!before->open)
        return EX_CHANGE_BACK_AGAIN;
    const int way = has_new_suspect(h, before, now) ? 1 : compare(now, standing(before));

    return way == 0 ? EX_CHANGE_STILL_OPEN : way > 0 ? EX_CHANGE_WORSE : EX_CHANGE_BETTER;
}

static const char *day_of(struct ex_pool *pool, const struct ex_observation *o)
{
    const char *started = o ? o->row->started : "";
    char day[DAY_CHARS + 1];

    ex_span_copy(day, sizeof(day),
                 (struct ex_span){ (const uint8_t *)started, strnlen(started, DAY_CHARS) });
    return ex_pool_text(pool, day);
}

enum ex_status ex_history_of(struct ex_changed_finding *out, bool *known,
                             const struct ex_history *h, const struct ex_row_finding *f,
                             struct ex_pool *pool)
{
    const struct ex_row_finding *now = find_now(h, f), *shown;
    struct line l = { .n = 0 }, before;

    for (size_t i = 0; i < h->n_then; i++)
        observe(&l, &h->then[i], f);
    before = l;
    *known = now || before.open;
    if (!*known)
        return EX_OK;
    for (size_t i = 0; i < h->n_now; i++)
        observe(&l, &h->now[i], f);
    shown = now ? now : standing(&before);
    *out = (struct ex_changed_finding){ .change = change_of(h, &before, l.open, now),
                                        .rule = shown->rule,
                                        .subject = shown->subject,
                                        .title = shown->title,
                                        .severity = shown->severity,
                                        .before =
                                            before.ever ? standing(&before)->severity : EX_SEV_NONE,
                                        .accepted = shown->accepted,
                                        .since = day_of(pool, l.since),
                                        .why = "" };
    memcpy(out->id, shown->id, sizeof(out->id));
    if (out->change == EX_CHANGE_WORSE && has_new_suspect(h, &before, shown))
        out->why = "it answers at a path where it did not before";
    if (out->change == EX_CHANGE_NOT_SEEN)
        out->why = why_not_seen(h, &l, f->rule);
    return out->since ? EX_OK : EX_ENOMEM;
}
