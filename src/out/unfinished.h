// SPDX-License-Identifier: MIT
#ifndef OUT_UNFINISHED_H
#define OUT_UNFINISHED_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "exprobe/exchange.h"
#include "exprobe/status.h"
#include "exprobe/target.h"
#include "exprobe/verdict.h"
#include "out/finding.h"

/*
 * Reader of a result file that a run is to go on with: line by line, with the place of each.
 * Unlike a report (out/results.h) it has to live with what a crash leaves: the last line torn, or
 * blocks of zeros where a power cut overtook the disk. Such a line is damaged, and no more than
 * that; a line that is whole and says what we never write is an error, because a file that is not
 * ours must not be touched.
 */
struct ex_unfinished;

enum ex_part_kind {
    EX_PART_RUN,
    EX_PART_HOST,
    EX_PART_END,
    EX_PART_OTHER,   /**< a record of a type that this version does not know */
    EX_PART_DAMAGED, /**< torn, overwritten, blank: to be dropped */
};

/** One line. Texts and json are borrowed until the next call. */
struct ex_part {
    enum ex_part_kind kind;
    uint64_t line;
    uint64_t at;        /**< where it begins in the file */
    uint64_t n;         /**< bytes, with the newline; one without is damaged */
    const char *text;   /**< its bytes; NULL when damaged */
    const json_t *json; /**< NULL when damaged */
    /* of a host record */
    const char *target;
    const char *address; /**< "" for none */
    enum ex_state state;
    enum ex_severity severity;
};

/** A reader of @in, which is called @name in messages. Returns: EX_OK, EX_ENOMEM.
 *  Owns: the caller owns *out; @in and @name are borrowed until ex_unfinished_free(). */
EX_MUSTUSE enum ex_status ex_unfinished_new(struct ex_unfinished **out, FILE *in, const char *name);

/**
 * The next line. A file whose first line is no run record is refused, unless all there is of it is
 * the beginning of one, or zeros.
 *
 * Returns: EX_OK with *got true and *out written, or *got false at the end of the file;
 *          EX_EINPUT (@err names file, line and remedy), EX_EIO, EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_unfinished_next(struct ex_unfinished *u, struct ex_part *out,
                                             bool *got, struct ex_error *err);

/** NULL is fine. */
void ex_unfinished_free(struct ex_unfinished *u);

#endif
