// SPDX-License-Identifier: MIT
#include "report/age.h"

#include "core/put.h"
#include "exprobe/day.h"

enum { DAY_TEXT = 10 };

/* --as-of of the run, else when it began. */
static bool find_days(const struct ex_run_seen *run, int32_t *of, int32_t *used)
{
    const char *day = run->as_of[0] ? run->as_of : run->started;

    return strlen(day) >= DAY_TEXT &&
           ex_day_parse((struct ex_span){ (const uint8_t *)day, DAY_TEXT }, used) == EX_OK &&
           ex_day_parse(ex_span_str(run->data_date), of) == EX_OK;
}

unsigned ex_age_tuesdays(const struct ex_run_seen *run)
{
    int32_t of, used;

    return find_days(run, &of, &used) ? ex_patch_tuesdays(of, used) : 0;
}

char *ex_age_say(char to[static EX_AGE_SIZE], const struct ex_run_seen *run)
{
    struct ex_put w = ex_put_of(to, EX_AGE_SIZE);
    const unsigned n = ex_age_tuesdays(run);

    if (n == 0)
        return to;
    ex_put_dec(&w, n);
    ex_put_str(&w, n == 1 ? " Patch Tuesday" : " Patch Tuesdays");
    ex_put_str(&w, " came since");
    return to;
}

int32_t ex_age_days(const struct ex_run_seen *run)
{
    int32_t of, used;

    return find_days(run, &of, &used) && used >= of ? used - of : -1;
}
