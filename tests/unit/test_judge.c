// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "table_verdicts.h"

/* What must hold for every build of the table, and for those that are in none. */

static void every_listed_build(void **state)
{
    static struct ex_verdict v;
    (void)state;

    for (size_t i = 0; i < cat->n_builds; i++) {
        const struct ex_build_row *row = &cat->builds[i];
        char text[EX_BUILD_TEXT];

        ex_build_format(text, &row->build);
        judge(&row->build, &v);
        check_consistent(text, &v);
        if (v.row != row || v.unlisted || v.age_days != today - row->released || !v.latest ||
            v.updates_behind < 0 || !v.cu_known)
            fail_msg("%s is not found in its own table", text);
        if (v.patch == EX_PATCH_NEWER || v.patch == EX_PATCH_UNDETERMINED ||
            v.patch == EX_PATCH_NOT_APPLICABLE)
            fail_msg("%s: %s", text, ex_patch_str(v.patch));
        if (v.not_cumulative == row->cumulative || (v.possible.n > 0 && row->cumulative))
            fail_msg("%s: possible without a special package", text);
    }
}

/* A later build of a cumulative update lacks nothing that an earlier one has. */
static void later_builds_lack_less(void **state)
{
    static struct ex_verdict a, b;
    (void)state;

    for (size_t i = 1; i < cat->n_builds; i++) {
        const struct ex_build_row *before = &cat->builds[i - 1], *row = &cat->builds[i];
        char text[EX_BUILD_TEXT];

        if (!ex_build_same_branch(&before->build, &row->build))
            continue;
        ex_build_format(text, &row->build);
        judge(&before->build, &a);
        judge(&row->build, &b);
        if (!within(&b.missing, &a.missing, NULL) || b.updates_behind > a.updates_behind)
            fail_msg("%s lacks more than the build before it", text);
        if (!within(&b.presumed, &a.presumed, NULL) || !within(&a.presumed, &b.presumed, NULL) ||
            b.unassessed.n != a.unassessed.n)
            fail_msg("%s: one cumulative update, two lists of what never came", text);
    }
}

/* Three parts of a number say no more than all builds that have them: what any may
 * lack is possible or presumed, what is certain holds for each. */
static void three_parts_cover_their_builds(void **state)
{
    static struct ex_verdict one, all;
    (void)state;

    for (size_t i = 0; i < cat->n_builds; i++) {
        struct ex_build cu = cat->builds[i].build;
        char text[EX_BUILD_TEXT];

        judge(&cu, &one);
        cu.n_parts = 3;
        judge(&cu, &all);
        ex_build_format(text, &cu);
        check_consistent(text, &all);
        if (!within(&one.missing, &all.possible, &all.missing) ||
            !within(&one.possible, &all.possible, &all.missing) ||
            !within(&all.missing, &one.missing, NULL) ||
            !within(&all.presumed, &one.presumed, &one.missing))
            fail_msg("%s and %d", text, cat->builds[i].build.part[3]);
        if (all.patch == EX_PATCH_PATCHED)
            fail_msg("%s: patched, though the revision is not known", text);
    }
}

/* Between two rows plain comparison holds; beside and above the table nothing is invented. */
static void numbers_in_no_table(void **state)
{
    static struct ex_verdict v, floor;
    (void)state;

    for (size_t i = 0; i < cat->n_builds; i++) {
        struct ex_build b = cat->builds[i].build;
        char text[EX_BUILD_TEXT];

        b.part[3]++;
        if (ex_catalog_build(cat, &b) || ex_catalog_alias(cat, &b))
            continue;
        ex_build_format(text, &b);
        judge(&b, &v);
        check_consistent(text, &v);
        if (v.patch == EX_PATCH_PATCHED || v.age_days != -1)
            fail_msg("%s: %s", text, ex_patch_str(v.patch));
        if (v.patch == EX_PATCH_NEWER)
            continue;
        judge(&cat->builds[i].build, &floor);
        if (!v.unlisted || v.row != &cat->builds[i] ||
            !within(&v.missing, &floor.missing, &floor.possible))
            fail_msg("%s is not judged by the build below it", text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_listed_build),
        cmocka_unit_test(later_builds_lack_less),
        cmocka_unit_test(three_parts_cover_their_builds),
        cmocka_unit_test(numbers_in_no_table),
    };

    return cmocka_run_group_tests(tests, judged_load, judged_unload);
}
