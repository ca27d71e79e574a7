// SPDX-License-Identifier: MIT
#include "core/quote.h"

#include "core/put.h"

enum {
    SHOWN_MAX = 72, /* characters between the quotes, so that a message stays readable */
    ESCAPE_MAX = 4, /* of "\xNN" */
};

char *ex_quote(char to[static EX_QUOTE_SIZE], struct ex_span s)
{
    struct ex_put w = ex_put_of(to, EX_QUOTE_SIZE);
    size_t i;

    ex_put_ch(&w, '"');
    for (i = 0; i < s.n && w.at - to <= SHOWN_MAX - ESCAPE_MAX; i++) {
        const uint8_t ch = s.p[i];

        if (ch >= 0x20 && ch < 0x7f) {
            if (ch == '"' || ch == '\\')
                ex_put_ch(&w, '\\');
            ex_put_ch(&w, (char)ch);
        } else {
            ex_put_str(&w, "\\x");
            ex_put_hex(&w, ch, 2);
        }
    }
    if (i < s.n) {
        ex_put_str(&w, "...\" (");
        ex_put_dec(&w, s.n);
        ex_put_str(&w, " bytes)");
    } else {
        ex_put_ch(&w, '"');
    }
    return to;
}
