// SPDX-License-Identifier: MIT
#include "report/tally.h"

bool ex_tally_concerns(const struct ex_row *row)
{
    return ex_row_rank(row) != EX_RANK_UNSEEN && row->present_known &&
           row->present == EX_PRESENT_YES;
}

static void count_signs(struct ex_tally *sum, const struct ex_row *row)
{
    sum->signs[ex_row_signs(row)]++;
    if (!ex_tally_concerns(row)) {
        sum->others++;
        return;
    }
    sum->backdoors[row->backdoor]++;
    sum->logons[row->logon]++;
    if (row->backdoor == EX_BD_NOT_ASSESSED)
        sum->reasons[row->reason]++;
}

static void count_host(struct ex_tally *sum, const struct ex_row *row)
{
    sum->states[row->state]++;
    sum->left_out += row->state == EX_STATE_OUT_OF_SCOPE || row->state == EX_STATE_OPTED_OUT;
    if (row->present_known)
        sum->present[row->present]++;
    else
        sum->unknown++;
    sum->exploited += row->patch == EX_PATCH_MISSING && row->n_kev > 0;
    for (size_t i = 0; i < row->n_findings; i++)
        sum->findings[row->findings[i].severity] += !row->findings[i].accepted;
    if (ex_row_rank(row) == EX_RANK_UNSEEN) {
        sum->unseen++;
        return;
    }
    sum->severities[row->severity]++;
    sum->patches[row->patch]++;
    sum->supports[row->support]++;
    count_signs(sum, row);
}

void ex_tally_of(struct ex_tally *sum, const struct ex_rows *rows)
{
    *sum = (struct ex_tally){ .hosts = rows->n,
                              .targets = rows->n_targets,
                              .accepted = rows->n_accepted };
    for (size_t i = 0; i < rows->n; i++)
        count_host(sum, rows->at[i]);
}

uint64_t ex_tally_coverage(const struct ex_tally *sum)
{
    const uint64_t wanted = sum->hosts - sum->left_out;

    return wanted ? sum->states[EX_STATE_ANSWERED] * 1000 / wanted : 0;
}
