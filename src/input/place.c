// SPDX-License-Identifier: MIT
#include "input/place.h"

#include <stdio.h>

#include "core/quote.h"
#include "core/utf8.h"

enum { NAME_SHOWN_MAX = 250 };

static bool is_printable(const char *text)
{
    struct ex_cur c = ex_cur_of(ex_span_str(text));

    while (c.left > 0) {
        const int32_t ch = ex_utf8_next(&c);

        if (ch == EX_UTF8_BAD || ex_is_control(ch))
            return false;
    }
    return true;
}

char *ex_place_format(char to[static EX_PLACE_SIZE], struct ex_place p, const char *list)
{
    char quoted[EX_QUOTE_SIZE];
    const char *name = list;

    if (p.list == EX_PLACE_ARGUMENT) {
        snprintf(to, EX_PLACE_SIZE, "argument %llu", (unsigned long long)p.line);
        return to;
    }
    if (strcmp(list, "-") == 0)
        name = "stdin";
    else if (!is_printable(list) || strlen(list) > NAME_SHOWN_MAX)
        name = ex_quote(quoted, ex_span_str(list));
    if (p.line > 0)
        snprintf(to, EX_PLACE_SIZE, "%s:%llu", name, (unsigned long long)p.line);
    else
        snprintf(to, EX_PLACE_SIZE, "%s", name);
    return to;
}
