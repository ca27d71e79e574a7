// SPDX-License-Identifier: MIT
#include "core/fingerprint.h"

#include "core/folder.h"
#include "core/simulator.h"
#include "exprobe/verdict.h"

static void set_note(struct ex_fingerprint *fp, enum ex_note n)
{
    fp->notes |= UINT64_C(1) << n;
}

/* Take the number, what the table says about it, and its notes. */
static void take_build(struct ex_fingerprint *fp, const struct ex_catalog *cat,
                       const struct ex_build *build)
{
    ex_fingerprint_of_build(cat, build, fp);
}

static enum ex_generation generation_of_era(uint8_t era)
{
    switch (era) {
    case EX_ERA_2003:
        return EX_GEN_2003;
    case EX_ERA_2007:
        return EX_GEN_2007;
    case EX_ERA_2010:
        return EX_GEN_2010;
    case EX_ERA_2013:
        return EX_GEN_2013;
    default:
        return EX_GEN_NONE;
    }
}

static bool any_mark(const struct ex_evidence *ev, uint32_t marks)
{
    for (size_t i = 0; i < ev->n_answers; i++)
        if (ev->answers[i].probe != EX_PROBE_CONTROL && ex_has(&ev->answers[i], marks))
            return true;
    return false;
}

static bool any_location(const struct ex_evidence *ev, enum ex_location location)
{
    for (size_t i = 0; i < ev->n_answers; i++)
        if (ev->answers[i].location == location)
            return true;
    return false;
}

/* No number at all: the look of the page, or the age of the headers. */
static void take_generation(struct ex_fingerprint *fp, const struct ex_evidence *ev)
{
    fp->generation = ev->page.owa_page ? generation_of_era(ev->page.era) : EX_GEN_NONE;
    if (ev->page.owa_page && ev->page.conflicting && !ev->page.two_products)
        fp->generation = ex_build_generation(&ev->page.build);
    if (any_location(ev, EX_LOC_EXCHWEB) || any_mark(ev, EX_MARK_WEB_STORAGE))
        fp->generation = EX_GEN_2003;
    if (fp->generation != EX_GEN_NONE)
        fp->precision = EX_PREC_GENERATION;
    fp->generation_2013_plus = fp->generation == EX_GEN_NONE &&
                               (any_mark(ev, EX_MARK_FE | EX_MARK_SERVICE | EX_MARK_REASON |
                                                 EX_MARK_BACK_END | EX_MARK_HEALTH) ||
                                (ev->page.owa_page && ev->page.era == EX_ERA_2016));
}

static void add_candidate(struct ex_fingerprint *fp, const struct ex_build *b)
{
    if (fp->n_candidates < EX_CANDIDATES_MAX)
        fp->candidates[fp->n_candidates++] = *b;
}

/* Several front ends: what they have in common is all that is true of the name. */
static void take_mixed(struct ex_fingerprint *fp, const struct ex_catalog *cat,
                       const struct ex_versions *v)
{
    const bool page_first = v->page_differs && ex_build_cmp(&v->cu, &v->full[0]) < 0;
    const bool page_last = v->page_differs && !page_first;
    const struct ex_build low = page_first ? v->cu : v->full[0];
    const struct ex_build high = page_last ? v->cu : v->full[v->n_full - 1];
    const struct ex_build cu = { { low.part[0], low.part[1], low.part[2] }, 3 };
    struct ex_build first = low, last = high;

    if (v->silent) { /* any revision of the cumulative update that the others have */
        take_build(fp, cat, &cu);
        first = ex_build_cmp(&fp->min, &low) < 0 ? fp->min : low;
        last = ex_build_cmp(&fp->max, &high) > 0 ? fp->max : high;
    }
    take_build(fp, cat, &low);
    fp->n_candidates = 0;
    if (page_first || v->silent)
        add_candidate(fp, page_first ? &v->cu : &cu);
    for (uint8_t i = 0; i < v->n_full; i++)
        add_candidate(fp, &v->full[i]);
    if (page_last)
        add_candidate(fp, &v->cu);
    fp->exact = fp->observed = (struct ex_build){ 0 };
    fp->row = NULL;
    fp->min = first;
    fp->max = last;
    fp->precision = EX_PREC_CU;
    if (ex_build_same_branch(&low, &high))
        return;
    fp->cu_row = NULL;
    fp->precision = EX_PREC_GENERATION;
    if (ex_build_generation(&low) != ex_build_generation(&high)) {
        fp->generation = EX_GEN_NONE;
        fp->generation_2013_plus = low.part[0] >= 15;
        fp->precision = EX_PREC_NONE;
    }
}

/* Revisions that the folder probe has excluded are no candidates any more. */
static void narrow(struct ex_fingerprint *fp, const struct ex_evidence *ev,
                   const struct ex_catalog *cat)
{
    const struct ex_folders *f = &ev->folders;
    size_t n = 0;
    const struct ex_build_row *rows = ex_catalog_branch(cat, &fp->min, &n);

    if (fp->precision != EX_PREC_CU || n == 0 || f->end == EX_FOLDER_NOT_RUN)
        return;
    if (f->found >= 0 && !f->same_server && (size_t)f->found < n && f->says_no) {
        fp->back_end = rows[f->found].build;
        memcpy(fp->back_end_name, f->back_end, sizeof(fp->back_end_name));
        set_note(fp, EX_NOTE_BACK_END_BUILD);
    }
    if (!f->same_server || (f->found >= 0 && !f->says_no))
        return;
    fp->n_candidates = 0;
    for (size_t i = 0; i < n; i++)
        if (ex_folder_is_possible(f, rows, n, i))
            add_candidate(fp, &rows[i].build);
    if (fp->n_candidates == 0)
        return; /* an unlisted revision, or none that was ever updated: all that is known is the CU
                 */
    fp->min = fp->candidates[0];
    fp->max = fp->candidates[fp->n_candidates - 1];
    if (f->found >= 0 && fp->n_candidates == 1) {
        const uint64_t notes = fp->notes;

        take_build(fp, cat, &rows[f->found].build);
        fp->observed = f->number;
        fp->notes |= notes;
    }
}

static void take_cu(struct ex_fingerprint *fp, const struct ex_evidence *ev,
                    const struct ex_catalog *cat, const struct ex_build *cu)
{
    take_build(fp, cat, cu);
    narrow(fp, ev, cat);
    if (ev->manifest.n_parts == 4 && fp->precision == EX_PREC_CU &&
        ex_build_same_branch(&ev->manifest, cu)) {
        fp->lower_bound = ev->manifest;
        set_note(fp, EX_NOTE_MANIFEST_LOWER_BOUND);
    }
}

/* Whether what a suspected simulator says about itself is repeated at all. A padded
 * header alone leaves the page standing; worse contradictions leave nothing. */
static bool is_worthless(const struct ex_evidence *ev, const struct ex_assessment *as,
                         const struct ex_versions *v)
{
    const unsigned score = ex_simulator_score(ev, as->control);
    const unsigned padded = v->header == EX_VH_PADDED ? EX_SUSPICIOUS : 0;

    if (as->present == EX_PRESENT_NO || as->present == EX_PRESENT_ONLINE)
        return true;
    return as->suspicious && (!as->proven || score - padded >= EX_SUSPICIOUS);
}

static void take_numbers(struct ex_fingerprint *fp, const struct ex_evidence *ev,
                         const struct ex_catalog *cat, const struct ex_versions *v)
{
    if (v->n_full > 1 || v->page_differs ||
        v->silent) /* also one name with two numbers: what both allow */
        take_mixed(fp, cat, v);
    else if (v->n_full == 1)
        take_build(fp, cat, &v->full[0]);
    else if (v->cu.n_parts == 3)
        take_cu(fp, ev, cat, &v->cu);
    else
        take_generation(fp, ev);
}

static const struct ex_device_row *device_of(const struct ex_evidence *ev,
                                             const struct ex_catalog *cat)
{
    const struct ex_device_row *best = NULL;

    for (size_t i = 0; i < ev->n_answers; i++) {
        const struct ex_answer *a = &ev->answers[i];
        const struct ex_device_row *row = ex_device_of(cat, a);

        if (!row)
            continue;
        /* The sign-in of OWA itself is no device; an answer of Exchange passed through one. */
        if (ex_has(a, EX_MARKS_EXCHANGE) && row->role != EX_ROLE_PASS)
            continue;
        if (!best || (best->role == EX_ROLE_PASS && row->role != EX_ROLE_PASS &&
                      a->probe != EX_PROBE_CONTROL))
            best = row;
    }
    return best;
}

void ex_fingerprint(const struct ex_evidence *ev, const struct ex_catalog *cat,
                    struct ex_fingerprint *out)
{
    const struct ex_assessment as = ex_assess(ev, cat);
    const struct ex_versions v = ex_versions_of(ev);

    memset(out, 0, sizeof(*out));
    if (!is_worthless(ev, &as, &v))
        take_numbers(out, ev, cat, &v);
    out->present = as.present;
    out->notes |= ex_notes_of(ev, cat, &as, &v);
    memcpy(out->front_ends, ev->front_ends, sizeof(out->front_ends));
    out->n_front_ends = ev->n_front_ends;
    out->device = device_of(ev, cat);
    ex_witnesses(ev, out);
}
