// SPDX-License-Identifier: MIT
#include "out/remedy.h"

#include "core/put.h"

enum { ROW_TEXT = 96, NAMED_CVES_MAX = 2 };

const char *ex_remedy_product(const struct ex_case *c)
{
    const struct ex_life_row *life = ex_catalog_life(c->cat, c->fp->generation);

    if (c->fp->row)
        return c->fp->row->product;
    if (c->fp->cu_row)
        return c->fp->cu_row->product;
    return life ? life->product : "Exchange Server";
}

void ex_remedy_what(const struct ex_case *c, char *to, size_t size)
{
    const struct ex_fingerprint *fp = c->fp;
    const bool exact = fp->precision == EX_PREC_EXACT;
    struct ex_put w = ex_put_of(to, size);
    char build[EX_BUILD_TEXT];

    ex_put_str(&w, fp->present == EX_PRESENT_YES ? "" : "Perhaps ");
    ex_put_str(&w, ex_remedy_product(c));
    if (fp->cu_row && fp->cu_row->cu[0]) {
        ex_put_ch(&w, ' ');
        ex_put_str(&w, fp->cu_row->cu);
    }
    if (exact && fp->row && fp->row->update[0] && ex_build_cmp(&fp->row->build, &fp->exact) == 0) {
        ex_put_ch(&w, ' ');
        ex_put_str(&w, fp->row->update);
    }
    if (exact) {
        ex_put_str(&w, " (");
        ex_put_str(&w, ex_build_format(build, &fp->exact));
        ex_put_ch(&w, ')');
    } else if (fp->precision == EX_PREC_CU && fp->min.n_parts >= 3) {
        const struct ex_build branch = { { fp->min.part[0], fp->min.part[1], fp->min.part[2] }, 3 };

        ex_put_str(&w, " (");
        ex_put_str(&w, ex_build_format(build, &branch));
        ex_put_str(&w, ".x)");
    }
    if (fp->present != EX_PRESENT_YES && fp->device) {
        ex_put_str(&w, " behind ");
        ex_put_str(&w, fp->device->name);
    }
}

static size_t kev_in(const struct ex_catalog *cat, const struct ex_cve_list *list,
                     const char **named, size_t n_named)
{
    size_t n = 0;

    for (size_t i = 0; i < list->n; i++) {
        if (!cat->cves[list->at[i]].kev)
            continue;
        if (n_named + n < NAMED_CVES_MAX)
            named[n_named + n] = cat->cves[list->at[i]].id;
        n++;
    }
    return n;
}

/* ", 3 of them known to be exploited (CVE-1, CVE-2 and 1 more)", over one or two lists. */
static void put_kev(struct ex_put *w, const struct ex_case *c, const struct ex_cve_list *a,
                    const struct ex_cve_list *b)
{
    const char *named[NAMED_CVES_MAX];
    size_t n = kev_in(c->cat, a, named, 0);

    if (b)
        n += kev_in(c->cat, b, named, n);
    if (n == 0)
        return;
    ex_put_str(w, ", ");
    ex_put_dec(w, n);
    ex_put_str(w, a->n + (b ? b->n : 0) == 1 ? " known to be exploited ("
                                             : " of them known to be exploited (");
    for (size_t i = 0; i < n && i < NAMED_CVES_MAX; i++) {
        ex_put_str(w, i ? ", " : "");
        ex_put_str(w, named[i]);
    }
    if (n > NAMED_CVES_MAX) {
        ex_put_str(w, " and ");
        ex_put_dec(w, n - NAMED_CVES_MAX);
        ex_put_str(w, " more");
    }
    ex_put_ch(w, ')');
}

static void put_fixes(struct ex_put *w, size_t n)
{
    ex_put_dec(w, n);
    ex_put_str(w, n == 1 ? " security fix" : " security fixes");
}

void ex_remedy_counts(const struct ex_case *c, char *to, size_t size)
{
    const struct ex_verdict *v = c->verdict;
    struct ex_put w = ex_put_of(to, size);

    if (v->missing.n + v->presumed.n + v->possible.n == 0) {
        ex_put_str(&w, v->patch == EX_PATCH_MISSING ? "the newest update is not installed"
                                                    : "no build was seen");
        return;
    }
    if (v->missing.n + v->presumed.n == 0) {
        ex_put_str(&w, "up to ");
        put_fixes(&w, v->possible.n);
        ex_put_str(&w, " may be missing");
        put_kev(&w, c, &v->possible, NULL);
        return;
    }
    if (v->missing.n) {
        put_fixes(&w, v->missing.n);
        ex_put_str(&w, v->missing.n == 1 ? " is missing" : " are missing");
    }
    if (v->presumed.n && v->missing.n) {
        ex_put_str(&w, " and ");
        ex_put_dec(&w, v->presumed.n);
        ex_put_str(&w, " more presumed missing");
    } else if (v->presumed.n) {
        put_fixes(&w, v->presumed.n);
        ex_put_str(&w, v->presumed.n == 1 ? " is presumed missing" : " are presumed missing");
    }
    put_kev(&w, c, &v->missing, &v->presumed);
    if (v->possible.n) {
        ex_put_str(&w, "; ");
        ex_put_dec(&w, v->possible.n);
        ex_put_str(&w, " more cannot be told");
    }
}

/* "Sep26SUv2 (KB5129955, build 15.2.2562.53)" */
static const char *row_text(char to[static ROW_TEXT], const struct ex_build_row *row)
{
    struct ex_put w = ex_put_of(to, ROW_TEXT);
    char build[EX_BUILD_TEXT];

    ex_put_str(&w, row->update[0] ? row->update : row->cu);
    ex_put_str(&w, " (");
    if (row->kb[0]) {
        ex_put_str(&w, row->kb);
        ex_put_str(&w, ", ");
    }
    ex_put_str(&w, "build ");
    ex_put_str(&w, ex_build_format(build, &row->build));
    ex_put_ch(&w, ')');
    return to;
}

/* The newest update that needs no contract, or NULL; of the server's own cumulative update when
 * that got it as well. Rows are sorted by build. */
static const struct ex_build_row *newest_public(const struct ex_case *c)
{
    const struct ex_build_row *best = NULL, *own = NULL;

    for (size_t i = 0; i < c->cat->n_builds; i++) {
        const struct ex_build_row *row = &c->cat->builds[i];

        if (row->generation == c->fp->generation && !row->esu_only && row->cumulative &&
            row->kind != EX_KIND_PREVIEW) {
            best = row;
            own = ex_build_same_branch(&c->fp->min, &row->build) ? row : own;
        }
    }
    return own && own->released >= best->released ? own : best;
}

/* The cumulative update that @row is an update of, when the server has another one. */
static const struct ex_build_row *base_needed(const struct ex_case *c,
                                              const struct ex_build_row *row)
{
    const struct ex_build_row *base;
    size_t n = 0;

    if (c->fp->min.n_parts == 0 || ex_build_same_branch(&c->fp->min, &row->build))
        return NULL;
    base = ex_catalog_branch(c->cat, &row->build, &n);
    return base != row ? base : NULL;
}

/* What to install: the newest update of the server's own cumulative update as long as that gets
 * updates, which is the smaller step; else the newest of all. NULL: nothing can be had. */
static const struct ex_build_row *goal_of(const struct ex_case *c)
{
    const struct ex_verdict *v = c->verdict;

    return v->install && v->cu_serviced && v->latest && v->latest->update[0] ? v->latest
                                                                             : v->install;
}

/* "CU23 (KB5011155, build ...), then Feb26SU (...)" or only the update. */
static void put_steps(struct ex_put *w, const struct ex_case *c, const struct ex_build_row *row)
{
    const struct ex_build_row *base = base_needed(c, row);
    char text[ROW_TEXT];

    if (base) {
        ex_put_str(w, row_text(text, base));
        ex_put_str(w, ", then ");
    }
    ex_put_str(w, row_text(text, row));
}

static void put_day(struct ex_put *w, const char *before, int32_t day, const char *after)
{
    char text[EX_DAY_TEXT];

    ex_put_str(w, before);
    ex_put_str(w, ex_day_format(text, day));
    ex_put_str(w, after);
}

enum ex_situation ex_remedy_situation(const struct ex_case *c)
{
    /* Nobody is sent away from a product that may not be there. */
    if (c->verdict->support != EX_SUPPORT_ENDED || c->fp->present != EX_PRESENT_YES)
        return EX_SITUATION_SERVICED;
    return c->verdict->esu == EX_ESU_ACTIVE && goal_of(c) ? EX_SITUATION_EXTENSION
                                                          : EX_SITUATION_END;
}

void ex_remedy_steps(const struct ex_case *c, char *to, size_t size)
{
    struct ex_put w = ex_put_of(to, size);

    if (goal_of(c))
        put_steps(&w, c, goal_of(c));
    else
        ex_put_str(&w, "the newest update");
}

void ex_remedy_order(const struct ex_case *c, char *to, size_t size)
{
    const struct ex_build_row *row = goal_of(c);
    struct ex_put w = ex_put_of(to, size);

    if (!row)
        return;
    if (base_needed(c, row))
        ex_put_str(&w, " The cumulative update that this server has gets no security updates any"
                       " more, so the newer one comes first.");
    else if (row->update[0])
        ex_put_str(&w, " It brings all earlier updates of its cumulative update.");
    put_day(&w, " It was released on ", row->released, "; there may be a newer one since ");
    ex_put_str(&w, c->cat->info.date);
    ex_put_str(&w, ", the date of this knowledge.");
}

void ex_remedy_esu(const struct ex_case *c, char *to, size_t size)
{
    const struct ex_verdict *v = c->verdict;
    struct ex_put w = ex_put_of(to, size);

    if (v->no_public_fix.n == 0)
        return;
    ex_put_ch(&w, ' ');
    ex_put_dec(&w, v->no_public_fix.n);
    ex_put_str(&w, v->no_public_fix.n == 1 ? " of the fixes was" : " of the fixes were");
    ex_put_str(&w, " made for buyers of Extended Security Updates only");
    if (v->esu == EX_ESU_ENDED && v->esu_end != EX_DAY_NONE)
        put_day(&w, ", and that programme ended on ", v->esu_end, "");
    else if (v->esu == EX_ESU_ACTIVE && v->esu_end != EX_DAY_NONE)
        put_day(&w, ", a programme that ends on ", v->esu_end, "");
    ex_put_ch(&w, '.');
}

void ex_remedy_interim(const struct ex_case *c, char *to, size_t size)
{
    const struct ex_build_row *row = newest_public(c);
    struct ex_put w = ex_put_of(to, size);

    if (!row || c->fp->min.n_parts == 0 || ex_build_cmp(&c->fp->min, &row->build) >= 0)
        return;
    ex_put_str(&w, c->fp->precision == EX_PREC_EXACT || base_needed(c, row)
                       ? " Meanwhile install "
                       : " Meanwhile make sure that it has ");
    put_steps(&w, c, row);
    ex_put_str(&w, ", the last update that everybody can download.");
}
