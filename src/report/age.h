// SPDX-License-Identifier: MIT
#ifndef REPORT_AGE_H
#define REPORT_AGE_H

#include "out/results.h"

/* How old the knowledge of a run was on the day that it judged on. It counts as old when a Patch
 * Tuesday had come since: fixes of that day were not known. */

enum { EX_AGE_SIZE = 96 };

/** Patch Tuesdays between knowledge and judgement; 0 also when a date is not known. */
unsigned ex_age_tuesdays(const struct ex_run_seen *run);

/** "2 Patch Tuesdays came since"; "" when the knowledge was not old. Returns @to. */
char *ex_age_say(char to[static EX_AGE_SIZE], const struct ex_run_seen *run);

/** Days between them; below 0 when a date is not known. */
int32_t ex_age_days(const struct ex_run_seen *run);

#endif
