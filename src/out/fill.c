// SPDX-License-Identifier: MIT
#include "out/fill.h"

#include "core/put.h"

static const char *const keys[] = {
#define X(id, text) [EX_FILL_##id] = text,
    EX_FILL_MAP(X)
#undef X
};

/* The key of "{key}..." at @p, or EX_N_FILLS; *n is the length with both braces. */
static size_t key_at(const char *p, size_t *n)
{
    const char *end = strchr(p, '}');

    *n = end ? (size_t)(end - p) + 1 : 0;
    for (size_t i = 0; end && i < EX_N_FILLS; i++)
        if (ex_span_eq((struct ex_span){ (const uint8_t *)p + 1, *n - 2 }, keys[i]))
            return i;
    return EX_N_FILLS;
}

bool ex_fill(char *to, size_t size, const char *pattern, const struct ex_fill *fill)
{
    struct ex_put w = ex_put_of(to, size);
    bool known = true;

    for (const char *p = pattern; *p;) {
        size_t n = 0;
        const size_t key = *p == '{' ? key_at(p, &n) : EX_N_FILLS;

        if (key < EX_N_FILLS) {
            ex_put_str(&w, fill->value[key] ? fill->value[key] : "");
            p += n;
        } else {
            /* Up to the next brace; one that is no key's is text as well. */
            n = (size_t)(strchrnul(p + 1, '{') - p);
            known = known && *p != '{';
            ex_put_bytes(&w, p, n);
            p += n;
        }
    }
    return known;
}
