// SPDX-License-Identifier: MIT
#ifndef EXPROBE_DAY_H
#define EXPROBE_DAY_H

#include "exprobe/span.h"
#include "exprobe/status.h"

/* Calendar days as int32_t: days since 1970-01-01, proleptic Gregorian, UTC. */
enum {
    EX_DAY_NONE = INT32_MIN,
    EX_DAY_TEXT = 40, /**< holds whatever three ints print as; a day takes 10 */
    EX_TIME_TEXT = 96,
};

/** Parse exactly YYYY-MM-DD, a day that exists. Returns EX_OK, EX_ESYNTAX, EX_ERANGE. */
EX_MUSTUSE enum ex_status ex_day_parse(struct ex_span s, int32_t *out);

/** Write YYYY-MM-DD; "" for EX_DAY_NONE. Returns @to. */
char *ex_day_format(char to[static EX_DAY_TEXT], int32_t day);

/** Write RFC 3339 UTC with milliseconds, 2026-11-23T07:41:00.000Z, from Unix milliseconds. */
char *ex_time_format(char to[static EX_TIME_TEXT], int64_t unix_ms);

/** Parse exactly what ex_time_format() writes. Returns EX_OK, EX_ESYNTAX, EX_ERANGE. */
EX_MUSTUSE enum ex_status ex_time_parse(struct ex_span s, int64_t *unix_ms);

/**
 * How many Patch Tuesdays, second Tuesdays of a month, lie after the day @after and not after the
 * day @until: what may have been published since knowledge of @after. 0 when @until is earlier or
 * one of them is EX_DAY_NONE; at most EX_PATCH_TUESDAYS_MAX.
 */
enum { EX_PATCH_TUESDAYS_MAX = 999 };
unsigned ex_patch_tuesdays(int32_t after, int32_t until);

/** The day of a Unix time in milliseconds. */
int32_t ex_day_of_unix_ms(int64_t unix_ms);

#endif
