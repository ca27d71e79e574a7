// SPDX-License-Identifier: MIT
#ifndef OUT_JSONL_H
#define OUT_JSONL_H

#include "exprobe/exhibit.h"
#include "out/finding.h"
#include "out/json.h"
#include "out/request_line.h"

/* The records of schema exprobe/1: one JSON object a line. Every function writes a
 * whole line, with its newline, into the memory of @j, which has it until it is used again, and
 * returns it and its length in *n; NULL when memory ran out. Server text becomes valid UTF-8 and
 * control characters are escaped here, and only here. */

#define EX_SCHEMA "exprobe/1"

/** What the user's own files say, as a SHA-256 in hex; "" for those that were not given. They
 *  decide what a record says as much as the data do. */
struct ex_own_files {
    char rules[EX_SHA256_TEXT];      /**< of all files of --rules, one after the other */
    char known_good[EX_SHA256_TEXT]; /**< of the sorted hashes, each with a newline */
    char paths[EX_SHA256_TEXT];      /**< of the sorted names, each with a newline */
    char cacert[EX_SHA256_TEXT];     /**< of the sorted fingerprints */
    char scope[EX_SHA256_TEXT];      /**< of the sorted entries of each --scope */
    char exclude[EX_SHA256_TEXT];    /**< of the sorted entries of --exclude and --exclude-file */
};

struct ex_run_info {
    char run_id[40];
    const char *version;
    int64_t started_unix_ms;
    char shard[24];      /**< "1/1" */
    int32_t as_of;       /**< day of judgement */
    const char *contact; /**< "" for none */
    bool deep, ntlm_info, fingerprint_only;
    bool backdoor;                          /**< back doors were to be looked for */
    bool own_paths;                         /**< and the owner's names were asked as well */
    bool ipv4_only, ipv6_only, one_address; /**< which addresses of a name are probed */
    struct ex_own_files files;
};

struct ex_totals {
    uint64_t states[EX_N_STATES];
    uint64_t severities[EX_N_SEVERITIES];
    uint64_t targets; /**< distinct targets read */
    uint64_t hosts;   /**< host records written */
    uint64_t bad_lines;
    uint64_t duplicates;
    uint64_t requests;
    uint64_t bytes;
    bool interrupted;
    bool list_finished; /**< every line of the lists was read */
    int64_t duration_ms;
    struct ex_link request_log; /**< its last line: number and hash; n 0: there is none */
};

const char *ex_jsonl_run(struct ex_json *j, const struct ex_run_info *info,
                         const struct ex_catalog *cat, size_t *n);
const char *ex_jsonl_host(struct ex_json *j, const struct ex_result *r, const struct ex_findings *f,
                          const struct ex_catalog *cat, const char *user_agent, size_t *n);
const char *ex_jsonl_end(struct ex_json *j, const struct ex_totals *t, size_t *n);

/** Part of the hosts that answered, of those that were to be contacted: hosts in state out-of-scope
 *  or opted-out count neither way. 0 when there is none to be contacted. */
double ex_totals_coverage(const struct ex_totals *t);

/** The members `exchange`, `patch` and `support` of a host record, also used by explain. */
void ex_json_exchange(struct ex_json *j, const struct ex_fingerprint *fp);
void ex_json_patch(struct ex_json *j, const struct ex_verdict *v, const struct ex_catalog *cat,
                   const struct ex_fingerprint *fp);
void ex_json_support(struct ex_json *j, const struct ex_verdict *v);

#endif
