// SPDX-License-Identifier: MIT
#ifndef INSPECT_SIGNATURES_H
#define INSPECT_SIGNATURES_H

#include "backdoor/inspector.h"
#include "exprobe/status.h"

/** Compiled YARA rules. Read by any number of scanners, one a thread. */
struct ex_signatures;
struct ex_scanner;

/**
 * Compile the rules of the catalogue and those of the owner's files. `include` is switched off;
 * a rule that was compiled may read the body and the external variables of targets/README.md,
 * and import "math" and "hash", and nothing else.
 *
 * @files: names of the owner's rule files, @n of them; NULL with 0.
 * Returns: EX_OK; EX_EIO; EX_EINPUT for a file of the owner, EX_ESCHEMA for the catalogue's rules
 *          (@err names file, line and what is wrong); EX_ENOMEM; EX_EINTERNAL.
 * Owns:    the caller owns *out.
 * Thread:  one at a time; libyara is initialised by the first.
 */
EX_MUSTUSE enum ex_status ex_signatures_new(struct ex_signatures **out,
                                            const struct ex_catalog *cat, const char *const *files,
                                            size_t n, struct ex_error *err);

/** SHA-256 of the owner's files, one after the other, in hex; "" without any. Lives as long as
 *  @s. */
const char *ex_signatures_own_sha256(const struct ex_signatures *s);

/** After all scanners and everything that holds an ex_hit. NULL is fine. */
void ex_signatures_free(struct ex_signatures *s);

/** A scanner for one thread. @s is borrowed.
 *  Returns: EX_OK, EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_scanner_new(struct ex_scanner **out, const struct ex_signatures *s);

/** NULL is fine. */
void ex_scanner_free(struct ex_scanner *s);

/** ex_inspector.scan, with the scanner as @arg. Strongest hits first; hits.failed when the rules
 *  could not be run to their end. */
void ex_scanner_scan(void *scanner, const struct ex_sample *sample, struct ex_hits *out);

#endif
