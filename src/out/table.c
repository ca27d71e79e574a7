// SPDX-License-Identifier: MIT
#include "out/table.h"

#include <stdlib.h>

#include "out/width.h"

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
    size_t last = t->n_columns - 1;

    while (last > 0 && cells[last][0] == '\0')
        last--;
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

/* The end of @s that fits into @columns. */
static struct ex_span tail_of(struct ex_span s, size_t columns)
{
    while (s.n > 0 && ex_width(s) > columns) {
        const size_t n = ex_width_cut(s, 1);
        const size_t step = n > 0 ? n : ex_width_cut(s, 2);

        s = (struct ex_span){ s.p + step, s.n - step };
    }
    return s;
}

/* @text cut to @width columns; NULL when memory ran out. */
static char *cut(const char *text, size_t width, bool keep_end)
{
    const struct ex_span s = ex_span_str(text);
    const struct ex_span tail = tail_of(s, keep_end ? width / 2 : 0);
    const size_t head = ex_width_cut(s, width - 1 - ex_width(tail));
    char *out = NULL;

    if (asprintf(&out, "%.*s%s%.*s", (int)head, text, ellipsis, (int)tail.n, (const char *)tail.p) <
        0)
        return NULL;
    return out;
}

static void print_cell(const struct ex_paper *p, enum ex_paint paint, const char *text,
                       size_t width, bool keep_end, bool fill)
{
    char *shorter = ex_width(ex_span_str(text)) > width ? cut(text, width, keep_end) : NULL;
    const char *shown = shorter ? shorter : text;
    const size_t columns = ex_width(ex_span_str(shown));

    ex_paper_paint(p, paint, shown);
    if (fill && columns < width)
        ex_paper_blanks(p, width - columns);
    free(shorter);
}

static void print_cells(const struct ex_table *t, const struct ex_paper *p, enum ex_paint paint,
                        enum ex_paint rest, const char *const *cells,
                        const size_t widths[EX_TABLE_COLUMNS_MAX])
{
    const size_t last = last_cell(t, cells);

    for (size_t k = 0; k <= last; k++) {
        size_t width = widths[k];

        for (size_t i = k + 1; k == last && i < t->n_columns; i++)
            width += strlen(gap) + widths[i];
        fputs(k ? gap : "", p->to);
        print_cell(p, k ? rest : paint, cells[k], width, t->columns[k].keep_end, k < last);
    }
    putc('\n', p->to);
}

void ex_table_print(const struct ex_table *t, const struct ex_paper *p)
{
    const char *headings[EX_TABLE_COLUMNS_MAX];
    size_t widths[EX_TABLE_COLUMNS_MAX];

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
