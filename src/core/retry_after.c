// SPDX-License-Identifier: MIT
#include "core/retry_after.h"

#include <stdio.h>

#include "exprobe/day.h"

enum {
    WORDS_MAX = 6,
    MS_PER_SECOND = 1000,
    SECONDS_PER_DAY = 86400,
    FIRST_YEAR_OF_TWO_DIGITS = 70, /* 70 to 99: of the last century */
    LIMITED = 429,
    UNAVAILABLE = 503,
};

/* The words of a date: what stands between blanks, commas and hyphens. */
static size_t words_of(struct ex_span s, struct ex_span words[static WORDS_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < s.n;) {
        const size_t first = i;

        while (i < s.n && s.p[i] != ' ' && s.p[i] != ',' && s.p[i] != '-')
            i++;
        if (i > first && n == WORDS_MAX)
            return 0;
        if (i > first)
            words[n++] = (struct ex_span){ s.p + first, i - first };
        i += i < s.n;
    }
    return n;
}

/* A number of at least @least and at most @most digits, -1 when it is none. */
static int number(struct ex_span s, size_t least, size_t most)
{
    int v = 0;

    if (s.n < least || s.n > most)
        return -1;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return -1;
        v = v * 10 + (s.p[i] - '0');
    }
    return v;
}

static int month(struct ex_span s)
{
    static const char names[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

    for (int i = 0; i < 12; i++)
        if (ex_span_eq_nocase(s, names[i]))
            return i + 1;
    return -1;
}

static int year(struct ex_span s)
{
    const int y = number(s, s.n == 2 ? 2 : 4, 4);

    return y < 0 || s.n > 2 ? y : y + (y < FIRST_YEAR_OF_TWO_DIGITS ? 2000 : 1900);
}

/* HH:MM:SS in seconds, -1 when it is none. */
static int time_of_day(struct ex_span s)
{
    if (s.n != 8 || s.p[2] != ':' || s.p[5] != ':')
        return -1;
    const int h = number((struct ex_span){ s.p, 2 }, 2, 2);
    const int m = number((struct ex_span){ s.p + 3, 2 }, 2, 2);
    const int sec = number((struct ex_span){ s.p + 6, 2 }, 2, 2);

    return h < 0 || h > 23 || m < 0 || m > 59 || sec < 0 || sec > 60 ? -1 : (h * 60 + m) * 60 + sec;
}

enum ex_status ex_http_date_parse(struct ex_span s, int64_t *out)
{
    struct ex_span w[WORDS_MAX];
    char text[EX_DAY_TEXT];
    int32_t days;
    int y, mon, d, t;

    switch (words_of(s, w)) {
    case 6: /* Sun, 06 Nov 1994 08:49:37 GMT; Sunday, 06-Nov-94 08:49:37 GMT */
        d = number(w[1], 2, 2), mon = month(w[2]), y = year(w[3]), t = time_of_day(w[4]);
        if (!ex_span_eq_nocase(w[5], "GMT"))
            return EX_ESYNTAX;
        break;
    case 5: /* Sun Nov  6 08:49:37 1994 */
        mon = month(w[1]), d = number(w[2], 1, 2), t = time_of_day(w[3]), y = year(w[4]);
        break;
    default:
        return EX_ESYNTAX;
    }
    if (y < 0 || mon < 0 || d < 0 || t < 0)
        return EX_ESYNTAX;
    if (snprintf(text, sizeof(text), "%04d-%02d-%02d", y, mon, d) >= (int)sizeof(text) ||
        ex_day_parse(ex_span_str(text), &days) != EX_OK)
        return EX_ERANGE;
    *out = (int64_t)days * SECONDS_PER_DAY + t;
    return EX_OK;
}

/* From when a date counts. */
static int64_t now_of(const struct ex_exchange *x)
{
    const struct ex_header *date = ex_exchange_header(x, "Date");
    int64_t s;

    if (date && ex_http_date_parse(ex_span_trim(date->value), &s) == EX_OK)
        return s;
    return (x->at_unix_ms + x->duration_ms) / MS_PER_SECOND;
}

uint16_t ex_retry_after_s(const struct ex_exchange *x)
{
    const struct ex_header *h = ex_exchange_header(x, "Retry-After");
    int64_t s = 0;

    const struct ex_span value = h ? ex_span_trim(h->value) : (struct ex_span){ 0 };
    if (value.n == 0)
        return 0;
    if (ex_http_date_parse(value, &s) == EX_OK) {
        s -= now_of(x);
    } else {
        for (size_t i = 0; i < value.n && s < EX_RETRY_AFTER_UNKNOWN; i++) {
            if (value.p[i] < '0' || value.p[i] > '9')
                return EX_RETRY_AFTER_UNKNOWN;
            s = s * 10 + (value.p[i] - '0');
        }
    }
    return s < 1 ? 1 : s < EX_RETRY_AFTER_UNKNOWN ? (uint16_t)s : EX_RETRY_AFTER_UNKNOWN;
}

bool ex_is_limit(const struct ex_exchange *x)
{
    return x->status == LIMITED || (x->status == UNAVAILABLE && ex_retry_after_s(x) > 0);
}
