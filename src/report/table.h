// SPDX-License-Identifier: MIT
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include "report/paper.h"

/* A table whose columns are as wide as their texts need and as the paper allows. */

enum { EX_TABLE_COLUMNS_MAX = 8 };

struct ex_table_column {
    const char *heading;
    unsigned min; /**< it is never squeezed below this width */
    unsigned max; /**< nor counted as wider when the table is fitted, unless there is room */
    bool whole;   /**< never cut: a text that does not fit has the rest of the row below it */
};

struct ex_table_row {
    char *cell[EX_TABLE_COLUMNS_MAX]; /**< owned */
    char *line;                       /**< owned; not NULL: a line across all columns */
    enum ex_paint paint;              /**< of the first cell */
};

struct ex_table {
    const struct ex_table_column *columns; /**< borrowed */
    size_t n_columns;
    struct ex_table_row *rows; /**< owned */
    size_t n, room;
};

void ex_table_init(struct ex_table *t, const struct ex_table_column *columns, size_t n_columns);
void ex_table_deinit(struct ex_table *t);

/** Add a row of n_columns texts, which are copied. Returns EX_OK, EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_table_add(struct ex_table *t, enum ex_paint paint,
                                       const char *const *cells);

/** Add a line across all columns. Returns EX_OK, EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_table_add_line(struct ex_table *t, const char *line);

/** Columns that the whole table would take if no column were wider than its max. */
size_t ex_table_width(const struct ex_table *t);

/** Print heading and rows within the width of the paper. The last text of a row may take the
 *  place of the empty ones behind it; one that does not fit is cut, with an ellipsis. */
void ex_table_print(const struct ex_table *t, const struct ex_paper *p);

#endif
