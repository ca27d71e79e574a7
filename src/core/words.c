// SPDX-License-Identifier: MIT
/* The closed lists of words that records are made of. Frozen: scripts compare with them. */
#include "exprobe/backdoor.h"
#include "exprobe/logon.h"
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

const char *ex_data_origin_str(enum ex_data_origin origin)
{
    static const char *const words[] = { WORD(EX_DATA_BUILT_IN, "built-in"),
                                         WORD(EX_DATA_INSTALLED, "installed"),
                                         WORD(EX_DATA_DIRECTORY, "directory") };
    return LOOK_UP(words, origin);
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

const char *ex_if200_str(enum ex_confidence_if_200 c)
{
    static const char *const words[] = {
#define X(id, text) WORD(EX_IF200_##id, text),
        EX_IF200_MAP(X)
#undef X
    };
    return LOOK_UP(words, c);
}

const char *ex_backdoor_str(enum ex_backdoor_state s)
{
    static const char *const words[] = {
#define X(id, text) WORD(EX_BD_##id, text),
        EX_BACKDOOR_MAP(X)
#undef X
    };
    return LOOK_UP(words, s);
}

const char *ex_bd_reason_str(enum ex_bd_reason r)
{
    static const char *const words[] = {
#define X(id, text) WORD(EX_BDR_##id, text),
        EX_BD_REASON_MAP(X)
#undef X
    };
    return LOOK_UP(words, r);
}

const char *ex_folder_state_str(enum ex_folder_state s)
{
    static const char *const words[] = {
#define X(id, text) WORD(EX_FS_##id, text),
        EX_FOLDER_STATE_MAP(X)
#undef X
    };
    return LOOK_UP(words, s);
}

const char *ex_trace_str(enum ex_trace t)
{
    static const char *const words[] = {
#define X(id, text) WORD(EX_TRACE_##id, text),
        EX_TRACE_MAP(X)
#undef X
    };
    return LOOK_UP(words, t);
}

const char *ex_strength_str(enum ex_strength s)
{
    static const char *const words[] = {
#define X(id, text) WORD(EX_STRENGTH_##id, text),
        EX_STRENGTH_MAP(X)
#undef X
    };
    return LOOK_UP(words, s);
}

const char *ex_repeat_str(enum ex_repeat r)
{
    static const char *const words[] = {
#define X(id, text) WORD(EX_REPEAT_##id, text),
        EX_REPEAT_MAP(X)
#undef X
    };
    return LOOK_UP(words, r);
}

const char *ex_logon_str(enum ex_logon_state s)
{
    static const char *const words[] = {
#define X(id, text) WORD(EX_LP_##id, text),
        EX_LOGON_MAP(X)
#undef X
    };
    return LOOK_UP(words, s);
}

const char *ex_feature_str(enum ex_feature f)
{
    static const char *const words[] = {
#define X(id, text, points) WORD(EX_FEAT_##id, text),
        EX_FEATURE_MAP(X)
#undef X
    };
    return LOOK_UP(words, f);
}

const char *ex_script_kind_str(enum ex_script_kind k)
{
    static const char *const words[] = {
#define X(id, text) WORD(EX_SCRIPT_##id, text),
        EX_SCRIPT_MAP(X)
#undef X
    };
    return LOOK_UP(words, k);
}
