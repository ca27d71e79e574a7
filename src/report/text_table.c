// SPDX-License-Identifier: MIT
#include <string.h>

#include "report/table.h"
#include "report/text_parts.h"

/* Lines of the table for each rank, so that a network full of silence does not bury the rest. */
static const size_t lines_max[] = {
    [EX_RANK_FINDINGS] = 2000,
    [EX_RANK_UNSEEN] = 40,
    [EX_RANK_CLEAN] = 2000,
    [EX_RANK_OTHER] = 20,
};

enum column {
    COL_SEVERITY,
    COL_TARGET,
    COL_SIGNS,
    COL_SIGNS_BRIEF,
    COL_VERSION,
    COL_BUILD,
    COL_BUILD_BRIEF,
    COL_FIXES,
    COL_FIXES_BRIEF,
    COL_FIXES_OR_STATE,
    COL_SUPPORT,
    COL_SUPPORT_BRIEF,
};

static const struct ex_table_column columns[] = {
    [COL_SEVERITY] = { "SEVERITY", 8, 8 },
    [COL_TARGET] = { "TARGET", 16, 40, true },
    [COL_SIGNS] = { "BACK DOOR", 9, 28 },
    [COL_SIGNS_BRIEF] = { "BACK DOOR", 12, 16 },
    [COL_VERSION] = { "EXCHANGE", 12, 19 },
    [COL_BUILD] = { "BUILD", 12, 26 },
    [COL_BUILD_BRIEF] = { "BUILD", 12, 13 },
    [COL_FIXES] = { "SECURITY FIXES", 14, 44 },
    [COL_FIXES_BRIEF] = { "SECURITY FIXES", 14, 20 },
    [COL_FIXES_OR_STATE] = { "SECURITY FIXES", 14, 20 },
    [COL_SUPPORT] = { "SUPPORT", 7, 20 },
    [COL_SUPPORT_BRIEF] = { "SUPPORT", 7, 7 },
};

/* From wide paper to narrow: the first that fits is taken. The last one for the width of the
 * paper is squeezed until it does. */
static const struct layout {
    bool hunted; /* for results of a search for back doors, or for those without */
    size_t n;
    enum column at[EX_TABLE_COLUMNS_MAX];
    unsigned last; /* width of paper from which on no further one is tried; 0: never */
} layouts[] = {
    { true,
      7,
      { COL_SEVERITY, COL_TARGET, COL_SIGNS, COL_VERSION, COL_BUILD, COL_FIXES, COL_SUPPORT } },
    { true,
      7,
      { COL_SEVERITY, COL_TARGET, COL_SIGNS, COL_VERSION, COL_BUILD, COL_FIXES_BRIEF,
        COL_SUPPORT_BRIEF } },
    { true,
      7,
      { COL_SEVERITY, COL_TARGET, COL_SIGNS_BRIEF, COL_VERSION, COL_BUILD_BRIEF, COL_FIXES_BRIEF,
        COL_SUPPORT_BRIEF } },
    { true,
      6,
      { COL_SEVERITY, COL_TARGET, COL_SIGNS_BRIEF, COL_VERSION, COL_BUILD_BRIEF, COL_FIXES_BRIEF },
      120 },
    { true, 5, { COL_SEVERITY, COL_TARGET, COL_SIGNS_BRIEF, COL_VERSION, COL_FIXES_BRIEF }, 96 },
    { true,
      4,
      { COL_SEVERITY, COL_TARGET, COL_SIGNS_BRIEF, COL_FIXES_OR_STATE },
      EX_PAPER_WIDTH_MIN },
    { false, 6, { COL_SEVERITY, COL_TARGET, COL_VERSION, COL_BUILD, COL_FIXES, COL_SUPPORT } },
    { false,
      6,
      { COL_SEVERITY, COL_TARGET, COL_VERSION, COL_BUILD, COL_FIXES_BRIEF, COL_SUPPORT_BRIEF } },
    { false,
      6,
      { COL_SEVERITY, COL_TARGET, COL_VERSION, COL_BUILD_BRIEF, COL_FIXES_BRIEF,
        COL_SUPPORT_BRIEF } },
    { false, 5, { COL_SEVERITY, COL_TARGET, COL_VERSION, COL_BUILD_BRIEF, COL_FIXES_BRIEF }, 96 },
    { false, 4, { COL_SEVERITY, COL_TARGET, COL_VERSION, COL_FIXES_BRIEF }, EX_PAPER_WIDTH_MIN },
};
enum { N_LAYOUTS = sizeof(layouts) / sizeof(layouts[0]) };

static const char *cell(char to[static EX_CELL_SIZE], const struct ex_row *row, enum column c)
{
    switch (c) {
    case COL_SEVERITY:
        return ex_cell_severity(row);
    case COL_TARGET:
        return ex_cell_host(to, row);
    case COL_SIGNS:
    case COL_SIGNS_BRIEF:
        return ex_cell_signs(to, row, c == COL_SIGNS_BRIEF);
    case COL_VERSION:
        return ex_cell_version(to, row);
    case COL_BUILD:
        return ex_cell_build(to, row);
    case COL_BUILD_BRIEF:
        return row->build;
    case COL_FIXES_OR_STATE:
        return ex_cell_fixes(to, row, true)[0] ? to : ex_cell_version(to, row);
    case COL_FIXES:
    case COL_FIXES_BRIEF:
        return ex_cell_fixes(to, row, c == COL_FIXES_BRIEF);
    default:
        return ex_cell_support(to, row, c == COL_SUPPORT_BRIEF);
    }
}

static enum ex_status add_row(struct ex_table *t, const struct layout *layout,
                              const struct ex_row *row)
{
    char text[EX_TABLE_COLUMNS_MAX][EX_CELL_SIZE];
    const char *cells[EX_TABLE_COLUMNS_MAX];

    for (size_t k = 0; k < layout->n; k++)
        cells[k] = cell(text[k], row, layout->at[k]);
    return ex_table_add(t, ex_text_paint(row), cells);
}

static enum ex_status add_more(struct ex_table *t, uint64_t n, enum ex_row_rank rank)
{
    static const char *const words[] = {
        [EX_RANK_FINDINGS] = "with findings",
        [EX_RANK_UNSEEN] = "that could not be examined",
        [EX_RANK_CLEAN] = "without findings",
        [EX_RANK_OTHER] = "without Exchange",
    };
    char line[EX_CELL_SIZE], count[EX_CELL_SIZE];

    snprintf(line, sizeof(line), "... and %.40s %s (see the result file)",
             ex_cell_count(count, n, "more host", "more hosts"), words[rank]);
    return ex_table_add_line(t, line);
}

static enum ex_status fill(struct ex_table *t, const struct layout *layout,
                           const struct ex_rows *rows)
{
    enum ex_status st = EX_OK;
    uint64_t of_rank = 0;

    for (size_t i = 0; i < rows->n && st == EX_OK; i++) {
        const enum ex_row_rank rank = ex_row_rank(rows->at[i]);
        const bool last = i + 1 == rows->n || ex_row_rank(rows->at[i + 1]) != rank;

        if (of_rank++ < lines_max[rank])
            st = add_row(t, layout, rows->at[i]);
        if (!last)
            continue;
        if (st == EX_OK && of_rank > lines_max[rank])
            st = add_more(t, of_rank - lines_max[rank], rank);
        of_rank = 0;
    }
    return st;
}

enum ex_status ex_text_table(const struct ex_text *t)
{
    enum ex_status st = EX_OK;
    bool printed = false;

    for (size_t i = 0; i < N_LAYOUTS && !printed && st == EX_OK; i++) {
        struct ex_table_column chosen[EX_TABLE_COLUMNS_MAX];
        struct ex_table table;

        if (layouts[i].hunted != t->rows->hunted)
            continue;
        for (size_t k = 0; k < layouts[i].n; k++)
            chosen[k] = columns[layouts[i].at[k]];
        ex_table_init(&table, chosen, layouts[i].n);
        st = fill(&table, &layouts[i], t->rows);
        printed = st == EX_OK && (ex_table_width(&table) <= t->paper.width ||
                                  (layouts[i].last && t->paper.width >= layouts[i].last));
        if (printed)
            ex_table_print(&table, &t->paper);
        ex_table_deinit(&table);
    }
    return st;
}

enum ex_paint ex_text_paint(const struct ex_row *row)
{
    switch (ex_row_rank(row)) {
    case EX_RANK_UNSEEN:
        return EX_PAINT_UNSEEN;
    case EX_RANK_OTHER:
        return EX_PAINT_FAINT;
    default:
        return ex_paint_of(row->severity);
    }
}
