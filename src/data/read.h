// SPDX-License-Identifier: MIT
#ifndef DATA_READ_H
#define DATA_READ_H

#include <jansson.h>

#include "data/arena.h"
#include "exprobe/catalog.h"

/*
 * Strict reading of the files in targets/: each is a JSON array of objects, and
 * a table of fields says what an object holds. A key that is in the table must
 * be in every object and no other may be. To add a key, add a row to the table.
 */

struct ex_source_row {
    const char *id; /**< what the other files say in their `source` */
    const char *title;
    const char *url; /**< "" */
    int32_t date;    /**< day of the state that was read, EX_DAY_NONE */
};

/** Where reading is, for messages, and what it needs. All pointers are borrowed. */
struct ex_reader {
    struct ex_arena *arena;
    struct ex_error *err;
    const char *file;
    size_t row;      /**< from 1; 0 before the first */
    const char *key; /**< text of the row's first field, "" before it was read */
    const struct ex_source_row *sources; /**< what `source` may name */
    size_t n_sources;
};

/** Check @v and store it at @to. Returns EX_OK, EX_ESCHEMA with the error set, EX_ENOMEM. */
typedef enum ex_status ex_field_fn(struct ex_reader *r, const char *key, const json_t *v, void *to);

struct ex_field {
    const char *key;
    ex_field_fn *read;
    size_t offset; /**< of the member in the row */
};

struct ex_table {
    const struct ex_field *fields;
    size_t n_fields;
    size_t row_bytes;
    size_t rows_max;
    /** Order of two rows that follow each other: must be below 0. */
    int (*order)(const void *before, const void *row);
};

/** The rows of one file. *rows is in the arena and zeroed before it is filled. */
EX_MUSTUSE enum ex_status ex_read_table(struct ex_reader *r, struct ex_span text,
                                        const struct ex_table *t, void **rows, size_t *n);

/** One object; @row is zeroed memory of the caller. */
EX_MUSTUSE enum ex_status ex_read_object(struct ex_reader *r, const json_t *object,
                                         const struct ex_field *fields, size_t n_fields, void *row);

/** "FILE: row 3 (KEY): "key": message". Returns EX_ESCHEMA. */
enum ex_status ex_read_bad(struct ex_reader *r, const char *key, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/** Index of the text of @v in @words, or an error that lists them. */
EX_MUSTUSE enum ex_status ex_read_word(struct ex_reader *r, const char *key, const json_t *v,
                                       const char *const *words, size_t n, size_t *index);

/* Readers of single values; the comment is the type of the member. */
ex_field_fn ex_read_text;             /* const char *, at least one character */
ex_field_fn ex_read_id;               /* const char *, of a-z, 0-9, - and _ */
ex_field_fn ex_read_text_or_null;     /* const char *, "" for null */
ex_field_fn ex_read_texts;            /* const char *const *, NULL-ended */
ex_field_fn ex_read_texts_or_null;    /* the same; NULL for null */
ex_field_fn ex_read_bool;             /* bool */
ex_field_fn ex_read_tri;              /* enum ex_tri, null is unknown */
ex_field_fn ex_read_day;              /* int32_t */
ex_field_fn ex_read_day_or_null;      /* int32_t, EX_DAY_NONE for null */
ex_field_fn ex_read_build;            /* struct ex_build, four parts */
ex_field_fn ex_read_generation;       /* enum ex_generation */
ex_field_fn ex_read_severity;         /* enum ex_severity */
ex_field_fn ex_read_severity_or_null; /* enum ex_severity, NONE for null */
ex_field_fn ex_read_source;           /* const char *: the titles of the sources, joined */

#endif
