// SPDX-License-Identifier: MIT
#include "input/paths.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/path.h"
#include "core/quote.h"
#include "exprobe/backdoor.h"
#include "input/lines.h"
#include "input/place.h"

enum { ID_SIZE = sizeof("line-") + 20 };

/* What a server runs, or shows as a page. Anything else may be what an intruder collected: it
 * is named by other means, and never fetched. */
static const char *const page_extensions[] = { ".asax", ".ashx",   ".asmx",  ".asp",  ".aspx",
                                               ".cfm",  ".cshtml", ".htm",   ".html", ".jsp",
                                               ".jspx", ".php",    ".shtml", ".soap", ".svc" };

struct own {
    struct ex_path_row row; /* its texts are the ones below, or the catalogue's */
    char id[ID_SIZE];
    char path[EX_PATH_MAX + 1];
    char folder[EX_FOLDER_TEXT];
    char extension[EX_EXTENSION_TEXT];
};

struct ex_own_paths {
    struct own *at; /* owned; the texts of rows point into it */
    size_t n, room;
    struct ex_path_row *rows; /* owned; copies of at[].row in order */
    size_t n_rows;
};

struct reading {
    struct ex_own_paths *to;
    const struct ex_own_paths_options *opt;
    const char *file;
    struct ex_error *err;
    uint64_t line;
};

/* @value is empty when it is about the file as a whole. */
static enum ex_status fail(struct reading *r, struct ex_span value, const char *why)
{
    char place[EX_PLACE_SIZE], q[EX_QUOTE_SIZE];

    ex_error_set(r->err, "%s: %s%s%s",
                 ex_place_format(place, (struct ex_place){ .line = r->line }, r->file),
                 value.n ? ex_quote(q, value) : "", value.n ? " " : "", why);
    return EX_EINPUT;
}

static void lower(char *text)
{
    for (; *text; text++)
        if (*text >= 'A' && *text <= 'Z')
            *text = (char)(*text + ('a' - 'A'));
}

static bool is_page(const char *extension)
{
    for (size_t i = 0; i < sizeof(page_extensions) / sizeof(page_extensions[0]); i++)
        if (strcmp(page_extensions[i], extension) == 0)
            return true;
    return false;
}

/* What people paste in place of a path. */
static const char *mistaken_for(struct ex_span value)
{
    if (ex_span_find(value, "://") != SIZE_MAX)
        return "is a URL; give the path alone: /owa/auth/name.aspx";
    if (value.n > 0 && value.p[0] != '/' && ex_span_find(value, " /") != SIZE_MAX)
        return "is a line of a log; give the path alone (cs-uri-stem): /owa/auth/name.aspx";
    return NULL;
}

static const struct ex_path_row *listed(const struct ex_catalog *cat, const char *path)
{
    for (size_t i = 0; i < cat->n_paths; i++)
        if (ex_span_eq_nocase(ex_span_str(path), cat->paths[i].path))
            return &cat->paths[i];
    return NULL;
}

/* Whether a hunt asks for @row without being told to. */
static bool is_asked(const struct ex_path_row *row, bool deep)
{
    return row->probe && (deep || row->tier == 1);
}

static enum ex_status add(struct reading *r, struct own *o)
{
    struct ex_own_paths *to = r->to;

    for (size_t i = 0; i < to->n; i++)
        if (ex_span_eq_nocase(ex_span_str(to->at[i].path), o->path))
            return EX_OK;
    if (to->n == r->opt->max)
        return fail(r, ex_span_str(o->path), "is one name too many; split the list");
    if (to->n == to->room) {
        const size_t room = to->room ? to->room * 2 : 64;
        struct own *grown = realloc(to->at, room * sizeof(*grown));

        if (!grown)
            return EX_ENOMEM;
        to->at = grown;
        to->room = room;
    }
    to->at[to->n++] = *o;
    return EX_OK;
}

static enum ex_status read_line(struct reading *r, struct ex_span value)
{
    const char *why = mistaken_for(value);
    const struct ex_path_row *row;
    struct own o = { 0 };

    if (!why)
        why = ex_path_refused(value);
    if (why)
        return fail(r, value, why);
    ex_span_copy(o.path, sizeof(o.path), value);
    lower(o.path + ex_path_extension(value));
    ex_span_copy(o.folder, sizeof(o.folder), ex_span_part(value, 0, ex_path_folder(value)));
    snprintf(o.extension, sizeof(o.extension), "%s", o.path + ex_path_extension(value));
    if (!is_page(o.extension))
        return fail(r, value,
                    "is no page (.aspx, .ashx, ...): a file of data may hold what was stolen and "
                    "is never fetched");
    snprintf(o.id, sizeof(o.id), "line-%llu", (unsigned long long)r->line);
    row = listed(r->opt->cat, o.path);
    if (row && !row->probe && !row->genuine)
        return fail(r, value, row->note);
    if (row && (is_asked(row, r->opt->deep) || !row->probe))
        return EX_OK; /* asked for anyway, or a page of Exchange whose being there says nothing */
    if (row)
        o.row = *row;
    return add(r, &o);
}

static enum ex_status read_lines(struct reading *r, struct ex_lines *lines)
{
    struct ex_line line;
    enum ex_lines_got got;

    while ((got = ex_lines_next(lines, &line)) == EX_LINES_LINE) {
        struct ex_span value = line.text;
        enum ex_status st = EX_OK;

        r->line = line.number;
        if (line.number == 1 && ex_lines_is_utf16(value))
            return fail(r, (struct ex_span){ 0 }, "is UTF-16 text; save the list as UTF-8");
        if (line.number == 1 && ex_span_starts_nocase(value, "\xef\xbb\xbf"))
            value = ex_span_part(value, 3, value.n);
        value = ex_span_trim(value);
        if (line.n_bytes > line.text.n)
            return fail(r, value, "is longer than any path");
        if (value.n > 0 && value.p[0] != '#')
            st = read_line(r, value);
        if (st != EX_OK)
            return st;
    }
    if (got != EX_LINES_ERROR)
        return EX_OK;
    r->line = 0;
    fail(r, (struct ex_span){ 0 }, strerror(lines->error));
    return EX_EIO;
}

static int by_place(const void *a, const void *b)
{
    const struct ex_path_row *x = a, *y = b;
    int by = strcmp(x->folder, y->folder);

    if (by == 0)
        by = strcmp(x->extension, y->extension);
    return by != 0 ? by : strcmp(x->path, y->path);
}

/* One spelling for one folder: the catalogue's, or that of the first line that names it. */
static void spell_folder(const struct ex_catalog *cat, struct ex_own_paths *own, size_t i)
{
    struct own *o = &own->at[i];
    const char *as = NULL;

    assert(own->at && i < own->n);
    for (size_t k = 0; !as && k < cat->n_paths; k++)
        if (ex_span_eq_nocase(ex_span_str(o->folder), cat->paths[k].folder))
            as = cat->paths[k].folder;
    for (size_t k = 0; !as && k < i; k++)
        if (ex_span_eq_nocase(ex_span_str(o->folder), own->at[k].folder))
            as = own->at[k].folder;
    if (!as)
        return;
    memcpy(o->folder, as, strlen(as));
    memcpy(o->path, as, strlen(as));
}

static void complete(struct own *o)
{
    if (o->row.id) /* of the catalogue */
        return;
    o->row = (struct ex_path_row){
        .id = o->id,
        .path = o->path,
        .folder = o->folder,
        .extension = o->extension,
        .probe = true,
        .confidence = EX_IF200_MEDIUM,
        .marker = "",
        .family = "name given by the owner",
        .campaign = "",
        .first_seen = "unknown",
        .note = "",
        .source = "--paths",
    };
}

static bool same_pair(const struct ex_path_row *a, const struct ex_path_row *b)
{
    return strcmp(a->folder, b->folder) == 0 && strcmp(a->extension, b->extension) == 0;
}

/* Folders and extensions to calibrate, of the rows that are asked for. Both lists are sorted. */
static enum ex_status check_pairs(struct reading *r)
{
    const struct ex_catalog *cat = r->opt->cat;
    const struct ex_path_row *last = NULL;
    size_t n = 0;

    for (size_t i = 0; i < cat->n_paths; i++)
        if (is_asked(&cat->paths[i], r->opt->deep)) {
            n += !last || !same_pair(last, &cat->paths[i]);
            last = &cat->paths[i];
        }
    for (size_t i = 0; i < r->to->n_rows; i++) {
        const struct ex_path_row *row = &r->to->rows[i];
        bool known = i > 0 && same_pair(row - 1, row);

        for (size_t k = 0; !known && k < cat->n_paths; k++)
            known = is_asked(&cat->paths[k], r->opt->deep) && same_pair(&cat->paths[k], row);
        n += !known;
    }
    if (n <= EX_BD_FOLDERS_MAX)
        return EX_OK;
    r->line = 0;
    return fail(r, (struct ex_span){ 0 }, "names files in too many folders; split the list");
}

static enum ex_status finish(struct reading *r)
{
    struct ex_own_paths *to = r->to;

    to->rows = calloc(to->n + 1, sizeof(*to->rows));
    if (!to->rows)
        return EX_ENOMEM;
    for (size_t i = 0; i < to->n; i++) {
        spell_folder(r->opt->cat, to, i);
        complete(&to->at[i]);
        to->rows[i] = to->at[i].row;
    }
    to->n_rows = to->n;
    qsort(to->rows, to->n_rows, sizeof(*to->rows), by_place);
    return check_pairs(r);
}

static enum ex_status read_file(struct reading *r)
{
    struct ex_lines *lines = malloc(sizeof(*lines));
    const int fd = open(r->file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    enum ex_status st = lines ? EX_OK : EX_ENOMEM;

    if (fd < 0) {
        fail(r, (struct ex_span){ 0 }, strerror(errno));
        st = EX_EIO;
    }
    if (st == EX_OK) {
        ex_lines_init(lines, fd, -1);
        st = read_lines(r, lines);
    }
    if (fd >= 0)
        close(fd);
    free(lines);
    return st == EX_OK ? finish(r) : st;
}

enum ex_status ex_own_paths_read(struct ex_own_paths **out, const char *file,
                                 const struct ex_own_paths_options *opt, struct ex_error *err)
{
    struct reading r = { .to = calloc(1, sizeof(*r.to)), .opt = opt, .file = file, .err = err };
    const enum ex_status st = r.to ? read_file(&r) : EX_ENOMEM;

    *out = NULL;
    if (st != EX_OK) {
        ex_own_paths_free(r.to);
        return st;
    }
    *out = r.to;
    return EX_OK;
}

const struct ex_path_row *ex_own_paths_rows(const struct ex_own_paths *o, size_t *n)
{
    *n = o->n_rows;
    return o->rows;
}

void ex_own_paths_free(struct ex_own_paths *o)
{
    if (!o)
        return;
    free(o->at);
    free(o->rows);
    free(o);
}
