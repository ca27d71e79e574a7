// SPDX-License-Identifier: MIT
#ifndef TESTS_FUZZ_ANSWER_H
#define TESTS_FUZZ_ANSWER_H

#include <string.h>

#include "exprobe/exchange.h"

/* What the fuzzers of the machines make of their input: decisions, byte by byte, and answers. */

struct input {
    const uint8_t *p;
    size_t n;
};

static inline uint8_t next_byte(struct input *in)
{
    if (in->n == 0)
        return 0;
    in->n--;
    return *in->p++;
}

/* "404\nName: value\n\nbody", from us or from the fuzzer. */
static inline void read_answer(struct ex_exchange *x, struct ex_header *fields, size_t n_fields,
                               const char *text, size_t n)
{
    size_t at = 0;

    while (at < n && text[at] >= '0' && text[at] <= '9' && x->status < 100)
        x->status = x->status * 10 + (text[at++] - '0');
    if (x->status < 100)
        x->status = 0;
    x->outcome = x->status ? EX_OUT_OK : EX_OUT_BAD_HTTP;
    x->headers = fields;
    for (at += at < n; at < n && text[at] != '\n' && x->n_headers < n_fields;) {
        const char *end = memchr(text + at, '\n', n - at);
        const size_t line = end ? (size_t)(end - (text + at)) : n - at;
        const char *colon = memchr(text + at, ':', line);
        const size_t name = colon ? (size_t)(colon - (text + at)) : line;

        fields[x->n_headers].name = (struct ex_span){ (const uint8_t *)text + at, name };
        fields[x->n_headers++].value =
            ex_span_trim(colon ? (struct ex_span){ (const uint8_t *)colon + 1, line - name - 1 }
                               : (struct ex_span){ 0 });
        at += line + (end != NULL);
    }
    at += at < n && text[at] == '\n';
    x->body = (struct ex_span){ (const uint8_t *)text + at, n - at };
}

#endif
