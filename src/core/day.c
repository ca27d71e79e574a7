// SPDX-License-Identifier: MIT
#include "exprobe/day.h"

#include "core/put.h"

enum {
    DAYS_PER_ERA = 146097, /* 400 Gregorian years */
    DAYS_TO_1970 = 719468, /* from 0000-03-01, the first day of era 0 */
    MS_PER_SECOND = 1000,
    SECONDS_PER_DAY = 86400,
};

/* Floor division, for days and times before 1970 as well. */
static int64_t div_floor(int64_t a, int64_t b)
{
    return a / b - (a % b < 0);
}

/* Years are counted from March, so that the leap day is the last day of a year
 * and months before it have fixed offsets: (153 m + 2) / 5 days before month m. */
static int32_t day_of(int year, int month, int day)
{
    const int from_march = (month + 9) % 12;
    const int64_t y = (int64_t)year - (month <= 2);
    const int64_t era = div_floor(y, 400);
    const int64_t year_of_era = y - era * 400;
    const int64_t day_of_year = (153 * from_march + 2) / 5 + day - 1;
    const int64_t day_of_era =
        year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

    return (int32_t)(era * DAYS_PER_ERA + day_of_era - DAYS_TO_1970);
}

static void date_of(int32_t days, int *year, int *month, int *day)
{
    const int64_t z = (int64_t)days + DAYS_TO_1970;
    const int64_t era = div_floor(z, DAYS_PER_ERA);
    const int64_t doe = z - era * DAYS_PER_ERA;
    const int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / (DAYS_PER_ERA - 1)) / 365;
    const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    const int64_t from_march = (5 * doy + 2) / 153;

    *day = (int)(doy - (153 * from_march + 2) / 5 + 1);
    *month = (int)(from_march < 10 ? from_march + 3 : from_march - 9);
    *year = (int)(yoe + era * 400 + (*month <= 2));
}

/* As printf() does with "%0*d". */
static void put_padded(struct ex_put *w, int value, unsigned n_min)
{
    unsigned left = value < 0 ? 0u - (unsigned)value : (unsigned)value;
    char digits[16];
    unsigned n = 0;

    if (value < 0) {
        ex_put_ch(w, '-');
        n_min -= n_min > 0;
    }
    for (; left > 0 || n == 0 || n < n_min; left /= 10)
        digits[n++] = (char)('0' + left % 10);
    while (n > 0)
        ex_put_ch(w, digits[--n]);
}

static void put_date(struct ex_put *w, int32_t days)
{
    int y, m, d;

    date_of(days, &y, &m, &d);
    put_padded(w, y, 4);
    ex_put_ch(w, '-');
    put_padded(w, m, 2);
    ex_put_ch(w, '-');
    put_padded(w, d, 2);
}

static bool number(const uint8_t *p, unsigned n, int *out)
{
    int v = 0;

    for (unsigned i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        v = v * 10 + (p[i] - '0');
    }
    *out = v;
    return true;
}

enum ex_status ex_day_parse(struct ex_span s, int32_t *out)
{
    int year, month, day, y, m, d;
    int32_t days;

    if (s.n != strlen("YYYY-MM-DD") || s.p[4] != '-' || s.p[7] != '-' || !number(s.p, 4, &year) ||
        !number(s.p + 5, 2, &month) || !number(s.p + 8, 2, &day))
        return EX_ESYNTAX;
    if (month < 1 || month > 12 || day < 1 || day > 31)
        return EX_ERANGE;
    days = day_of(year, month, day);
    date_of(days, &y, &m, &d);
    if (y != year || m != month || d != day)
        return EX_ERANGE; /* 31 April, 29 February of a common year */
    *out = days;
    return EX_OK;
}

char *ex_day_format(char to[static EX_DAY_TEXT], int32_t day)
{
    struct ex_put w = ex_put_of(to, EX_DAY_TEXT);

    if (day != EX_DAY_NONE)
        put_date(&w, day);
    return to;
}

char *ex_time_format(char to[static EX_TIME_TEXT], int64_t unix_ms)
{
    const int64_t seconds = div_floor(unix_ms, MS_PER_SECOND);
    const int ms = (int)(unix_ms - seconds * MS_PER_SECOND);
    const int32_t days = ex_day_of_unix_ms(unix_ms);
    const int of_day = (int)(seconds - (int64_t)days * SECONDS_PER_DAY);
    struct ex_put w = ex_put_of(to, EX_TIME_TEXT);

    put_date(&w, days);
    ex_put_ch(&w, 'T');
    put_padded(&w, of_day / 3600, 2);
    ex_put_ch(&w, ':');
    put_padded(&w, of_day / 60 % 60, 2);
    ex_put_ch(&w, ':');
    put_padded(&w, of_day % 60, 2);
    ex_put_ch(&w, '.');
    put_padded(&w, ms, 3);
    ex_put_ch(&w, 'Z');
    return to;
}

enum ex_status ex_time_parse(struct ex_span s, int64_t *unix_ms)
{
    static const char form[] = "YYYY-MM-DDTHH:MM:SS.mmmZ";
    int hours, minutes, seconds, ms;
    int32_t day;

    if (s.n != sizeof(form) - 1 || s.p[10] != 'T' || s.p[13] != ':' || s.p[16] != ':' ||
        s.p[19] != '.' || s.p[23] != 'Z' || !number(s.p + 11, 2, &hours) ||
        !number(s.p + 14, 2, &minutes) || !number(s.p + 17, 2, &seconds) ||
        !number(s.p + 20, 3, &ms))
        return EX_ESYNTAX;
    const enum ex_status st = ex_day_parse((struct ex_span){ s.p, strlen("YYYY-MM-DD") }, &day);
    if (st != EX_OK)
        return st;
    if (hours > 23 || minutes > 59 || seconds > 59)
        return EX_ERANGE;
    *unix_ms =
        ((int64_t)day * SECONDS_PER_DAY + hours * 3600 + minutes * 60 + seconds) * MS_PER_SECOND +
        ms;
    return EX_OK;
}

/* 1970-01-01 was a Thursday. */
static int32_t second_tuesday(int year, int month)
{
    enum { THURSDAY = 4, TUESDAY = 2, WEEK = 7 };
    const int32_t first = day_of(year, month, 1);
    const int weekday = (int)((first + THURSDAY) - div_floor(first + THURSDAY, WEEK) * WEEK);

    return first + (TUESDAY - weekday + WEEK) % WEEK + WEEK;
}

unsigned ex_patch_tuesdays(int32_t after, int32_t until)
{
    int year, month, day;
    unsigned n = 0;

    if (after == EX_DAY_NONE || until == EX_DAY_NONE || until <= after)
        return 0;
    date_of(after, &year, &month, &day);
    for (; n < EX_PATCH_TUESDAYS_MAX; month++) {
        if (month > 12) {
            month = 1;
            year++;
        }
        const int32_t tuesday = second_tuesday(year, month);
        if (tuesday > until)
            break;
        n += tuesday > after;
    }
    return n;
}

int32_t ex_day_of_unix_ms(int64_t unix_ms)
{
    return (int32_t)div_floor(unix_ms, (int64_t)SECONDS_PER_DAY * MS_PER_SECOND);
}
