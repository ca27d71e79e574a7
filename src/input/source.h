// SPDX-License-Identifier: MIT
#ifndef INPUT_SOURCE_H
#define INPUT_SOURCE_H

#include "exprobe/target.h"

/*
 * The stream of targets: arguments first, then each list in order, read line by
 * line, never as a whole. Networks are expanded lazily, names go through IDNA,
 * duplicates are dropped, bad lines are reported and counted.
 */
struct ex_source;

struct ex_source_options {
    const char *const *targets; /**< NULL-ended arguments */
    const char *const *lists;   /**< NULL-ended file names; "-" is stdin */
    bool strict;                /**< the first bad line ends the stream with EX_EINPUT */
    uint64_t network_max;       /**< addresses a CIDR target may have; larger ones are bad lines */
    /** Called for each bad line with "FILE:LINE: what is wrong with VALUE". Never NULL. */
    void (*on_bad_line)(const char *message, void *arg);
    void *arg;
};

struct ex_source_counts {
    uint64_t lines;      /**< read, blank ones included; arguments count as lines */
    uint64_t bad_lines;
    uint64_t targets;    /**< handed out */
    uint64_t duplicates; /**< dropped */
};

/**
 * Open a stream. Every list is opened here, so that an unreadable one is an
 * error before anything is sent.
 *
 * Returns: EX_OK, EX_EINPUT (a list cannot be read, or nothing was given), EX_ENOMEM.
 * Owns:    the caller owns *out. @opt and what it points to are borrowed until ex_source_free().
 */
EX_MUSTUSE enum ex_status ex_source_new(struct ex_source **out, const struct ex_source_options *opt,
                                        struct ex_error *err);

/**
 * The next target; blocks while a pipe has nothing to read.
 *
 * Returns: EX_OK with *got true and *out written, or *got false at the end;
 *          EX_EINPUT (strict, or a read error: @err names file and line); EX_ENOMEM.
 * Thread:  one at a time.
 */
EX_MUSTUSE enum ex_status ex_source_next(struct ex_source *s, struct ex_target *out, bool *got,
                                         struct ex_error *err);

/** What was read so far. Call from the thread that calls ex_source_next(). */
struct ex_source_counts ex_source_counts(const struct ex_source *s);

/** NULL is fine. */
void ex_source_free(struct ex_source *s);

#endif
