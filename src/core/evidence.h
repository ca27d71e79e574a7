// SPDX-License-Identifier: MIT
#ifndef CORE_EVIDENCE_H
#define CORE_EVIDENCE_H

#include "core/page.h"
#include "exprobe/result.h"

/*
 * What the answers of one host said, boiled down to bounded plain data: one row
 * for each request, the texts worth quoting, and the few larger finds. Filled by
 * extract.c while the answers come in, judged by presence.c and fingerprint.c.
 */

/* Every request that exprobe may send while it identifies a server: id, name in
 * the request log, path and query. "" stands for a path that is made up at run
 * time. To add one: a row here, its place in plan.c, its meaning in extract.c. */
#define EX_PROBE_MAP(X)                                                                            \
    X(LOGON, "logon-page", "/owa/auth/logon.aspx?replaceCurrent=1")                                \
    X(EWS, "ews", "/EWS/Exchange.asmx")                                                            \
    X(AUTODISCOVER, "autodiscover", "/autodiscover/autodiscover.xml")                              \
    X(EAS, "activesync", "/Microsoft-Server-ActiveSync")                                           \
    X(OWA, "owa", "/owa/")                                                                         \
    X(EXCHANGE, "exchange-2003", "/exchange/")                                                     \
    X(AGAIN, "second-look", "")                                                                    \
    X(CONTROL, "control", "")                                                                      \
    X(ECP, "ecp", "/ecp/")                                                                         \
    X(POWERSHELL, "powershell", "/powershell")                                                     \
    X(AUTH_METADATA, "auth-metadata", "/autodiscover/metadata/json/1")                             \
    X(HEALTH, "healthcheck", "/owa/healthcheck.htm")                                               \
    X(MAPI, "mapi", "/mapi/emsmdb")                                                                \
    X(OAB, "oab", "/oab/")                                                                         \
    X(RPC, "rpc", "/rpc/rpcproxy.dll")                                                             \
    X(API, "api", "/api/")                                                                         \
    X(NO_HOST, "no-host", "/owa")                                                                  \
    X(MANIFEST, "export-tool",                                                                     \
      "/ecp/Current/exporttool/microsoft.exchange.ediscovery.exporttool.application")              \
    X(FOLDER, "export-tool-folder", "")                                                            \
    X(NTLM, "ntlm-info", "/EWS/Exchange.asmx")

enum ex_probe {
#define X(id, name, path) EX_PROBE_##id,
    EX_PROBE_MAP(X)
#undef X
        EX_N_PROBES
};

/* Where a text was read. Frozen: the words are part of the record. */
#define EX_SOURCE_MAP(X)                                                                           \
    X(OWA_VERSION, "header:x-owa-version")                                                         \
    X(PAGE_PATH, "body:theme-path")                                                                \
    X(PAGE_MARK, "body:logon-page")                                                                \
    X(FE_SERVER, "header:x-feserver")                                                              \
    X(WEB_STORAGE, "header:ms-webstorage")                                                         \
    X(SERVICE_MARKS, "header:x-soap-enabled")                                                      \
    X(REASON, "status:reason")                                                                     \
    X(BACK_END, "header:x-calculatedbetarget")                                                     \
    X(CAS_ERROR, "header:x-caserrorcode")                                                          \
    X(FEDERATION, "header:x-federationtrusttokenissueruri")                                        \
    X(ONLINE_MARK, "header:exchange-online")                                                       \
    X(LOCATION, "header:location")                                                                 \
    X(DEVICE, "device")                                                                            \
    X(SAVED_FROM, "body:saved-from")                                                               \
    X(FORM_ACTION, "body:form-action")                                                             \
    X(MANIFEST, "body:export-tool-manifest")                                                       \
    X(FOLDER, "folder:export-tool")                                                                \
    X(HEALTH, "body:healthcheck")

enum ex_source_id {
#define X(id, text) EX_SRC_##id,
    EX_SOURCE_MAP(X)
#undef X
        EX_N_SOURCES
};

/* Things that an answer either has or has not. */
enum ex_mark {
    EX_MARK_FE = 1u << 0,         /**< X-FEServer with a value */
    EX_MARK_REQUEST_ID = 1u << 1, /**< request-id in the form of a GUID */
    EX_MARK_SERVICE =
        1u << 2,              /**< two or more of X-SOAP-Enabled, X-WSSecurity-*, X-OAuth-Enabled */
    EX_MARK_REASON = 1u << 3, /**< "Anonymous Request Disallowed" */
    EX_MARK_BACK_END = 1u << 4,     /**< X-CalculatedBETarget, X-BEServer */
    EX_MARK_CAS_ERROR = 1u << 5,    /**< X-CasErrorCode */
    EX_MARK_HYBRID = 1u << 6,       /**< X-FederationTrustTokenIssuerUri */
    EX_MARK_CLIENT_ID = 1u << 7,    /**< Set-Cookie: ClientId or OutlookSession */
    EX_MARK_CADATA = 1u << 8,       /**< Set-Cookie: cadata, which a GET never gets from Exchange */
    EX_MARK_IIS = 1u << 9,          /**< Server: Microsoft-IIS/ */
    EX_MARK_FOLDED_AUTH = 1u << 10, /**< several schemes in one WWW-Authenticate field */
    EX_MARK_OWN_REALM = 1u << 11,   /**< Basic realm is the name that we sent as Host */
    EX_MARK_META_REFRESH = 1u << 12,
    EX_MARK_PAGE = 1u << 13,        /**< the body is an OWA page */
    EX_MARK_CERT_WANTED = 1u << 14, /**< IIS 403.7 */
    EX_MARK_SSL_WANTED = 1u << 15,  /**< IIS 403.4 */
    EX_MARK_HEALTH = 1u << 16,      /**< the body is a healthcheck answer */
    EX_MARK_HSTS = 1u << 17,
    EX_MARK_ONLINE_TARGET = 1u << 18, /**< X-CalculatedFETarget or -BETarget in outlook.com */
    EX_MARK_ONLINE_PROXY = 1u << 19,  /**< X-FEProxyInfo */
    EX_MARK_ONLINE_EFZ = 1u << 20,    /**< X-FEEFZInfo */
    EX_MARK_ONLINE_RUM = 1u << 21,    /**< X-RUM-* */
    EX_MARK_ONLINE_URI = 1u << 22,    /**< redirect_uri of outlook.office365.com */
    EX_MARK_OWN_URI = 1u << 23,       /**< redirect_uri or wtrealm of this host */
    EX_MARK_WEB_STORAGE = 1u << 24,   /**< MS-WebStorage: 6.5 (Exchange 2003) */
    EX_MARK_OTHER_PRODUCT = 1u << 25, /**< names another mail or collaboration server */
    EX_MARK_TWO_FE = 1u << 26,        /**< X-FEServer twice, as Exchange Online sends it */
    EX_MARK_MS_PROXY = 1u << 27,      /**< x-ms-proxy-*: Entra application proxy */
    EX_MARK_TWO_VERSIONS = 1u << 28,  /**< X-OWA-Version twice, with different numbers */
    EX_MARK_WRONG_TOKEN = 1u << 29,   /**< a manifest that was not signed by Microsoft's build */
};

/** Marks that only an on-premises Exchange front end or something that copies one sends. */
enum {
    EX_MARKS_EXCHANGE = EX_MARK_FE | EX_MARK_SERVICE | EX_MARK_REASON | EX_MARK_BACK_END |
                        EX_MARK_CAS_ERROR | EX_MARK_HYBRID | EX_MARK_PAGE | EX_MARK_HEALTH,
    EX_MARKS_ONLINE =
        EX_MARK_ONLINE_TARGET | EX_MARK_ONLINE_PROXY | EX_MARK_ONLINE_EFZ | EX_MARK_ONLINE_RUM,
};

/* Authentication schemes offered, in the order of the bits. */
#define EX_SCHEME_MAP(X)                                                                           \
    X(NEGOTIATE, "Negotiate")                                                                      \
    X(NTLM, "NTLM")                                                                                \
    X(BASIC, "Basic")                                                                              \
    X(KERBEROS, "Kerberos")                                                                        \
    X(BEARER, "Bearer")                                                                            \
    X(DIGEST, "Digest")

enum ex_scheme_bit {
#define X(id, text) EX_SCHEME_BIT_##id,
    EX_SCHEME_MAP(X)
#undef X
        EX_N_SCHEMES
};

/** What X-OWA-Version of one answer was. */
enum ex_version_header {
    EX_VH_ABSENT,
    EX_VH_EMPTY,
    EX_VH_INVALID, /**< not a number, or out of every range */
    EX_VH_PARTIAL, /**< three parts */
    EX_VH_PADDED,  /**< 15.02.1118.026: real servers never pad */
    EX_VH_ONLINE,  /**< 15.20.x */
    EX_VH_FULL,
};

/** Where a redirect leads. */
enum ex_location {
    EX_LOC_NONE,
    EX_LOC_LOGON,     /**< own logon page, url= encoded: 2013 and later */
    EX_LOC_LOGON_OLD, /**< own logon page, url= not encoded: 2007, 2010 */
    EX_LOC_EXCHWEB,   /**< /exchweb/bin/auth/owalogon.asp: 2003 */
    EX_LOC_OWA,       /**< own /owa/ */
    EX_LOC_ERROR_FE,  /**< own errorFE.aspx: the front end is broken */
    EX_LOC_OFFICE365, /**< outlook.office365.com and its like */
    EX_LOC_ENTRA,     /**< login.microsoftonline.com */
    EX_LOC_ADFS,      /**< .../adfs/ls */
    EX_LOC_OWN,       /**< somewhere else on this host */
    EX_LOC_FOREIGN,   /**< another host */
};

/** One answer, or one request that got none. */
struct ex_answer {
    uint8_t probe;          /**< enum ex_probe */
    uint8_t outcome;        /**< enum ex_outcome */
    uint8_t version_header; /**< enum ex_version_header */
    uint8_t location;       /**< enum ex_location */
    uint8_t schemes;        /**< bit set of enum ex_scheme_bit */
    uint8_t iis;            /**< version times ten: 75, 100; 0 unknown */
    int8_t front_end;       /**< index into front_ends, -1 none */
    int16_t device;         /**< index into catalog.devices, -1 none */
    uint16_t status;        /**< 0: no complete header block */
    uint16_t retry_after_s; /**< core/retry_after.h */
    uint32_t marks;         /**< bit set of enum ex_mark */
    uint32_t body_bytes;    /**< kept */
    uint64_t body_hash;     /**< of the bytes kept; 0 for none */
    uint64_t request_id;    /**< hash of the GUID; 0 for none */
    struct ex_build build;  /**< X-OWA-Version, for PARTIAL, PADDED, ONLINE and FULL */
    struct ex_build high;   /**< the highest of several full numbers in one answer, of which
                                 build is the lowest; n_parts 0: there were no two */
};

enum {
    EX_ANSWERS_MAX = 24,
    EX_FACTS_MAX = 36,
    EX_FACT_TEXT = 96,
    EX_FOLDERS_MAX = EX_CANDIDATES_MAX,
};

/** A text worth quoting. */
struct ex_fact {
    uint8_t source;           /**< enum ex_source_id */
    uint8_t answer;           /**< index into answers; EX_ANSWERS_MAX: the folder probe */
    char value[EX_FACT_TEXT]; /**< raw server text */
};

/** Why the folder probe ended. */
enum ex_folder_end {
    EX_FOLDER_NOT_RUN,
    EX_FOLDER_RUNNING,
    EX_FOLDER_FOUND,    /**< and all that could be newer is excluded */
    EX_FOLDER_NONE,     /**< all are absent */
    EX_FOLDER_WRONG_CU, /**< no server of that CU behind the front end */
    EX_FOLDER_CLOSED,   /**< the route is not anonymous, blocked, or did not answer */
};

/** What the folder probe learned. Bit i belongs to the i-th row of the CU, oldest first. */
struct ex_folders {
    uint8_t end;            /**< enum ex_folder_end */
    bool same_server;       /**< the front end itself answered */
    bool several_back_ends; /**< different servers answered: their folders differ */
    bool says_no;           /**< a folder that is not there was denied */
    uint8_t n_requests;
    uint16_t status;                     /**< of the last answer */
    uint64_t absent[2];                  /**< the folder of that revision is not there */
    uint64_t absent_below[2];            /**< nor the one of that revision minus one */
    int16_t found;                       /**< row whose folder exists, -1 none */
    bool found_below;                    /**< it was the one of that revision minus one */
    struct ex_build number;              /**< of the folder found */
    char back_end[EX_HOSTNAME_SIZE * 2]; /**< X-CalculatedBETarget, as sent */
};

/** Everything learned about one host. */
struct ex_evidence {
    char target[EX_NAME_SIZE]; /**< the name or address we send as Host */
    struct ex_answer answers[EX_ANSWERS_MAX];
    uint8_t n_answers;
    struct ex_fact facts[EX_FACTS_MAX];
    uint8_t n_facts;
    struct ex_front_end front_ends[EX_FRONT_ENDS_MAX];
    uint8_t n_front_ends;
    struct ex_page page;      /**< the first OWA page seen, the control aside */
    uint8_t page_answer;      /**< index of its answer */
    struct ex_build manifest; /**< of the export tool, n_parts 0: none */
    struct ex_folders folders;
    struct ex_ntlm_facts ntlm;
    struct ex_auth_metadata auth;
    uint8_t again_of; /**< enum ex_probe that AGAIN repeats */
    char control_path[32];
    char health_name[EX_HOSTNAME_SIZE * 2]; /**< of healthcheck.htm */
    char internal_address[48];              /**< of the request without Host */
    char server[64];
    char aspnet_version[32];
    bool tls_legacy;           /**< less than TLS 1.2 was agreed although more was offered */
    bool client_cert_required; /**< the handshake was refused for want of one */
    bool client_cert_wanted;   /**< by IIS, after the handshake */
    bool rate_limited;
    bool blocked; /**< something in front refused us, not the request */
    bool cut_off; /**< and what was answered before was not any more */
    bool timed_out;
    bool unreachable; /**< no connection, ever */
    bool incomplete;  /**< something that should have been asked was not */
};

/** Begin with nothing known about @target_name (copied). */
void ex_evidence_init(struct ex_evidence *ev, const char *target_name);

/**
 * A new row for an answer of @probe. The row stays valid for the life of @ev.
 *
 * Returns: a zeroed row; NULL when the table is full, and the answer is then lost.
 */
struct ex_answer *ex_evidence_answer(struct ex_evidence *ev, enum ex_probe probe);

/** Keep @value (cut to EX_FACT_TEXT) once for each source and text. A full table drops it. */
void ex_evidence_add(struct ex_evidence *ev, enum ex_source_id source, const struct ex_answer *a,
                     struct ex_span value);

/** Index of the front end of that name, added if new; -1 when it is empty or the table is full. */
int8_t ex_evidence_front_end(struct ex_evidence *ev, struct ex_span name);

/** The first answer of @probe with a complete header block, or NULL. */
const struct ex_answer *ex_evidence_of(const struct ex_evidence *ev, enum ex_probe probe);

/** Path and query of the request behind an answer. "" for what has none. Borrowed from @ev. */
const char *ex_evidence_path(const struct ex_evidence *ev, const struct ex_answer *a);

/** FNV-1a, 64 bit; never 0 for a non-empty span. Tells bodies apart, nothing more. */
uint64_t ex_hash(struct ex_span s);

/** Both names have the same first label, ASCII case ignored, and it is not empty. */
bool ex_same_short_name(const char *a, const char *b);

const char *ex_probe_name(enum ex_probe p);
const char *ex_probe_path(enum ex_probe p);
const char *ex_source_str(enum ex_source_id s);
const char *ex_scheme_str(enum ex_scheme_bit s);

/** The device that an answer shows, or NULL. */
static inline const struct ex_device_row *ex_device_of(const struct ex_catalog *cat,
                                                       const struct ex_answer *a)
{
    return cat->devices && a->device >= 0 && (size_t)a->device < cat->n_devices
               ? &cat->devices[a->device]
               : NULL;
}

static inline bool ex_has(const struct ex_answer *a, uint32_t marks)
{
    return a && (a->marks & marks) != 0;
}

#endif
