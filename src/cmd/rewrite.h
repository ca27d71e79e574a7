// SPDX-License-Identifier: MIT
#ifndef CMD_REWRITE_H
#define CMD_REWRITE_H

#include "cmd/output.h"
#include "out/unfinished.h"

/*
 * Takes lines out of a result file before a run goes on with it. Lines at the end are cut off.
 * When others stand behind them, a new file is made beside the old one and takes its place when
 * it is whole and on the disk. So at every moment the name leads to a file with every record that
 * stays: the old one, or the new one.
 */
struct ex_rewrite {
    struct ex_output *out; /**< borrowed */
    int from;              /**< borrowed: the same file, for reading */
    int fd;                /**< owned: the new file; -1 while there is none */
    uint64_t n_kept;       /**< bytes that stay at the beginning of the old file */
    bool gap;              /**< behind them something goes away */
    char *real, *beside;   /**< owned: names of the two files */
};

static inline struct ex_rewrite ex_rewrite_of(struct ex_output *out, int from)
{
    return (struct ex_rewrite){ .out = out, .from = from, .fd = -1 };
}

/** The line stays. Returns: EX_OK, EX_EOUTPUT (no room, no right to write), EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_rewrite_keep(struct ex_rewrite *w, const struct ex_part *line,
                                          struct ex_error *err);

/** The next line goes away. */
static inline void ex_rewrite_drop(struct ex_rewrite *w)
{
    w->gap = true;
}

/** Every line has been told: carry it out. out->fd is the file to append to. Returns as keep. */
EX_MUSTUSE enum ex_status ex_rewrite_finish(struct ex_rewrite *w, struct ex_error *err);

/** Remove what a run that was killed while it rewrote @name may have left beside it. */
void ex_rewrite_forget(const char *name);

/** Release everything; before ex_rewrite_finish(), the file is as it was. */
void ex_rewrite_free(struct ex_rewrite *w);

#endif
