// SPDX-License-Identifier: MIT
#ifndef OUT_REQUEST_LINE_H
#define OUT_REQUEST_LINE_H

#include "exprobe/exhibit.h"
#include "exprobe/target.h"
#include "out/json.h"

/*
 * The lines of a request log, schema exprobe-requests/1: JSON, one object a line, each with its
 * number and the SHA-256 of the line before it. Nothing can be changed, taken out, put in or moved
 * without breaking the chain behind it; what was cut off at the end shows against the hash of the
 * last line, which the end record of the results has.
 */
#define EX_REQUESTS_SCHEMA "exprobe-requests/1"

/** How every log begins. */
#define EX_REQUESTS_MARK "{\"type\":\"begin\",\"schema\":\"" EX_REQUESTS_SCHEMA "\","

enum {
    EX_REQUEST_LINE_MAX = 16384, /**< bytes of any line: names, URL and contact are bounded */
};

/** Where a line stands in the chain. */
struct ex_link {
    uint64_t n;                  /**< its number, from 1 */
    char before[EX_SHA256_TEXT]; /**< hash of the line before; "" for the first */
};

/** A run that begins: who scans what with what. Texts that are not known are "". */
struct ex_request_run {
    const char *version, *run_id, *user_agent, *proxy;
    const char *scope, *exclude; /**< hashes, as in the run record */
    size_t n_opt_outs;
};

/** One request, or how it ended. */
struct ex_request_line {
    const char *type; /**< "request", "answer", "unsent" */
    int64_t at_unix_ms;
    const struct ex_target *target;
    const struct ex_addr *address;
    const char *method, *path, *rule;
    bool ended;       /**< what follows is known */
    uint64_t request; /**< number of the line of the request; 0: it was not sent */
    const char *outcome;
    uint16_t status; /**< 0: none */
    uint64_t bytes;
    uint32_t duration_ms;
};

/* Each writes a whole line as ex_json_end() does. */
const char *ex_request_begin(struct ex_json *j, const struct ex_link *link,
                             const struct ex_request_run *run, int64_t now_unix_ms, bool torn,
                             size_t *n);
const char *ex_request_line(struct ex_json *j, const struct ex_link *link,
                            const struct ex_request_line *line, size_t *n);
const char *ex_request_end(struct ex_json *j, const struct ex_link *link, uint64_t n_requests,
                           int64_t now_unix_ms, size_t *n);

#endif
