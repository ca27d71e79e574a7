// SPDX-License-Identifier: MIT
/* The closed lists of words that records are made of. Frozen: scripts compare with them. */
#include "exprobe/verdict.h"

#define WORD(id, text) [id] = text

/* "" for a value outside the list, which only a mistake of ours can make. */
#define LOOK_UP(table, i)                                                                          \
    ((size_t)(i) < sizeof(table) / sizeof((table)[0]) ? (table)[(size_t)(i)] : "")

const char *ex_severity_str(enum ex_severity s)
{
    static const char *const words[] = {
#define X(id, text) WORD(EX_SEV_##id, text),
        EX_SEVERITY_MAP(X)
#undef X
    };
    return LOOK_UP(words, s);
}

const char *ex_presence_str(enum ex_presence p)
{
    static const char *const words[] = {
#define X(id, text) WORD(EX_PRESENT_##id, text),
        EX_PRESENCE_MAP(X)
#undef X
    };
    return LOOK_UP(words, p);
}

const char *ex_precision_str(enum ex_precision p)
{
    static const char *const words[] = {
#define X(id, text) WORD(EX_PREC_##id, text),
        EX_PRECISION_MAP(X)
#undef X
    };
    return LOOK_UP(words, p);
}

const char *ex_note_str(enum ex_note n)
{
    static const char *const words[] = {
#define X(id, text) WORD(EX_NOTE_##id, text),
        EX_NOTE_MAP(X)
#undef X
    };
    return LOOK_UP(words, n);
}

const char *ex_patch_str(enum ex_patch_state s)
{
    static const char *const words[] = {
#define X(id, text) WORD(EX_PATCH_##id, text),
        EX_PATCH_MAP(X)
#undef X
    };
    return LOOK_UP(words, s);
}

const char *ex_support_str(enum ex_support_state s)
{
    static const char *const words[] = {
        WORD(EX_SUPPORT_UNKNOWN, "unknown"),
        WORD(EX_SUPPORT_SUPPORTED, "supported"),
        WORD(EX_SUPPORT_ENDED, "end-of-support"),
    };
    return LOOK_UP(words, s);
}

const char *ex_esu_str(enum ex_esu_state s)
{
    static const char *const words[] = {
        WORD(EX_ESU_NONE, "none"),
        WORD(EX_ESU_ACTIVE, "active"),
        WORD(EX_ESU_ENDED, "ended"),
    };
    return LOOK_UP(words, s);
}

const char *const ex_rule_ids[] = {
    "auth-certificate-expired",
    "backdoor-confirmed",
    "backdoor-likely",
    "backdoor-review",
    "backdoor-suspicious",
    "basic-auth-offered",
    "certificate-expired",
    "certificate-expires-soon",
    "certificate-name-mismatch",
    "certificate-self-signed",
    "certificate-untrusted",
    "configuration-check",
    "cu-not-serviced",
    "ecp-reachable",
    "end-of-support",
    "healthcheck-reachable",
    "hsts-missing",
    "internal-address-leak",
    "internal-name-leak",
    "logon-page-confirmed",
    "logon-page-foreign-script",
    "logon-page-likely",
    "logon-page-review",
    "logon-page-suspicious",
    "missing-updates",
    "mixed-builds",
    "newer-than-data",
    "ntlm-offered",
    "powershell-reachable",
    "simulator-suspected",
    "tls-legacy",
    "undetermined",
    NULL,
};
