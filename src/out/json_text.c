// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "out/jsonl.h"
#include "out/utf8.h"

json_t *ex_json_text(const char *raw)
{
    const struct ex_span s = ex_span_str(raw);
    json_t *text = NULL;
    char *safe;

    if (s.n > (SIZE_MAX - 1) / EX_UTF8_GROWTH)
        return NULL;
    safe = malloc(s.n * EX_UTF8_GROWTH + 1);
    if (safe)
        text = json_stringn(safe, ex_utf8_visible(safe, s.n * EX_UTF8_GROWTH + 1, s));
    free(safe);
    return text;
}
