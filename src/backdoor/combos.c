// SPDX-License-Identifier: MIT
#include "backdoor/combos.h"

#include "core/path.h"

enum { TIER_DEFAULT = 1, TIER_DEEP = 3 };

static bool same(const char *a, const char *b)
{
    return ex_span_eq_nocase(ex_span_str(a), b);
}

/* IIS does not tell upper from lower case. */
static bool same_combo(const struct ex_path_row *a, const struct ex_path_row *b)
{
    return same(a->folder, b->folder) && same(a->extension, b->extension);
}

/* Whatever a list says, nothing is asked for that looks like an attack or is no plain name. */
static bool is_askable(const struct ex_path_row *row)
{
    return row->probe && !ex_path_refused(ex_span_str(row->path)) &&
           strlen(row->folder) < EX_FOLDER_TEXT && strlen(row->extension) < EX_EXTENSION_TEXT;
}

static bool is_listed(const struct ex_names *names, const struct ex_path_row *row)
{
    return row->tier >= TIER_DEFAULT && row->tier <= (names->deep ? TIER_DEEP : TIER_DEFAULT) &&
           is_askable(row);
}

static bool is_twice(const struct ex_names *names, const struct ex_path_row *own)
{
    for (size_t i = 0; i < names->cat->n_paths; i++)
        if (same(own->path, names->cat->paths[i].path) && is_listed(names, &names->cat->paths[i]))
            return true;
    return false;
}

/* Row @i of all, or NULL when it is not to be asked. */
static const struct ex_path_row *row_at(const struct ex_names *names, size_t i)
{
    const struct ex_path_row *row;

    if (i < names->cat->n_paths) {
        row = &names->cat->paths[i];
        return is_listed(names, row) ? row : NULL;
    }
    row = &names->own[i - names->cat->n_paths];
    return is_askable(row) && !is_twice(names, row) ? row : NULL;
}

static size_t n_rows(const struct ex_names *names)
{
    return names->cat->n_paths + names->n_own;
}

static void count(struct ex_combos *c, const struct ex_path_row *row)
{
    for (size_t i = 0; i < c->n; i++) {
        if (!same_combo(c->first[i], row))
            continue;
        c->n_names[i]++;
        return;
    }
    if (c->n == EX_BD_FOLDERS_MAX) {
        c->n_left_out++;
        return;
    }
    c->first[c->n] = row;
    c->n_names[c->n++] = 1;
}

struct ex_combos ex_combos_of(const struct ex_names *names)
{
    struct ex_combos c = { 0 };

    for (size_t i = 0; i < n_rows(names); i++) {
        const struct ex_path_row *row = row_at(names, i);

        if (row)
            count(&c, row);
        if (i < names->cat->n_paths)
            c.n_listed = c.n;
    }
    return c;
}

const struct ex_path_row *ex_names_next(const struct ex_names *names,
                                        const struct ex_path_row *first, struct ex_name_at *at)
{
    while (at->index < n_rows(names)) {
        const size_t i = at->index++;
        const struct ex_path_row *raw =
            i < names->cat->n_paths ? &names->cat->paths[i] : &names->own[i - names->cat->n_paths];

        /* What costs least is looked at first: this runs once a row for each combination. */
        if ((raw->tier <= TIER_DEFAULT) == (at->pass == EX_PASS_FIRST) && same_combo(raw, first) &&
            row_at(names, i))
            return raw;
    }
    return NULL;
}
