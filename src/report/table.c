// SPDX-License-Identifier: MIT
#include "report/table.h"

#include <stdlib.h>

#include "report/width.h"

static const char gap[] = "  ";
static const char ellipsis[] = "\u2026";

void ex_table_init(struct ex_table *t, const struct ex_table_column *columns, size_t n_columns)
{
    *t = (struct ex_table){ .columns = columns, .n_columns = n_columns };
}

void ex_table_deinit(struct ex_table *t)
{
    for (size_t i = 0; i < t->n; i++) {
        for (size_t k = 0; k < t->n_columns; k++)
            free(t->rows[i].cell[k]);
        free(t->rows[i].line);
    }
    free(t->rows);
    *t = (struct ex_table){ 0 };
}

static struct ex_table_row *new_row(struct ex_table *t)
{
    if (t->n == t->room) {
        const size_t room = t->room ? t->room * 2 : 64;
        struct ex_table_row *grown = reallocarray(t->rows, room, sizeof(*grown));

        if (!grown)
            return NULL;
        t->rows = grown;
        t->room = room;
    }
    t->rows[t->n] = (struct ex_table_row){ 0 };
    return &t->rows[t->n++];
}

enum ex_status ex_table_add(struct ex_table *t, enum ex_paint paint, const char *const *cells)
{
    struct ex_table_row *row = new_row(t);

    if (!row)
        return EX_ENOMEM;
    row->paint = paint;
    for (size_t k = 0; k < t->n_columns; k++) {
        row->cell[k] = strdup(cells[k]);
        if (!row->cell[k])
            return EX_ENOMEM;
    }
    return EX_OK;
}

enum ex_status ex_table_add_line(struct ex_table *t, const char *line)
{
    struct ex_table_row *row = new_row(t);

    if (!row)
        return EX_ENOMEM;
    row->line = strdup(line);
    return row->line ? EX_OK : EX_ENOMEM;
}

/* The last column of a row that has a text. */
static size_t last_cell(const struct ex_table *t, const char *const *cells)
{
    size_t last = 0;

    for (size_t k = 1; k < t->n_columns; k++)
        if (cells[k][0])
            last = k;
    return last;
}

static size_t natural_width(const struct ex_table *t, size_t k)
{
    size_t widest = ex_width(ex_span_str(t->columns[k].heading));

    for (size_t i = 0; i < t->n; i++) {
        const struct ex_table_row *row = &t->rows[i];
        size_t width;

        /* A text with nothing behind it needs no room of its own. */
        if (row->line ||
            (k + 1 < t->n_columns && last_cell(t, (const char *const *)row->cell) <= k))
            continue;
        width = ex_width(ex_span_str(row->cell[k]));
        if (width > widest)
            widest = width;
    }
    return widest;
}

static size_t capped_width(const struct ex_table *t, size_t k)
{
    const size_t natural = natural_width(t, k);

    return natural > t->columns[k].max ? t->columns[k].max : natural;
}

size_t ex_table_width(const struct ex_table *t)
{
    size_t sum = (t->n_columns - 1) * strlen(gap);

    for (size_t k = 0; k < t->n_columns; k++)
        sum += capped_width(t, k);
    return sum;
}

/* Widths that fit: what is too much is taken from the column that is widest at the time, what is
 * left goes to columns that were capped, to the one that needs least first. */
static void fit(const struct ex_table *t, size_t room, size_t widths[EX_TABLE_COLUMNS_MAX])
{
    size_t natural[EX_TABLE_COLUMNS_MAX], sum = ex_table_width(t);

    for (size_t k = 0; k < t->n_columns; k++) {
        natural[k] = natural_width(t, k);
        widths[k] = capped_width(t, k);
    }
    for (; sum > room; sum--) {
        size_t widest = t->n_columns;

        for (size_t k = 0; k < t->n_columns; k++)
            if (widths[k] > t->columns[k].min &&
                (widest == t->n_columns || widths[k] > widths[widest]))
                widest = k;
        if (widest == t->n_columns)
            return;
        widths[widest]--;
    }
    while (sum < room) {
        size_t nearest = t->n_columns;

        for (size_t k = 0; k < t->n_columns; k++)
            if (widths[k] < natural[k] &&
                (nearest == t->n_columns ||
                 natural[k] - widths[k] < natural[nearest] - widths[nearest]))
                nearest = k;
        if (nearest == t->n_columns)
            return;
        widths[nearest]++;
        sum++;
    }
}

/* One cell in @width columns, cut when it must be. */
static void print_cell(const struct ex_paper *p, enum ex_paint paint, const char *text,
                       size_t width, bool fill)
{
    const struct ex_span s = ex_span_str(text);
    const bool fits = ex_width(s) <= width;
    char *cut = fits ? NULL : strndup(text, ex_width_cut(s, width - 1));
    const char *shown = cut ? cut : text;
    /* A wide character that did not fit leaves a column over. */
    const size_t columns = ex_width(ex_span_str(shown)) + (cut ? 1 : 0);

    ex_paper_paint(p, paint, shown);
    fputs(cut ? ellipsis : "", p->to);
    ex_paper_blanks(p, fill && columns < width ? width - columns : 0);
    free(cut);
}

/* A text that is wider than its column: on a line of its own, and the cursor where the next
 * column begins. */
static void print_whole(const struct ex_paper *p, enum ex_paint paint, const char *text,
                        size_t next_column)
{
    ex_paper_paint(p, paint, text);
    putc('\n', p->to);
    ex_paper_blanks(p, next_column);
}

static void print_cells(const struct ex_table *t, const struct ex_paper *p, enum ex_paint paint,
                        enum ex_paint rest, const char *const *cells,
                        const size_t widths[EX_TABLE_COLUMNS_MAX])
{
    const size_t last = last_cell(t, cells);
    size_t column = 0;

    for (size_t k = 0; k <= last; k++) {
        size_t width = widths[k];

        fputs(k ? gap : "", p->to);
        column += k ? strlen(gap) : 0;
        if (k < last && t->columns[k].whole && ex_width(ex_span_str(cells[k])) > width) {
            print_whole(p, k ? rest : paint, cells[k], column + width);
        } else {
            for (size_t i = k + 1; k == last && i < t->n_columns; i++)
                width += strlen(gap) + widths[i];
            print_cell(p, k ? rest : paint, cells[k], width, k < last);
        }
        column += widths[k];
    }
    putc('\n', p->to);
}

void ex_table_print(const struct ex_table *t, const struct ex_paper *p)
{
    const char *headings[EX_TABLE_COLUMNS_MAX] = { "" };
    size_t widths[EX_TABLE_COLUMNS_MAX] = { 0 };

    fit(t, p->width, widths);
    for (size_t k = 0; k < t->n_columns; k++)
        headings[k] = t->columns[k].heading;
    print_cells(t, p, EX_PAINT_STRONG, EX_PAINT_STRONG, headings, widths);
    for (size_t i = 0; i < t->n; i++) {
        const struct ex_table_row *row = &t->rows[i];

        if (row->line)
            fprintf(p->to, "%s\n", row->line);
        else
            print_cells(t, p, row->paint, EX_PAINT_PLAIN, (const char *const *)row->cell, widths);
    }
}
