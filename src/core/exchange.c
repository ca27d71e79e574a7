// SPDX-License-Identifier: MIT
#include "exprobe/exchange.h"

const struct ex_header *ex_exchange_next(const struct ex_exchange *x, const char *name,
                                         const struct ex_header *prev)
{
    for (size_t i = prev ? (size_t)(prev - x->headers) + 1 : 0; i < x->n_headers; i++)
        if (ex_span_eq_nocase(x->headers[i].name, name))
            return &x->headers[i];
    return NULL;
}

const struct ex_header *ex_exchange_header(const struct ex_exchange *x, const char *name)
{
    return ex_exchange_next(x, name, NULL);
}

const char *ex_state_str(enum ex_state s)
{
    switch (s) {
#define X(id, text)                                                                                \
    case EX_STATE_##id:                                                                            \
        return text;
        EX_STATE_MAP(X)
#undef X
    case EX_N_STATES:
        break;
    }
    return "";
}

const char *ex_outcome_str(enum ex_outcome o)
{
    switch (o) {
#define X(id, text)                                                                                \
    case EX_OUT_##id:                                                                              \
        return text;
        EX_OUTCOME_MAP(X)
#undef X
    }
    return "";
}
