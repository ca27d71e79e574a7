// SPDX-License-Identifier: MIT
#include "exprobe/backdoor.h"

const char *ex_backdoor_str(enum ex_backdoor_state s)
{
    static const char *const words[] = {
#define X(id, text) text,
        EX_BACKDOOR_MAP(X)
#undef X
    };
    return (size_t)s < sizeof(words) / sizeof(words[0]) ? words[s] : "";
}

const char *ex_bd_reason_str(enum ex_bd_reason r)
{
    static const char *const words[] = {
#define X(id, text) text,
        EX_BD_REASON_MAP(X)
#undef X
    };
    return (size_t)r < sizeof(words) / sizeof(words[0]) ? words[r] : "";
}

const char *ex_folder_state_str(enum ex_folder_state s)
{
    static const char *const words[] = {
#define X(id, text) text,
        EX_FOLDER_STATE_MAP(X)
#undef X
    };
    return (size_t)s < sizeof(words) / sizeof(words[0]) ? words[s] : "";
}

const char *ex_trace_str(enum ex_trace t)
{
    static const char *const words[] = {
#define X(id, text) text,
        EX_TRACE_MAP(X)
#undef X
    };
    return (size_t)t < sizeof(words) / sizeof(words[0]) ? words[t] : "";
}

const char *ex_repeat_str(enum ex_repeat r)
{
    static const char *const words[] = {
#define X(id, text) text,
        EX_REPEAT_MAP(X)
#undef X
    };
    return (size_t)r < sizeof(words) / sizeof(words[0]) ? words[r] : "";
}
