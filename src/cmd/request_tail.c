// SPDX-License-Identifier: MIT
#include "cmd/request_tail.h"

#include <jansson.h>
#include <string.h>

#include "inspect/digest.h"

bool ex_request_is_log(struct ex_span start)
{
    const size_t n = strlen(EX_REQUESTS_MARK);
    const uint8_t *end = start.n ? memchr(start.p, '\n', start.n) : NULL;
    size_t have = end ? (size_t)(end - start.p) : start.n;

    /* Its very first line may have been torn. */
    if (have > n)
        have = n;
    return have == 0 ? start.n == 0 : memcmp(start.p, EX_REQUESTS_MARK, have) == 0;
}

uint64_t ex_request_number(struct ex_span line)
{
    json_t *json = line.n > 0 && line.n <= EX_REQUEST_LINE_MAX
                       ? json_loadb((const char *)line.p, line.n, JSON_REJECT_DUPLICATES, NULL)
                       : NULL;
    const json_int_t n = json_integer_value(json_object_get(json, "n"));
    const bool good = n > 0 && json_is_string(json_object_get(json, "type"));

    json_decref(json);
    return good ? (uint64_t)n : 0;
}

/* Where the line begins that ends at @end, which is behind its last byte. */
static size_t line_start(struct ex_span s, size_t end)
{
    while (end > 0 && s.p[end - 1] != '\n')
        end--;
    return end;
}

enum ex_status ex_request_tail_read(struct ex_span s, bool is_all, struct ex_request_tail *out)
{
    *out = (struct ex_request_tail){ .next = { .n = 1 } };
    if (s.n == 0)
        return EX_OK;
    out->open = s.p[s.n - 1] != '\n';
    size_t end = out->open ? s.n : s.n - 1, from = line_start(s, end);
    const struct ex_span last = { s.p + from, end - from };
    uint64_t n_lines = 0, number = 0;

    if (from == 0 && !is_all)
        return EX_ESYNTAX; /* longer than any line of ours */
    /* Torn lines have no number that could be read: count back to one that has. */
    for (;;) {
        n_lines++;
        number = ex_request_number((struct ex_span){ s.p + from, end - from });
        if (number > 0 || from == 0)
            break;
        end = from - 1;
        from = line_start(s, end);
        if (from == 0 && !is_all)
            return EX_ESYNTAX;
    }
    out->torn = out->open || n_lines > 1 || number == 0;
    out->next.n = (number > 0 ? number + n_lines - 1 : n_lines) + 1;
    ex_sha256_text(out->next.before, last);
    return out->next.before[0] ? EX_OK : EX_ENOMEM;
}
