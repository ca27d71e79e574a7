// SPDX-License-Identifier: MIT
#include "exprobe/logon.h"

const char *ex_logon_str(enum ex_logon_state s)
{
    static const char *const words[] = {
#define X(id, text) text,
        EX_LOGON_MAP(X)
#undef X
    };
    return (size_t)s < sizeof(words) / sizeof(words[0]) ? words[s] : "";
}

const char *ex_feature_str(enum ex_feature f)
{
    static const char *const words[] = {
#define X(id, text, points) text,
        EX_FEATURE_MAP(X)
#undef X
    };
    return (size_t)f < sizeof(words) / sizeof(words[0]) ? words[f] : "";
}

const char *ex_script_kind_str(enum ex_script_kind k)
{
    static const char *const words[] = {
#define X(id, text) text,
        EX_SCRIPT_MAP(X)
#undef X
    };
    return (size_t)k < sizeof(words) / sizeof(words[0]) ? words[k] : "";
}
