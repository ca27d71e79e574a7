// SPDX-License-Identifier: MIT
#ifndef REPORT_SWEEP_H
#define REPORT_SWEEP_H

#include "report/rows.h"

enum { EX_SHARDS_MAX = 4096 }; /**< of one sweep */

/*
 * All hosts of the result files that make up one sweep of an estate: one run, or several, in any
 * number of files. When a host (target and address) was recorded more than once, the newest record
 * that was not broken off counts.
 */
struct ex_sweep {
    struct ex_rows all;
    struct ex_results *results; /**< borrowed; its runs, read to the end */
    const char *const *clients; /**< sorted; "" when a host has none */
    size_t n_clients;
    uint64_t n_replaced; /**< records that a newer one of the same host replaced */
    const char *limits;  /**< what the search for back doors cannot see, safe to print; NULL
                              unknown */
};

/**
 * Read all records of @in, whose files can be read at any place again, and mark the findings
 * that @accepted covers; NULL for none.
 *
 * Returns: EX_OK, and what ex_results_next() returns. *out is NULL on failure.
 * Owns:    the caller owns *out; release it with ex_sweep_free(). @in and @accepted are borrowed
 *          until then.
 */
EX_MUSTUSE enum ex_status ex_sweep_load(struct ex_sweep **out, struct ex_results *in,
                                        struct ex_accepted *accepted, struct ex_error *err);

/**
 * The hosts of one client.
 *
 * Returns: EX_OK, EX_ENOMEM.
 * Owns:    the caller, until ex_rows_deinit(); the rows stay those of the sweep.
 */
EX_MUSTUSE enum ex_status ex_sweep_client(struct ex_rows *out, const struct ex_sweep *sweep,
                                          const char *client);

/**
 * The record behind a row, whole. Its texts are as in the file: not made safe.
 *
 * Returns: EX_OK; EX_EIO (@err names the file: it was changed meanwhile, or cannot be read),
 *          EX_ENOMEM.
 * Owns:    *out is a new reference.
 */
EX_MUSTUSE enum ex_status ex_sweep_record(json_t **out, const struct ex_sweep *sweep,
                                          const struct ex_row *row, struct ex_error *err);

/** Of a sweep in shards, a run of each is there. */
bool ex_sweep_has_all_shards(const struct ex_sweep *sweep);

/** Every run came to its end, there is one, and no shard is missing. */
bool ex_sweep_is_complete(const struct ex_sweep *sweep);

/** It is complete, its lists were read to their end, and when it is in shards, all of them are
 *  here: a target that is not in it was not listed. */
bool ex_sweep_is_whole(const struct ex_sweep *sweep);

/** The run that used the oldest knowledge, or NULL without any run. */
const struct ex_run_seen *ex_sweep_oldest(const struct ex_sweep *sweep);

/** NULL is fine. */
void ex_sweep_free(struct ex_sweep *sweep);

#endif
