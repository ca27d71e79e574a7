// SPDX-License-Identifier: MIT
#ifndef CMD_SCAN_H
#define CMD_SCAN_H

#include "cmd/config.h"
#include "exprobe/catalog.h"

/** What is different when the process is not ours: src/library. */
struct ex_embedding {
    int record_fd; /**< where the records go; nobody closes the other end before the scan has ended
                    */
    int stop_fd;   /**< can be read from when the scan is to end, and stays so */
    void (*say)(const char *line, void *arg); /**< instead of standard error; any thread */
    void *arg;
};

/**
 * Run `exprobe scan`: lists in, JSONL out, until the targets end or a signal comes.
 *
 * @in is NULL when this is the whole of the process. Otherwise no signal is caught, nothing is
 * written to standard streams, and --output, --fresh and --resume are not looked at.
 *
 * Returns: EX_OK with *code set to the exit code that the results ask for; else an
 *          error that kept the scan from beginning or from writing, @err filled.
 * Thread:  the main thread, once; with @in any, any number of times.
 */
EX_MUSTUSE enum ex_status ex_scan(const struct ex_config *cfg, const struct ex_catalog *cat,
                                  const struct ex_embedding *in, enum ex_exit *code,
                                  struct ex_error *err);

#endif
