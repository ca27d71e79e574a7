// SPDX-License-Identifier: MIT
#include "core/versions.h"

#include "core/simulator.h"

/* Keep @b among the full numbers, in ascending order. */
static void insert(struct ex_versions *v, const struct ex_build *b)
{
    size_t at = 0;

    while (at < v->n_full && ex_build_cmp(&v->full[at], b) < 0)
        at++;
    if (at < v->n_full && ex_build_cmp(&v->full[at], b) == 0)
        return;
    if (v->n_full == EX_VERSIONS_MAX)
        return;
    memmove(&v->full[at + 1], &v->full[at], (v->n_full - at) * sizeof(v->full[0]));
    v->full[at] = *b;
    v->n_full++;
}

static struct ex_build cut_to_cu(struct ex_build b)
{
    b.part[3] = 0;
    b.n_parts = 3;
    return b;
}

/* Two answers with different numbers: two servers when their names differ or are not
 * given, one that contradicts itself when both carry the same name. */
static void compare_front_ends(const struct ex_evidence *ev, struct ex_versions *v)
{
    for (size_t i = 0; i < ev->n_answers; i++) {
        for (size_t k = 0; k < i; k++) {
            const struct ex_answer *a = &ev->answers[i], *b = &ev->answers[k];

            if (a->version_header != EX_VH_FULL || b->version_header != EX_VH_FULL ||
                a->probe == EX_PROBE_CONTROL || b->probe == EX_PROBE_CONTROL ||
                ex_build_cmp(&a->build, &b->build) == 0)
                continue;
            if (a->front_end >= 0 && a->front_end == b->front_end)
                v->conflict = true;
            else
                v->mixed = true;
        }
    }
}

/* The page of one front end and the header of another, or of the same one. */
static void compare_page(const struct ex_evidence *ev, struct ex_versions *v)
{
    const struct ex_answer *page = &ev->answers[ev->page_answer];
    bool other = false;

    if (ev->page.build.n_parts == 0 || v->n_full == 0 || page->version_header == EX_VH_FULL)
        return;
    for (uint8_t i = 0; i < v->n_full; i++)
        if (ex_build_same_branch(&v->full[i], &ev->page.build))
            return;
    for (size_t i = 0; i < ev->n_answers; i++)
        other |= ev->answers[i].version_header == EX_VH_FULL && page->front_end >= 0 &&
                 ev->answers[i].front_end >= 0 && ev->answers[i].front_end != page->front_end;
    if (other) {
        v->mixed = v->page_differs = true;
    } else {
        v->conflict = true;
        v->n_full = 0; /* as with a header that contradicts its own page */
    }
}

/* Whether every header names the cumulative update of @page. */
static bool is_backed(const struct ex_versions *v, const struct ex_build *page)
{
    for (uint8_t i = 0; i < v->n_full; i++)
        if (!ex_build_same_branch(&v->full[i], page))
            return false;
    return v->n_full > 0;
}

/* Whether one of several front ends named no full number. */
static bool silent_front_end(const struct ex_evidence *ev)
{
    for (size_t i = 0; i < ev->n_answers; i++) {
        const struct ex_answer *a = &ev->answers[i];

        if (a->status != 0 && a->probe != EX_PROBE_CONTROL && a->front_end >= 0 &&
            ev->front_ends[a->front_end].build.n_parts == 0 && ev->n_front_ends > 1)
            return true;
    }
    return false;
}

struct ex_versions ex_versions_of(const struct ex_evidence *ev)
{
    struct ex_versions v = { 0 };
    const struct ex_build *page = &ev->page.build;

    for (size_t i = 0; i < ev->n_answers; i++) {
        const struct ex_answer *a = &ev->answers[i];

        if (a->status == 0 || a->probe == EX_PROBE_CONTROL)
            continue;
        if (a->version_header > v.header)
            v.header = a->version_header;
        v.header_seen_broken |= a->version_header == EX_VH_INVALID;
        v.conflict |= ex_has(a, EX_MARK_TWO_VERSIONS);
        if (ex_has(a, EX_MARK_TWO_VERSIONS) && a->high.n_parts == 0)
            continue; /* one of them is no full number: the other is not proven */
        if (a->version_header == EX_VH_FULL)
            insert(&v, &a->build);
        else if (a->version_header == EX_VH_PARTIAL)
            v.cu = a->build;
        if (a->high.n_parts != 0)
            insert(&v, &a->high);
    }
    compare_front_ends(ev, &v);
    if (v.cu.n_parts == 0 && ev->manifest.n_parts == 4)
        v.cu = cut_to_cu(ev->manifest); /* the front end picks a server of its own CU to serve it */
    if (page->n_parts != 0 && ex_build_generation(page) != EX_GEN_NONE)
        v.cu = cut_to_cu(*page);
    if (ev->page.conflicting && !is_backed(&v, page))
        v.cu = (struct ex_build){ 0 }; /* none of the numbers of the page is better than another */
    if (ex_version_conflict(ev)) {
        v.conflict = true;
        v.n_full = 0;
    }
    compare_page(ev, &v);
    v.silent = v.n_full > 0 && !v.page_differs && silent_front_end(ev);
    if (v.n_full == 0 && page->n_parts == 4 && ex_build_generation(page) < EX_GEN_2013) {
        if (v.conflict) { /* header and paths come from one DLL: a rollup is not proven */
            v.cu = (struct ex_build){ 0 };
        } else {
            insert(&v, page);
            v.by_page = true;
        }
    }
    return v;
}
