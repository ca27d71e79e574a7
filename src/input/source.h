// SPDX-License-Identifier: MIT
#ifndef INPUT_SOURCE_H
#define INPUT_SOURCE_H

#include "exprobe/target.h"

/*
 * The stream of targets: arguments first, then each list in order, read line by
 * line, never as a whole. Networks are expanded lazily, names go through IDNA,
 * duplicates are dropped, bad lines are reported and counted.
 *
 * Memory is bounded whatever the lists hold: one read buffer, one target, and
 * the duplicate filter, which moves to a temporary file when it outgrows 1 MiB
 * (input/seen.h). Each list keeps a file descriptor open until it was read.
 */
struct ex_source;

enum { EX_NETWORK_MAX_DEFAULT = 65536 }; /**< addresses: an IPv4 /16, an IPv6 /112 */

struct ex_source_options {
    const char *const *targets; /**< NULL-ended arguments, each read like a line; may be NULL */
    const char *const *lists;   /**< NULL-ended file names; "-" is stdin; may be NULL */
    bool strict;                /**< the first bad line ends the stream with EX_EINPUT */
    uint64_t network_max; /**< addresses a network may have, 0: the default; others are bad lines */
    /** Called for each bad line with "FILE:LINE: what is wrong with VALUE", not when strict.
     *  Never NULL. The text is one line without control characters. */
    void (*on_bad_line)(const char *message, void *arg);
    /** Called when a target comes again with other tags, at most once a line; may be NULL. */
    void (*on_note)(const char *message, void *arg);
    void *arg;
};

struct ex_source_counts {
    uint64_t lines; /**< read, blank ones included; arguments count as lines */
    uint64_t bad_lines;
    uint64_t targets;       /**< handed out */
    uint64_t duplicates;    /**< dropped */
    uint64_t tag_conflicts; /**< of the duplicates: those with other tags than the first */
    bool complete;          /**< every argument and list was read to its end */
};

/**
 * Open a stream. Every list is opened here, so that an unreadable one is an
 * error before anything is sent.
 *
 * Returns: EX_OK, EX_EINPUT (a list cannot be read, or nothing was given), EX_ENOMEM,
 *          EX_EINTERNAL.
 * Owns:    the caller owns *out. @opt and what it points to are borrowed until ex_source_free().
 */
EX_MUSTUSE enum ex_status ex_source_new(struct ex_source **out, const struct ex_source_options *opt,
                                        struct ex_error *err);

/**
 * The next target; blocks while a pipe has nothing to read.
 *
 * A target is a duplicate when host, port and pinned address were handed out
 * before, in whatever form they were written; the first one wins, its tags too.
 *
 * Returns: EX_OK with *got true and *out written, or *got false at the end or
 *          when stopped (counts.complete tells them apart);
 *          EX_EINPUT (strict, or a list that cannot be read further: @err names
 *          file and line); EX_EIO (the temporary file of the duplicate filter);
 *          EX_ENOMEM. The stream has ended after anything but EX_OK with *got true.
 * Thread:  one at a time.
 */
EX_MUSTUSE enum ex_status ex_source_next(struct ex_source *s, struct ex_target *out, bool *got,
                                         struct ex_error *err);

/**
 * End the stream: a call of ex_source_next() that waits for a pipe returns, and
 * so does every later one, with *got false.
 *
 * Thread: any, also a signal handler; until ex_source_free().
 */
void ex_source_stop(struct ex_source *s);

/** What was read so far. Call from the thread that calls ex_source_next(). */
struct ex_source_counts ex_source_counts(const struct ex_source *s);

/** NULL is fine. */
void ex_source_free(struct ex_source *s);

#endif
