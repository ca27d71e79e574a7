// SPDX-License-Identifier: MIT
#ifndef DATA_ROWS_H
#define DATA_ROWS_H

#include "data/read.h"

/** What one file adds to the catalogue. Returns EX_OK, EX_ESCHEMA, EX_ENOMEM. */
typedef enum ex_status ex_rows_fn(struct ex_reader *r, struct ex_span text, struct ex_catalog *cat);

ex_rows_fn ex_rows_sources; /* first: every other file names them; sets r->sources */
ex_rows_fn ex_rows_meta;
ex_rows_fn ex_rows_builds;
ex_rows_fn ex_rows_aliases;
ex_rows_fn ex_rows_cves;
ex_rows_fn ex_rows_lifecycle;
ex_rows_fn ex_rows_devices;
ex_rows_fn ex_rows_rules;
ex_rows_fn ex_rows_advice;
ex_rows_fn ex_rows_paths;
ex_rows_fn ex_rows_scripts;
ex_rows_fn ex_rows_origins;
ex_rows_fn ex_rows_limits;
ex_rows_fn ex_rows_mail_names;
ex_rows_fn ex_rows_signatures; /* no table: the text of the rules */

enum { EX_ROWS_MAX = 4096 }; /**< rows of any file but cves.json */

/** Cross-check the files with each other. @labels are their names for messages, in the order of
 *  enum ex_data_file_id. Returns EX_OK, EX_ESCHEMA. */
EX_MUSTUSE enum ex_status ex_check_catalog(const struct ex_catalog *cat, const char *const *labels,
                                           struct ex_error *err);

/** As ex_check_catalog(), which calls it: what the search for back doors knows. */
EX_MUSTUSE enum ex_status ex_check_names(const struct ex_catalog *cat, const char *const *labels,
                                         struct ex_error *err);

#endif
