// SPDX-License-Identifier: MIT
#ifndef DATA_FILES_H
#define DATA_FILES_H

#include "exprobe/span.h"
#include "exprobe/status.h"

/*
 * The files of a set of knowledge, as they are compiled in by targets/embed.py.
 * Their order is fixed: the hash of a set is SHA-256 over name, a NUL byte and
 * content of each file, in this order.
 */
enum ex_data_file_id {
    EX_FILE_ADVICE,
    EX_FILE_ALIASES,
    EX_FILE_BUILDS,
    EX_FILE_CVES,
    EX_FILE_DEVICES,
    EX_FILE_LIFECYCLE,
    EX_FILE_LIMITS,
    EX_FILE_MAIL_NAMES,
    EX_FILE_META,
    EX_FILE_ORIGINS,
    EX_FILE_PATHS,
    EX_FILE_RULES,
    EX_FILE_SCRIPTS,
    EX_FILE_SIGNATURES,
    EX_FILE_SOURCES,
    EX_N_DATA_FILES
};

enum { EX_DATA_FILE_MAX = 4 * 1024 * 1024 }; /**< bytes of one file */

struct ex_data_file {
    const char *name; /**< "builds.json" */
    struct ex_span bytes;
};

extern const struct ex_data_file ex_data_files[EX_N_DATA_FILES];

struct ex_dataset;

/** As ex_data_load(), from files that are in memory already; nothing of @text is kept. */
EX_MUSTUSE enum ex_status ex_data_load_texts(struct ex_dataset **out,
                                             const struct ex_span text[EX_N_DATA_FILES],
                                             struct ex_error *err);

#endif
