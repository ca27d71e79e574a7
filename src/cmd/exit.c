// SPDX-License-Identifier: MIT
#include "cmd/config.h"

enum ex_exit ex_exit_of(enum ex_status st)
{
    switch (st) {
    case EX_OK:
        return EX_EXIT_OK;
    case EX_EUSAGE:
        return EX_EXIT_USAGE;
    case EX_EINPUT:
    case EX_ESYNTAX:
    case EX_ERANGE:
    case EX_ETRUNC:
        return EX_EXIT_INPUT;
    case EX_EOUTPUT:
        return EX_EXIT_OUTPUT;
    case EX_ESCHEMA:
    case EX_ECONFIG:
        return EX_EXIT_CONFIG;
    case EX_EOLD:
    case EX_ESIGNATURE:
        return EX_EXIT_DATA;
    case EX_EBUSY:
        return EX_EXIT_AGAIN;
    case EX_ENOMEM:
    case EX_EIO:
    case EX_EINTERNAL:
        return EX_EXIT_INTERNAL;
    }
    return EX_EXIT_INTERNAL;
}
