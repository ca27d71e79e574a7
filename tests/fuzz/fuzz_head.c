// SPDX-License-Identifier: MIT
#include "fuzz.h"
#include "net/head.h"

/* Whatever the bytes: spans lie inside them, and counts within their limits. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct ex_header fields[EX_HEADERS_MAX];
    struct ex_exchange x = { 0 };

    const bool ok = ex_head_parse((struct ex_span){ data, n }, fields, &x);
    MUST(ok == (x.status != 0));
    MUST(!ok || (x.status >= 100 && x.status <= 999));
    MUST(x.n_headers <= EX_HEADERS_MAX);
    for (size_t i = 0; i < x.n_headers; i++) {
        const struct ex_span *both[] = { &fields[i].name, &fields[i].value };
        for (int j = 0; j < 2; j++)
            if (both[j]->n > 0)
                MUST(both[j]->p >= data && both[j]->p + both[j]->n <= data + n);
    }
    return 0;
}
