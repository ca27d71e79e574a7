// SPDX-License-Identifier: MIT
#include <string.h>

#include "core/put.h"
#include "report/text_parts.h"

enum {
    REASONS_MAX = 20,     /* printed */
    HOSTS_NAMED_MAX = 20, /* of one reason */
    LINE_SIZE = (HOSTS_NAMED_MAX + 2) * EX_CELL_SIZE,
};

static bool is_opted_out(const struct ex_row *row)
{
    return row->state == EX_STATE_OPTED_OUT;
}

/* Whether one of the @n rows at @named, which have been said, has the reason of @row. */
static bool is_said(const struct ex_row *const *named, size_t n, const struct ex_row *row)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(named[i]->detail, row->detail) == 0)
            return true;
    return false;
}

/* "2026-03-01: asked by mail: a, b, c and 12 more" */
static void say_reason(const struct ex_text *t, const char *label, size_t first)
{
    const char *reason = t->rows->at[first]->detail;
    char line[LINE_SIZE], host[EX_CELL_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));
    size_t n = 0;

    ex_put_str(&w, reason[0] ? reason : "no reason recorded");
    for (size_t i = first; i < t->rows->n; i++) {
        const struct ex_row *row = t->rows->at[i];

        if (!is_opted_out(row) || strcmp(row->detail, reason) != 0 || n++ >= HOSTS_NAMED_MAX)
            continue;
        ex_put_str(&w, n == 1 ? ": " : ", ");
        ex_put_str(&w, ex_cell_host(host, row));
    }
    if (n > HOSTS_NAMED_MAX) {
        ex_put_str(&w, " and ");
        ex_put_dec(&w, n - HOSTS_NAMED_MAX);
        ex_put_str(&w, " more (see the result file)");
    }
    ex_text_say(t, label, line);
}

void ex_text_opted_out(const struct ex_text *t)
{
    const struct ex_row *named[REASONS_MAX];
    size_t n = 0;

    for (size_t i = 0; i < t->rows->n; i++) {
        const struct ex_row *row = t->rows->at[i];

        if (!is_opted_out(row) || is_said(named, n, row))
            continue;
        if (n == REASONS_MAX) {
            ex_text_say(t, "", "for more reasons see the result file");
            return;
        }
        named[n] = row;
        say_reason(t, n++ == 0 ? "Opted out" : "", i);
    }
}
