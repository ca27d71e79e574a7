// SPDX-License-Identifier: MIT
#ifndef EXPROBE_CATALOG_H
#define EXPROBE_CATALOG_H

#include "exprobe/build.h"
#include "exprobe/day.h"

/* Everything exprobe knows about Exchange: plain, immutable rows. Loaded once
 * from targets/ (data/load.h); readable from any thread. Strings are never NULL;
 * "" means that the source gave none. */

#define EX_SEVERITY_MAP(X)                                                                         \
    X(NONE, "none")                                                                                \
    X(INFO, "info")                                                                                \
    X(LOW, "low")                                                                                  \
    X(MEDIUM, "medium")                                                                            \
    X(HIGH, "high")                                                                                \
    X(CRITICAL, "critical")

/* Ordered: a higher value is worse. */
enum ex_severity {
#define X(id, text) EX_SEV_##id,
    EX_SEVERITY_MAP(X)
#undef X
        EX_N_SEVERITIES
};

enum ex_build_kind {
    EX_KIND_PREVIEW,
    EX_KIND_RTM,
    EX_KIND_SP,
    EX_KIND_CU,
    EX_KIND_RU,
    EX_KIND_SU,
    EX_KIND_HU
};

struct ex_build_row {
    struct ex_build build;
    enum ex_generation generation;
    enum ex_build_kind kind;
    int32_t released;           /**< day */
    bool esu_only;              /**< handed to buyers of Extended Security Updates only */
    uint8_t esu_period;         /**< 1 or 2 when esu_only */
    bool cumulative;            /**< false: fixes only the CVEs in fixes_only */
    const char *product;        /**< "Exchange Server 2016" */
    const char *cu;             /**< "CU23", "SP3", "RTM" */
    const char *update;         /**< "Feb26SU", "RU32", "" for the CU itself */
    const char *kb;             /**< "KB5074993", "" */
    const char *security_level; /**< the update whose security fixes this build carries */
    const char *rerelease_of;
    const char *notes;
    const char *source;
    const char *const *fixes_only; /**< NULL-ended, for !cumulative */
};

/* How a vendor treats a CVE for one product: VERDICT section 3. */
enum ex_product_status {
    EX_PS_NOT_LISTED,
    EX_PS_FIXED,
    EX_PS_INCLUDED,
    EX_PS_EOL_UNASSESSED,
    EX_PS_LISTED_WITHOUT_BUILD
};

enum ex_decidable {
    EX_DECIDABLE_YES,
    EX_DECIDABLE_NECESSARY, /**< necessary_not_sufficient */
    EX_DECIDABLE_CONFIG     /**< configuration_until_included */
};

/* What a source may leave open. */
enum ex_tri { EX_TRI_UNKNOWN, EX_TRI_NO, EX_TRI_YES };

enum { EX_N_GENERATIONS = EX_GEN_SE + 1, EX_CVES_MAX = 512 };

struct ex_cve_row {
    const char *id;   /**< "CVE-2021-26855" */
    const char *name; /**< "ProxyLogon", "" */
    const char *impact;
    const char *extra_condition; /**< what must be done beside the update */
    const char *note;            /**< what is special about the fix or its date */
    const char *vector;          /**< CVSS v3 vector */
    const char *source;
    enum ex_severity severity;
    uint8_t cvss10; /**< CVSS v3 base score times ten, 0 unknown */
    bool kev;       /**< in CISA's catalogue of known exploited vulnerabilities */
    bool ransomware;
    enum ex_tri preauth;          /**< needs no account; computed from the vector */
    enum ex_tri user_interaction; /**< somebody has to click */
    bool override_can_disable;    /**< an administrator can switch the fix off; not visible from
                                     outside */
    enum ex_decidable decidable;
    int32_t published;     /**< day */
    int32_t fix_available; /**< day, EX_DAY_NONE */
    int32_t kev_date;      /**< day, EX_DAY_NONE */
    enum ex_product_status status[EX_N_GENERATIONS];
    struct ex_build included_since[EX_N_GENERATIONS]; /**< n_parts 0: none */
    struct ex_build default_on_since[EX_N_GENERATIONS];
    const struct ex_build
        *fixed_in; /**< first builds that carried the fix, one a branch, ascending */
    size_t n_fixed_in;
    const struct ex_build
        *vendor_fixed_in; /**< what the vendor prints after a re-release; may be empty */
    size_t n_vendor_fixed_in;
};

struct ex_esu_row {
    uint8_t period;
    int32_t from, to; /**< days, both inclusive */
    const char *note;
    const char *const *cus;     /**< that get its updates; NULL-ended */
    const char *const *updates; /**< NULL-ended */
};

/** What a product is supported for. Sorted by generation. */
struct ex_life_row {
    enum ex_generation generation;
    const char *product;
    int32_t released;
    int32_t mainstream_end; /**< EX_DAY_NONE: modern life cycle */
    int32_t extended_end;
    const char *source;
    const char *note;
    const char *const *serviced_cus; /**< CUs that got the last updates; NULL-ended */
    const struct ex_esu_row *esu;
    size_t n_esu;
};

/** OWA reported one number where Microsoft's table has another: WIRE 2.2. */
struct ex_alias_row {
    struct ex_build observed, official;
    const char *source;
};

/* Where a device row looks. */
enum ex_device_where { EX_DW_HEADER, EX_DW_LOCATION, EX_DW_BODY, EX_DW_COOKIE };

enum ex_device_role {
    EX_ROLE_PREAUTH,     /**< logs users on in front of Exchange */
    EX_ROLE_PASS,        /**< passes requests on */
    EX_ROLE_BLOCK,       /**< refuses the request itself */
    EX_ROLE_UNAVAILABLE, /**< says that what is behind it does not answer */
    EX_ROLE_MAIL_HINT    /**< pre-authentication that is only ever put before Exchange */
};

/** Something in front of, or instead of, Exchange. Several rows may share an id. */
struct ex_device_row {
    const char *id;   /**< "f5-apm" */
    const char *name; /**< "F5 BIG-IP APM" */
    enum ex_device_where where;
    enum ex_device_role role;
    const char *header; /**< EX_DW_HEADER: field name */
    const char *match;  /**< substring, ASCII case ignored; EX_DW_COOKIE: start of a cookie's name;
                             "" with EX_DW_HEADER: presence is enough */
    const char *source;
};

/**
 * What a finding is called, how bad it is and what to do. Title and remediation may hold
 * placeholders, filled for each host (out/fill.h lists them). The first sentence of a remediation
 * says what to do, as an order: reports group hosts by it.
 */
struct ex_rule_row {
    const char *id; /**< frozen: part of the finding id */
    enum ex_severity severity;
    const char *title;
    const char *remediation;
    const char *const *references; /**< NULL-ended */
    enum ex_severity severity_cve; /**< with any CVE among those it is about; NONE: no difference */
    enum ex_severity severity_high; /**< with one rated critical or high; NONE: no difference */
    enum ex_severity severity_kev;  /**< with a known exploited one; NONE: no difference */
    const char
        *remediation_esu; /**< while a paid extension of the product runs; "": no difference */
    const char
        *remediation_end; /**< when the product gets no updates any more; "": no difference */
};

/** Something that stops working below a security level. */
struct ex_advice_row {
    const char *id;
    int32_t before; /**< it concerns servers whose security level is older than this day */
    int32_t since;  /**< and holds from this day on */
    const char *text;
    const char *source;
};

/* What a 200 at a published name is worth. Frozen words. */
#define EX_IF200_MAP(X) X(LOW, "low") X(MEDIUM, "medium") X(HIGH, "high")
enum ex_confidence_if_200 {
#define X(id, text) EX_IF200_##id,
    EX_IF200_MAP(X)
#undef X
};

/** A published name of a back door, or a page that Exchange itself ships (genuine). */
struct ex_path_row {
    const char *id;
    const char *path;      /**< "/owa/auth/log.aspx" */
    const char *folder;    /**< "/owa/auth/": computed from path */
    const char *extension; /**< ".aspx", "": computed from path */
    uint8_t tier;          /**< 1 by default, 2 and 3 with --deep; 0: the owner's own */
    bool genuine;          /**< ships with Exchange: never flagged for being there */
    bool probe;            /**< false: known, and never asked (note says why) */
    bool collision;        /**< legitimate software uses the name, too */
    enum ex_confidence_if_200 confidence;
    const char *marker; /**< genuine: "ASP.auth_logon_aspx"; "": carries none */
    const char *family; /**< "web shell" */
    const char *campaign;
    const char *first_seen; /**< "2021-03", "unknown" */
    const char *note;
    const char *source;
};

/** A script that Exchange ships, by hash. */
struct ex_script_row {
    const char *name;        /**< "flogon.js" */
    const char *sha256;      /**< of the file as served, ""; or */
    const char *bare_sha256; /**< of the text without white space, "" */
    bool masked;             /**< bare_sha256 is of the text masked as logon/bare.h says */
    const char *note;
    const char *source;
};

/** A host that scripts of logon pages talk to. */
struct ex_origin_row {
    const char *suffix; /**< "google-analytics.com": the host itself and all below it */
    bool collector;     /**< paste site, bot, request catcher; false: benign */
    const char *what;   /**< "Google Analytics" */
    const char *source;
};

enum ex_mail_name_kind {
    EX_MAIL_FILTER, /**< takes mail for others and hands it on */
    EX_MAIL_HOSTED, /**< has the mailboxes */
    EX_MAIL_LABEL,  /**< what mail servers are called in the domain of their owner */
};

enum { EX_MAIL_LABELS_MAX = 64 }; /**< each is two questions to DNS, for every domain */

/** What names say about mail: the host itself and all below it, or a label. */
struct ex_mail_name_row {
    enum ex_mail_name_kind kind;
    const char *name; /**< "mail.protection.outlook.com"; "owa" */
    const char *what; /**< "Exchange Online"; "" for a label */
    const char *source;
};

enum ex_data_origin {
    EX_DATA_BUILT_IN,  /**< compiled into the program */
    EX_DATA_INSTALLED, /**< a signed set that was installed */
    EX_DATA_DIRECTORY  /**< a directory that the user named */
};

/** "built-in", "installed", "directory". */
const char *ex_data_origin_str(enum ex_data_origin origin);

struct ex_data_info {
    const char *date;     /**< newest source, YYYY-MM-DD */
    const char *kev_date; /**< date of the KEV catalogue used */
    const char *newest_update;
    const char *not_covered; /**< what the set does not know, in words */
    int32_t date_day;        /**< the same as date */
    int32_t newest_day;      /**< release of newest_update */
    char sha256[65];         /**< over all files of the set */
    enum ex_data_origin origin;
    uint32_t serial; /**< of a signed set, among those of one date; 0: not signed */
};

/** All arrays are sorted by their key, builds by number. Opaque to nobody: the
 *  tests write small catalogues as literals. */
struct ex_catalog {
    struct ex_data_info info;
    const struct ex_build_row *builds;
    size_t n_builds;
    const struct ex_cve_row *cves;
    size_t n_cves;
    const struct ex_life_row *lives;
    size_t n_lives;
    const struct ex_alias_row *aliases;
    size_t n_aliases;
    const struct ex_device_row *devices;
    size_t n_devices;
    const struct ex_rule_row *rules;
    size_t n_rules;
    const struct ex_advice_row *advice;
    size_t n_advice;
    const struct ex_path_row
        *paths; /**< by folder, extension, then path: a hunt asks in this order */
    size_t n_paths;
    const struct ex_script_row *scripts;
    size_t n_scripts;
    const struct ex_origin_row *origins;
    size_t n_origins;
    const struct ex_mail_name_row *mail_names;
    size_t n_mail_names;
    const char *signatures;             /**< text of signatures.yar, NUL-terminated */
    const char *const *backdoor_limits; /**< what cannot be seen from outside; NULL-ended */
};

/** The row of exactly this number, or NULL. */
const struct ex_build_row *ex_catalog_build(const struct ex_catalog *cat,
                                            const struct ex_build *build);

/** The newest row of the same branch that is not newer than @build, or NULL. */
const struct ex_build_row *ex_catalog_floor(const struct ex_catalog *cat,
                                            const struct ex_build *build);

/** The rows of the branch of @build (ex_build_same_branch): first row and count; NULL, 0 if
 * unknown. */
const struct ex_build_row *ex_catalog_branch(const struct ex_catalog *cat,
                                             const struct ex_build *build, size_t *n);

/** The row that begins the cumulative update or service pack of @build; a preview that shares its
 *  numbers is passed over. NULL if unknown. */
const struct ex_build_row *ex_catalog_cu(const struct ex_catalog *cat,
                                         const struct ex_build *build);

/** The official number for one that OWA reports, or NULL. */
const struct ex_build *ex_catalog_alias(const struct ex_catalog *cat,
                                        const struct ex_build *observed);

const struct ex_life_row *ex_catalog_life(const struct ex_catalog *cat, enum ex_generation g);
const struct ex_rule_row *ex_catalog_rule(const struct ex_catalog *cat, const char *id);
/** The rules that every set must have, because findings are made of them; NULL-ended. Frozen. */
extern const char *const ex_rule_ids[];

const struct ex_cve_row *ex_catalog_cve(const struct ex_catalog *cat, const char *id);

/** The order of CVE ids: by year, then by number ("CVE-2026-9999" before "CVE-2026-10000"). */
int ex_cve_id_cmp(const char *a, const char *b);

const char *ex_severity_str(enum ex_severity s);
const char *ex_if200_str(enum ex_confidence_if_200 c);

#endif
