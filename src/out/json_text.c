// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "out/json_parts.h"
#include "out/utf8.h"

/* A JSON text of what @copy makes of the bytes. */
static json_t *text_of(struct ex_span s, size_t (*copy)(char *to, size_t size, struct ex_span raw))
{
    json_t *text = NULL;
    char *safe;

    if (s.n > (SIZE_MAX - 1) / EX_UTF8_GROWTH)
        return NULL;
    safe = malloc(s.n * EX_UTF8_GROWTH + 1);
    if (safe)
        text = json_stringn(safe, copy(safe, s.n * EX_UTF8_GROWTH + 1, s));
    free(safe);
    return text;
}

json_t *ex_json_text(const char *raw)
{
    return text_of(ex_span_str(raw), ex_utf8_visible);
}

json_t *ex_json_span(struct ex_span raw)
{
    return text_of(raw, ex_utf8_visible);
}

json_t *ex_json_bytes(struct ex_span raw)
{
    return text_of(raw, ex_utf8_escape);
}
