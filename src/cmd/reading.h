// SPDX-License-Identifier: MIT
#ifndef CMD_READING_H
#define CMD_READING_H

#include "cmd/config.h"
#include "report/load.h"

/* What `report` and `diff` have in common: everything up to the rendering. */
struct ex_reading {
    const struct ex_config *cfg;
    struct ex_accepted *accepted;
    struct ex_loaded loaded;
    struct ex_changes *changes; /**< NULL: no earlier sweeps were named */
    struct ex_report report;    /**< over all of the above */
};

/**
 * Read the sweep @now, the earlier ones @earlier, and the accepted risks that @cfg names; tell on
 * standard error of those that cover nothing or have expired.
 *
 * @now and @earlier are NULL-ended lists of files and folders, @earlier may be empty.
 *
 * Returns: EX_OK, EX_EUSAGE, EX_EINPUT (@err names the file and what is wrong), EX_EIO, EX_ENOMEM.
 * Owns:    the caller, until ex_reading_free(), on failure as well.
 */
EX_MUSTUSE enum ex_status ex_reading_open(struct ex_reading *r, const struct ex_config *cfg,
                                          const char *const *now, const char *const *earlier,
                                          const struct ex_catalog *cat, int64_t now_unix_ms,
                                          struct ex_error *err);

void ex_reading_free(struct ex_reading *r);

/** How a text to the output of @cfg looks: colour and width are a terminal's, if it is one. */
struct ex_text_options ex_reading_text_options(const struct ex_config *cfg);

/** Run --notify when there is one, and something got worse. */
EX_MUSTUSE enum ex_status ex_reading_notify(const struct ex_reading *r, struct ex_error *err);

#endif
