// SPDX-License-Identifier: MIT
#ifndef REPORT_TALLY_H
#define REPORT_TALLY_H

#include "report/rows.h"

/**
 * What the hosts of a report add up to. Every member that is an array counts every host at most
 * once, and together with `unseen` (and `others` for the signs) exactly once.
 */
struct ex_tally {
    uint64_t hosts, targets;
    uint64_t states[EX_N_STATES];
    uint64_t unseen; /**< not examined: nothing is known of them */
    uint64_t severities[EX_N_SEVERITIES];
    uint64_t patches[EX_PATCH_NOT_ASSESSED + 1], supports[EX_SUPPORT_ENDED + 1];
    uint64_t present[EX_PRESENT_ONLINE + 1];
    uint64_t unknown;   /**< whether Exchange is there */
    uint64_t left_out;  /**< out of scope or opted out: nobody wanted to contact them */
    uint64_t exploited; /**< lack a fix for an exploited vulnerability */
    uint64_t backdoors[EX_N_BACKDOOR_STATES], logons[EX_N_LOGON_STATES];
    uint64_t reasons[EX_BDR_INTERNAL + 1]; /**< of those whose back doors are not assessed */
    uint64_t others;                       /**< examined, but not surely Exchange */
    uint64_t signs[EX_N_BACKDOOR_STATES];  /**< ex_row_signs() of the examined ones */
    uint64_t findings[EX_N_SEVERITIES];    /**< findings, not hosts: open ones */
    uint64_t accepted;                     /**< findings that somebody accepted */
};

void ex_tally_of(struct ex_tally *sum, const struct ex_rows *rows);

/** Tenths of a percent of the hosts that answered, rounded down, of those that were not left out on
 *  purpose; 0 without any. */
uint64_t ex_tally_coverage(const struct ex_tally *sum);

/** Whether there was something to look at for back doors: it is surely Exchange. */
bool ex_tally_concerns(const struct ex_row *row);

#endif
