// SPDX-License-Identifier: MIT
#include "net/head.h"

/* The next line of @s from *at on, without its line end; false at the end. */
static bool next_line(struct ex_span s, size_t *at, struct ex_span *line)
{
    if (*at >= s.n)
        return false;
    const uint8_t *begin = s.p + *at;
    const uint8_t *end = memchr(begin, '\n', s.n - *at);
    size_t n = end ? (size_t)(end - begin) : s.n - *at;

    *at += end ? n + 1 : n;
    if (n > 0 && begin[n - 1] == '\r')
        n--;
    *line = (struct ex_span){ begin, n };
    return true;
}

/* "HTTP/1.1 200 OK"; the reason may be missing. */
static bool parse_status(struct ex_span line, struct ex_exchange *out)
{
    struct ex_span digits, reason;

    if (line.n < 12 || memcmp(line.p, "HTTP/1.", 7) != 0 || line.p[8] != ' ')
        return false;
    ex_span_sub(line, 9, 3, &digits);
    int status = 0;
    for (size_t i = 0; i < digits.n; i++) {
        if (digits.p[i] < '0' || digits.p[i] > '9')
            return false;
        status = status * 10 + (digits.p[i] - '0');
    }
    if (status < 100 || (line.n > 12 && line.p[12] != ' '))
        return false;
    ex_span_sub(line, 12, line.n - 12, &reason);
    out->status = status;
    out->http10 = line.p[7] == '0';
    out->reason = ex_span_trim(reason);
    return true;
}

bool ex_head_parse(struct ex_span block, struct ex_header fields[static EX_HEADERS_MAX],
                   struct ex_exchange *out)
{
    struct ex_span line;
    size_t at = 0, n = 0;

    out->headers = fields;
    out->n_headers = 0;
    if (!next_line(block, &at, &line) || !parse_status(line, out))
        return false;
    while (next_line(block, &at, &line) && line.n > 0) {
        const uint8_t *colon = memchr(line.p, ':', line.n);

        if (line.p[0] == ' ' || line.p[0] == '\t') {
            /* Folded: the value grows over the line end, which stays in it. */
            if (n > 0 && !out->headers_cut)
                fields[n - 1].value.n = (size_t)(line.p + line.n - fields[n - 1].value.p);
            continue;
        }
        if (!colon)
            continue;
        if (n == EX_HEADERS_MAX) {
            out->headers_cut = true;
            break;
        }
        const size_t name_n = (size_t)(colon - line.p);
        fields[n].name = ex_span_trim((struct ex_span){ line.p, name_n });
        fields[n].value = ex_span_trim((struct ex_span){ colon + 1, line.n - name_n - 1 });
        n++;
    }
    out->n_headers = n;
    return true;
}
