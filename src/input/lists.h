// SPDX-License-Identifier: MIT
#ifndef INPUT_LISTS_H
#define INPUT_LISTS_H

#include "exprobe/status.h"

/** The target lists of a run, all open. */
struct ex_lists {
    const char *const *name; /**< borrowed */
    int *fd;                 /**< owned, but for that of stdin; -1 once closed */
    unsigned n;
    int stdin_at; /**< which of them is stdin, -1 for none */
};

/**
 * Open each of the NULL-ended @names; "-" is stdin. May be NULL.
 *
 * Returns: EX_OK; EX_EINPUT with @err naming the file, the reason and the remedy:
 *          missing, unreadable, a directory, stdin twice or closed, UTF-16; EX_ENOMEM.
 * Owns:    release with ex_lists_close(), also after a failure.
 */
EX_MUSTUSE enum ex_status ex_lists_open(struct ex_lists *l, const char *const *names,
                                        struct ex_error *err);

/** The message for a list in UTF-16 or UTF-32. */
void ex_lists_say_utf16(const char *place, struct ex_error *err);

/** Close list @i, which may be closed already. */
void ex_lists_done(struct ex_lists *l, unsigned i);

void ex_lists_close(struct ex_lists *l);

#endif
