// SPDX-License-Identifier: MIT
#include "core/judge.h"

static bool is_over(const struct ex_life_row *life, int32_t today)
{
    return life->extended_end != EX_DAY_NONE && today > life->extended_end;
}

static enum ex_esu_state esu_of(const struct ex_life_row *life, int32_t today)
{
    if (life->n_esu == 0 || today < life->esu[0].from)
        return EX_ESU_NONE;
    /* Between two periods the next one is on sale already. */
    return today <= life->esu[life->n_esu - 1].to ? EX_ESU_ACTIVE : EX_ESU_ENDED;
}

static bool is_update(const struct ex_build_row *row)
{
    return row->kind == EX_KIND_SU || row->kind == EX_KIND_RU || row->kind == EX_KIND_HU;
}

/* A cumulative update is out of service from the day a later one gets an update
 * and it does not. Special packages do not count: they were made for such CUs. */
static bool was_serviced(const struct ex_catalog *cat, const struct ex_build_row *cu, int32_t today)
{
    size_t n = 0;
    const struct ex_build_row *rows = ex_catalog_branch(cat, &cu->build, &n);
    int32_t last = cu->released;

    for (size_t i = 0; i < n; i++)
        if (rows[i].cumulative && rows[i].released > last)
            last = rows[i].released;
    for (const struct ex_build_row *row = rows + n; row < cat->builds + cat->n_builds; row++)
        if (row->generation == cu->generation && is_update(row) && row->cumulative &&
            row->released > last && row->released <= today)
            return false;
    return true;
}

static bool is_serviced(const struct ex_catalog *cat, const struct ex_life_row *life,
                        const struct ex_build_row *cu, int32_t today)
{
    if (today < cat->info.date_day)
        return was_serviced(cat, cu, today);
    for (const char *const *name = life->serviced_cus; *name; name++)
        if (strcmp(*name, cu->cu) == 0)
            return true;
    return false;
}

void ex_judge_support(const struct ex_catalog *cat, const struct ex_spot *spot, int32_t today,
                      struct ex_verdict *out)
{
    const struct ex_life_row *life = ex_catalog_life(cat, spot->generation);
    const struct ex_build_row *cu = ex_catalog_cu(cat, &spot->build);

    out->support = EX_SUPPORT_UNKNOWN;
    out->product_end = EX_DAY_NONE;
    out->esu_end = EX_DAY_NONE;
    out->cu_known = cu != NULL;
    if (!life || today < life->released)
        return;
    out->product_end = life->extended_end;
    out->support = is_over(life, today) ? EX_SUPPORT_ENDED : EX_SUPPORT_SUPPORTED;
    out->cu_serviced = cu && is_serviced(cat, life, cu, today);
    out->esu = esu_of(life, today);
    if (out->esu != EX_ESU_NONE)
        out->esu_end = life->esu[life->n_esu - 1].to;
    out->esu_build =
        out->row && out->row->esu_only && ex_build_cmp(&out->row->build, &spot->build) == 0;
    if ((out->support == EX_SUPPORT_SUPPORTED || out->esu == EX_ESU_ACTIVE) &&
        !spot->above_product && !spot->above_cu)
        out->install = ex_newest_of(cat, spot->generation, today);
}
