// SPDX-License-Identifier: MIT
#include "core/base64.h"

int ex_base64_value(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

enum ex_status ex_base64_decode(struct ex_span s, uint8_t *to, size_t size, size_t *n)
{
    size_t padding = 0, out = 0;

    if (s.n == 0 || s.n % 4 != 0)
        return EX_ESYNTAX;
    while (padding < 2 && s.p[s.n - 1 - padding] == '=')
        padding++;
    if (s.n / 4 * 3 - padding > size)
        return EX_ERANGE;
    for (size_t i = 0; i < s.n; i += 4) {
        const size_t keep = i + 4 == s.n ? 3 - padding : 3;
        uint32_t group = 0;

        for (size_t k = 0; k < 4; k++) {
            const int v = k > keep ? 0 : ex_base64_value(s.p[i + k]);

            if (v < 0)
                return EX_ESYNTAX;
            group = group << 6 | (uint32_t)v;
        }
        for (size_t k = 0; k < keep; k++)
            to[out++] = (uint8_t)(group >> (16 - 8 * k));
    }
    *n = out;
    return EX_OK;
}
