// SPDX-License-Identifier: MIT
#include "exprobe/build.h"

enum {
    PART_DIGITS_MAX = 5,
    MAJOR_2013_ON = 15,
    FIRST_SE_BUILD = 2562, /* Exchange SE RTM is 15.2.2562.17; 2019 ended with 15.2.1748 */
    ONLINE_MINOR = 20,     /* 15.20 is Exchange Online */
};

enum ex_status ex_build_parse(struct ex_span s, struct ex_build *out, bool *padded)
{
    struct ex_build b = { 0 };
    uint32_t value = 0;
    unsigned digits = 0;
    bool zero_first = false;

    for (size_t i = 0; i <= s.n; i++) {
        const int ch = i < s.n ? s.p[i] : '.'; /* the end closes the last part */

        if (ch >= '0' && ch <= '9') {
            zero_first |= digits == 1 && value == 0;
            value = value * 10 + (uint32_t)(ch - '0');
            if (++digits > PART_DIGITS_MAX || value > UINT16_MAX)
                return EX_ERANGE;
            continue;
        }
        if (ch != '.' || digits == 0 || b.n_parts == 4)
            return EX_ESYNTAX;
        b.part[b.n_parts++] = (uint16_t)value;
        value = digits = 0;
    }
    if (b.n_parts < 3)
        return EX_ESYNTAX;
    *out = b;
    if (padded)
        *padded = zero_first;
    return EX_OK;
}

int ex_build_cmp(const struct ex_build *a, const struct ex_build *b)
{
    for (unsigned i = 0; i < 4; i++) {
        const int x = i < a->n_parts ? a->part[i] : -1;
        const int y = i < b->n_parts ? b->part[i] : -1;

        if (x != y)
            return x < y ? -1 : 1;
    }
    return 0;
}

bool ex_build_same_branch(const struct ex_build *a, const struct ex_build *b)
{
    const unsigned n = a->n_parts > 0 && a->part[0] >= MAJOR_2013_ON ? 3 : 2;

    if (a->n_parts < n || b->n_parts < n)
        return false;
    for (unsigned i = 0; i < n; i++)
        if (a->part[i] != b->part[i])
            return false;
    return true;
}

enum ex_generation ex_build_generation(const struct ex_build *b)
{
    static const struct {
        uint8_t major, minor_min, minor_max;
        uint8_t generation;
    } forms[] = {
        { 6, 5, 5, EX_GEN_2003 },
        { 8, 0, 3, EX_GEN_2007 },
        { 14, 0, 3, EX_GEN_2010 },
        { 15, 0, 0, EX_GEN_2013 },
        { 15, 1, 1, EX_GEN_2016 },
        { 15, 2, 2, EX_GEN_2019 },
        /* No such number exists yet; it is above everything known and below Exchange Online. */
        { 15, 3, ONLINE_MINOR - 1, EX_GEN_SE },
    };

    if (b->n_parts < 3)
        return EX_GEN_NONE;
    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (b->part[0] != forms[i].major || b->part[1] < forms[i].minor_min ||
            b->part[1] > forms[i].minor_max)
            continue;
        if (forms[i].generation == EX_GEN_2019 && b->part[2] >= FIRST_SE_BUILD)
            return EX_GEN_SE;
        return (enum ex_generation)forms[i].generation;
    }
    return EX_GEN_NONE;
}

/* Decimal digits of @value at @to, without a NUL. Returns the end. */
static char *put_number(char *to, unsigned value)
{
    char digits[PART_DIGITS_MAX];
    unsigned n = 0;

    do {
        digits[n++] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    while (n > 0)
        *to++ = digits[--n];
    return to;
}

char *ex_build_format(char to[static EX_BUILD_TEXT], const struct ex_build *b)
{
    char *end = to;

    for (unsigned i = 0; i < b->n_parts && i < 4; i++) {
        if (i > 0)
            *end++ = '.';
        end = put_number(end, b->part[i]);
    }
    *end = '\0';
    return to;
}

const char *ex_generation_str(enum ex_generation g)
{
    switch (g) {
#define X(id, text)                                                                                \
    case EX_GEN_##id:                                                                              \
        return text;
        EX_GENERATION_MAP(X)
#undef X
    }
    return "";
}
