// SPDX-License-Identifier: MIT
#ifndef OUT_RESULTS_H
#define OUT_RESULTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "exprobe/status.h"

/*
 * Reader of result files: one record after the other, from one or more files. They
 * may come from other machines, so nothing in them is believed: lines are bounded,
 * the words of closed lists are checked, and a run counts as complete only when its
 * `end` record is there, says so, and agrees with what was read.
 *
 * Several runs may follow each other in one file (`cat`). A run that was resumed has its
 * run record twice with the same run_id and goes on. The last line of a file may be torn,
 * by a power cut or a full disk; so may a line in front of a run record, when such a
 * file was concatenated. Every other line that is no record is an error.
 */
struct ex_results;

enum { EX_RESULT_LINE_MAX = 4 * 1024 * 1024 }; /**< bytes of one record */

enum ex_record_kind { EX_RECORD_RUN, EX_RECORD_HOST, EX_RECORD_END };

/** One record. Types that this version does not know are skipped. */
struct ex_record {
    enum ex_record_kind kind;
    size_t run;       /**< index of its run, for ex_results_run() */
    json_t *json;     /**< an object; borrowed until the next call, unless a reference is taken */
    const char *file; /**< borrowed */
    uint64_t line;
    size_t file_index; /**< among those given to ex_results_new() */
    uint64_t offset;   /**< of the record in that file, bytes */
    size_t n;          /**< length of the record without newline, bytes */
};

/** What is known of a run so far; complete at the end of the input. */
struct ex_run_seen {
    char run_id[40];
    char started[32];   /**< as in the record, "" unknown */
    char data_date[16]; /**< YYYY-MM-DD, "" unknown */
    char as_of[16];     /**< day of judgement, "" unknown */
    char newest_update[32];
    char version[32];
    char shard[24];   /**< "1/1" */
    const char *file; /**< where it begins; borrowed */
    uint64_t line;
    bool fingerprint_only, backdoor, own_paths, deep, ntlm_info; /**< what was to be looked at */
    char rules[65], known_good[65], paths[65]; /**< SHA-256 of the owner's files, "" none */
    bool list_finished;  /**< by the end record: every line of the lists was read */
    bool ended;          /**< there is an end record */
    bool interrupted;    /**< and it says that the run was */
    uint64_t hosts;      /**< host records read */
    uint64_t hosts_part; /**< since the run was resumed for the last time */
    uint64_t hosts_said; /**< by the end record */
    uint64_t targets, bad_lines, duplicates; /**< by the end record */
};

/**
 * A reader over @n open files that are called @names in messages.
 *
 * Returns: EX_OK, EX_ENOMEM.
 * Owns:    the caller owns *out; files and names are borrowed until ex_results_free().
 */
EX_MUSTUSE enum ex_status ex_results_new(struct ex_results **out, FILE *const *in,
                                         const char *const *names, size_t n);

/**
 * The next record.
 *
 * Returns: EX_OK with *got true and *out written, or *got false at the end of the last file;
 *          EX_EINPUT (@err names file and line), EX_EIO, EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_results_next(struct ex_results *r, struct ex_record *out, bool *got,
                                          struct ex_error *err);

/**
 * The @n bytes at @offset of the file @file_index, which ex_results_next() said to be a record.
 * Only when everything has been read.
 *
 * Returns: EX_OK; EX_EIO (the file cannot be read again, or says something else by now), EX_ENOMEM.
 * Owns:    *out is a new reference.
 */
EX_MUSTUSE enum ex_status ex_results_again(json_t **out, struct ex_results *r, size_t file_index,
                                           uint64_t offset, size_t n, struct ex_error *err);

/** Runs met so far. */
size_t ex_results_n_runs(const struct ex_results *r);

/** The @i-th of them. Borrowed until the next call of ex_results_next(). */
const struct ex_run_seen *ex_results_run(const struct ex_results *r, size_t i);

/** Whether nothing is missing: ended, not interrupted, and as many hosts as the end record says,
 *  in all or since the run was resumed. */
bool ex_run_is_complete(const struct ex_run_seen *run);

/** Torn lines met so far. */
uint64_t ex_results_torn(const struct ex_results *r);

/** NULL is fine. */
void ex_results_free(struct ex_results *r);

/** Text member @key of an object; "" when it is missing, null or no text. Borrowed. */
const char *ex_json_str(const json_t *object, const char *key);

/** Whole number @key of an object, not below 0; 0 when it is missing or no such number. */
uint64_t ex_json_u64(const json_t *object, const char *key);

#endif
