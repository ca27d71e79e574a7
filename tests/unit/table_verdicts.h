// SPDX-License-Identifier: MIT
#ifndef TESTS_TABLE_VERDICTS_H
#define TESTS_TABLE_VERDICTS_H

/* For tests of the verdict on the compiled-in knowledge: load it once, judge on one day,
 * and check what must hold for every verdict. Include cmocka.h first. */
#include "data/load.h"
#include "exprobe/verdict.h"

static struct ex_dataset *data;
static const struct ex_catalog *cat;
static int32_t today;

static inline int judged_load(void **state)
{
    struct ex_error err = { "" };
    (void)state;

    if (ex_data_load(&data, NULL, &err) != EX_OK) {
        print_error("%s\n", err.text);
        return -1;
    }
    cat = ex_data_catalog(data);
    return ex_day_parse(ex_span_str("2026-11-23"), &today) == EX_OK ? 0 : -1;
}

static inline int judged_unload(void **state)
{
    (void)state;
    ex_data_free(data);
    return 0;
}

static inline struct ex_build number(const char *text)
{
    struct ex_build b = { 0 };

    assert_int_equal(ex_build_parse(ex_span_str(text), &b, NULL), EX_OK);
    return b;
}

static inline void judge(const struct ex_build *b, struct ex_verdict *v)
{
    static struct ex_fingerprint fp;

    ex_fingerprint_of_build(cat, b, &fp);
    ex_verdict(cat, &fp, today, v);
}

static inline bool holds(const struct ex_cve_list *list, uint16_t at)
{
    for (uint16_t i = 0; i < list->n; i++)
        if (list->at[i] == at)
            return true;
    return false;
}

/* Every entry of @part is in one of the others. */
static inline bool within(const struct ex_cve_list *part, const struct ex_cve_list *a,
                          const struct ex_cve_list *b)
{
    for (uint16_t i = 0; i < part->n; i++)
        if (!holds(a, part->at[i]) && !(b && holds(b, part->at[i])))
            return false;
    return true;
}

static inline bool ascending(const struct ex_cve_list *list)
{
    for (uint16_t i = 1; i < list->n; i++)
        if (list->at[i - 1] >= list->at[i])
            return false;
    return list->n == 0 || list->at[list->n - 1] < cat->n_cves;
}

/* In how many of the five classes a CVE is. */
static inline unsigned classes(const struct ex_verdict *v, uint16_t at)
{
    return holds(&v->missing, at) + holds(&v->presumed, at) + holds(&v->possible, at) +
           holds(&v->configuration, at) + holds(&v->unassessed, at);
}

/* The words agree with the lists. */
static inline const char *contradiction(const struct ex_verdict *v)
{
    const unsigned open = v->missing.n + v->presumed.n + v->possible.n;

    switch (v->patch) {
    case EX_PATCH_PATCHED:
        return open || v->updates_behind != 0 || !v->cu_serviced ? "patched" : NULL;
    case EX_PATCH_MISSING:
        return v->missing.n + v->presumed.n == 0 && v->row == v->latest && v->cu_serviced
                   ? "missing-updates"
                   : NULL;
    case EX_PATCH_UNDETERMINED:
        return v->missing.n || v->presumed.n ? "undetermined" : NULL;
    case EX_PATCH_NEWER:
        return open || v->install ? "newer-than-data" : NULL;
    case EX_PATCH_NOT_ASSESSED:
        return open || v->unassessed.n == 0 || v->support != EX_SUPPORT_ENDED ? "not-assessed"
                                                                              : NULL;
    case EX_PATCH_NOT_APPLICABLE:
        return open || v->unassessed.n || v->configuration.n ? "not-applicable" : NULL;
    }
    return "no word";
}

static inline void check_consistent(const char *text, const struct ex_verdict *v)
{
    const char *wrong = contradiction(v);

    if (wrong)
        fail_msg("%s: %s and the lists contradict each other", text, wrong);
    for (uint16_t i = 0; i < cat->n_cves; i++)
        if (classes(v, i) > 1)
            fail_msg("%s: %s is in two classes", text, cat->cves[i].id);
    if (!ascending(&v->missing) || !ascending(&v->presumed) || !ascending(&v->possible) ||
        !ascending(&v->configuration) || !ascending(&v->unassessed) ||
        !ascending(&v->no_public_fix))
        fail_msg("%s: a list is out of order", text);
    if (!within(&v->no_public_fix, &v->missing, NULL))
        fail_msg("%s: no_public_fix is no part of missing", text);
    if (v->install && v->support == EX_SUPPORT_ENDED && v->esu != EX_ESU_ACTIVE)
        fail_msg("%s: something to install for a dead product", text);
}

#endif
