// SPDX-License-Identifier: MIT
#include "exprobe/status.h"

#include <stdio.h>

const char *ex_status_str(enum ex_status st)
{
    switch (st) { /* no default: -Wswitch finds a new id */
#define X(id, text)                                                                                \
    case EX_##id:                                                                                  \
        return text;
        EX_STATUS_MAP(X)
#undef X
    }
    return "unknown status";
}

void ex_error_set(struct ex_error *err, const char *fmt, ...)
{
    va_list args;

    if (!err)
        return;
    va_start(args, fmt);
    vsnprintf(err->text, sizeof(err->text), fmt, args);
    va_end(args);
}
