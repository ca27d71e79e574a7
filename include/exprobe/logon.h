// SPDX-License-Identifier: MIT
#ifndef EXPROBE_LOGON_H
#define EXPROBE_LOGON_H

#include "exprobe/exhibit.h"

/* Frozen words. Ordered from GENUINE on: a higher value is worse. */
#define EX_LOGON_MAP(X)                                                                            \
    X(NOT_ASSESSED, "not-assessed")                                                                \
    X(NOT_NATIVE, "not-native")                                                                    \
    X(GENUINE, "genuine")                                                                          \
    X(CUSTOMISED, "customised")                                                                    \
    X(REVIEW, "review")                                                                            \
    X(SUSPICIOUS, "suspicious")                                                                    \
    X(LIKELY, "likely")                                                                            \
    X(CONFIRMED, "confirmed")

enum ex_logon_state {
#define X(id, text) EX_LP_##id,
    EX_LOGON_MAP(X)
#undef X
        EX_N_LOGON_STATES
};

/* What an unknown script, handler or form does: id, word in the record, points.
 * The points of C1 ... B1 are those of the published scoring (see logon/score.c). */
#define EX_FEATURE_MAP(X)                                                                          \
    X(C1, "C1", 30) /* the value of a password field is read */                                    \
    X(C2, "C2", 15) /* keys are captured */                                                        \
    X(S1, "S1", 15) /* network call */                                                             \
    X(S2, "S2", 15) /* created element or image whose address is built at run time */              \
    X(S3, "S3", 25) /* foreign host that is not known as benign */                                 \
    X(S4, "S4", 40) /* collector, bot, paste site or bare address */                               \
    X(S5, "S5", 20) /* page of this server that no Exchange ships */                               \
    X(H1, "H1", 40) /* credentials in request headers */                                           \
    X(K1, "K1", 35) /* password into a cookie or storage */                                        \
    X(F1, "F1", 0)  /* form posts elsewhere: 60 foreign, 30 same origin, 15 set by script */       \
    X(F2, "F2", 20) /* extra form or hidden field that mirrors the password */                     \
    X(M1, "M1", 20) /* the page's own functions redefined or wrapped, or statements added */       \
    X(O1, "O1", 20) /* hidden code */                                                              \
    X(X1, "X1", 20) /* script of a foreign origin, not known as benign, without integrity */       \
    X(B1, "B1", 0)  /* recognised benign template: -30 */

enum ex_feature {
#define X(id, word, points) EX_FEAT_##id,
    EX_FEATURE_MAP(X)
#undef X
        EX_N_FEATURES
};

/** Where a piece of script comes from. */
#define EX_SCRIPT_MAP(X)                                                                           \
    X(INLINE, "inline")                                                                            \
    X(HANDLER, "handler")         /* an on... attribute or a javascript: address */                \
    X(SAME_ORIGIN, "same-origin") /* <script src> of this server */                                \
    X(FOREIGN, "foreign")         /* <script src> of another origin: reported, never fetched */    \
    X(STATIC, "static")           /* a file that Exchange ships, fetched by its own address */     \
    X(FORM, "form") /* not a script: a form that posts elsewhere, or mirrors a field */

enum ex_script_kind {
#define X(id, text) EX_SCRIPT_##id,
    EX_SCRIPT_MAP(X)
#undef X
};

/* Where a form posts to, when it is not where Exchange's does: the points of F1. */
#define EX_FORM_ACTION_MAP(X)                                                                      \
    X(GENUINE, 0)                                                                                  \
    X(BY_SCRIPT, 15)   /* set at run time, to something that is not known */                       \
    X(SAME_ORIGIN, 30) /* another page of this server */                                           \
    X(FOREIGN, 60)

enum ex_form_action {
#define X(id, points) EX_ACTION_##id,
    EX_FORM_ACTION_MAP(X)
#undef X
};

/* The pages that ask for a password, and what is fetched for them. */
enum ex_credential_page { EX_CP_LOGON, EX_CP_EXPIRED, EX_N_CREDENTIAL_PAGES };

enum {
    EX_SCRIPTS_MAX = 40,
    EX_ORIGINS_MAX = 12,
    EX_SCRIPT_EXCERPT = 200,
    EX_SCRIPT_URL = 160,
    EX_HOST_TEXT = 96,
    EX_THEME_TEXT = 48,
    EX_SCRIPT_LINKS = 8
};

/** One script, handler or form of a page that asks for a password. */
struct ex_script {
    enum ex_script_kind kind;
    enum ex_credential_page page;
    bool known;        /**< one of Microsoft's, or of --known-good */
    bool benign;       /**< recognised template of a vendor: B1 */
    bool tried;        /**< SAME_ORIGIN: it was asked for, whether or not it came */
    bool fetched;      /**< SAME_ORIGIN, STATIC: its text was read */
    bool cut;          /**< and is longer than what was read */
    bool decoded;      /**< features were found only after decoding */
    bool integrity;    /**< FOREIGN: has an integrity attribute */
    bool shipped;      /**< stands where Exchange has a script of its own: flogon.js, fexppw.js */
    bool header_names; /**< H1: with the names that a known stealer uses */
    uint8_t action;    /**< F1: enum ex_form_action */
    uint16_t features; /**< bits 1 << enum ex_feature; 0 when known */
    int16_t score;
    uint32_t bytes;
    char sha256[EX_SHA256_TEXT]; /**< of the text without white space; "" when there is none */
    char url[EX_SCRIPT_URL];     /**< src, or the path that was fetched; raw, "" */
    char sink[EX_SCRIPT_URL];    /**< where it sends: address, host or path as written; raw, "" */
    char excerpt[EX_SCRIPT_EXCERPT]; /**< of the text, around the first feature; raw */
    uint32_t gives[EX_SCRIPT_LINKS]; /**< hashes of global words that it hands the password to */
    uint32_t takes[EX_SCRIPT_LINKS]; /**< hashes of global words whose content it sends */
};

/** The logon page of one host: what was parsed, then what was judged. */
struct ex_logon_page {
    enum ex_logon_state state;
    uint16_t features; /**< of all scripts together */
    int16_t score;
    bool seen[EX_N_CREDENTIAL_PAGES];     /**< answered 200 with HTML */
    bool native[EX_N_CREDENTIAL_PAGES];   /**< with the marks of Exchange's own */
    bool form[EX_N_CREDENTIAL_PAGES];     /**< its one form posts where Exchange's does */
    bool formless[EX_N_CREDENTIAL_PAGES]; /**< it has no form to log on: the page that sends
                                               browsers on, or what somebody left of it */
    bool cut[EX_N_CREDENTIAL_PAGES];      /**< longer than what was read */
    bool doubtful;                        /**< the bytes hold more scripts than the parser saw */
    bool incomplete;            /**< a same-origin script was not fetched, or a table was full */
    bool flogon_differs;        /**< the inline copy is not the file */
    bool pages_differ;          /**< two looks at the logon page had different scripts */
    char theme[EX_THEME_TEXT];  /**< "/owa/auth/15.1.2507/", or "" */
    char target[EX_SCRIPT_URL]; /**< same-origin page that gets the credentials, or "" */
    struct ex_script scripts[EX_SCRIPTS_MAX];
    uint8_t n_scripts;
    uint16_t n_more;                            /**< scripts for which there was no room */
    char origins[EX_ORIGINS_MAX][EX_HOST_TEXT]; /**< foreign origins named anywhere; raw */
    uint8_t n_origins;
    char
        hash[EX_SHA256_TEXT]; /**< over the sorted hashes of the scripts: equal pages, equal hash */
    const struct ex_exhibit *exhibit; /**< of the logon page; NULL: none */
};

/** Hashes of scripts without white space that the owner knows as good (--known-good): 64 hex
 *  digits each in lower case, sorted, none twice. */
struct ex_known_good {
    const char (*at)[EX_SHA256_TEXT];
    size_t n;
};

const char *ex_logon_str(enum ex_logon_state s);
const char *ex_feature_str(enum ex_feature f);
const char *ex_script_kind_str(enum ex_script_kind k);

#endif
