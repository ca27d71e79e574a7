// SPDX-License-Identifier: MIT
#ifndef INSPECT_RULES_H
#define INSPECT_RULES_H

#include <yara.h>

#include "exprobe/exhibit.h"
#include "inspect/signatures.h"

/* What signatures.c (compiling) and scanner.c (running) share, and nobody else sees. */

/** What is told of a rule that matched. */
struct ex_rule_words {
    char *id; /**< owned */
    const char *title;
    enum ex_strength strength;
};

struct ex_signatures {
    bool running;    /**< yr_initialize() was called */
    YR_RULES *rules; /**< owned */
    size_t n;
    struct ex_rule_words *words; /**< owned; in the order of rules->rules_table */
    char own_sha256[EX_SHA256_TEXT];
};

/** The external variables: name, type (int, bool, text) and member of struct ex_sample.
 *  targets/README.md says what each is. */
#define EX_RULE_VARIABLES(INT, BOOL, TEXT)                                                         \
    INT(status)                                                                                    \
    TEXT(path)                                                                                     \
    TEXT(content_type)                                                                             \
    TEXT(location)                                                                                 \
    TEXT(owa_page)                                                                                 \
    TEXT(expected_page)                                                                            \
    BOOL(dynamic)                                                                                  \
    BOOL(body_cut)                                                                                 \
    INT(baseline_status)                                                                           \
    TEXT(baseline_location)

enum {
    EX_RULE_FILE_MAX = 1024 * 1024, /**< bytes of a file of rules */
    EX_SCAN_LIMIT_S = 1,            /**< for one answer */
    EX_SCAN_BYTES_MAX = 256 * 1024  /**< of a body; the engine reads 64 KiB */
};

/** Whether a rule may import this module: "math" and "hash", which compute on the body only.
 *  The others read files, tell the time, write, or parse formats that no answer here has. */
bool ex_rule_module_allowed(const char *name);

#endif
