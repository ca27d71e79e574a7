// SPDX-License-Identifier: MIT
#include "input/entries.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/network.h"
#include "core/put.h"
#include "core/quote.h"
#include "input/idna.h"
#include "input/lines.h"

enum { ROWS_FIRST = 16, TEXT_FIRST = 1024 };

/* A file that is being read. */
struct reading {
    const char *name;
    uint64_t line;
    struct ex_error *err;
};

/* Where @text, with its NUL, stands from now on. */
static enum ex_status put_text(struct ex_entries *t, const char *text, uint32_t *at)
{
    const size_t n = strlen(text) + 1;
    size_t room = t->text_room ? t->text_room : TEXT_FIRST;

    if (t->n_text + n > UINT32_MAX)
        return EX_ENOMEM;
    while (room < t->n_text + n)
        room *= 2;
    if (room != t->text_room) {
        char *grown = realloc(t->text, room);

        if (!grown)
            return EX_ENOMEM;
        t->text = grown;
        t->text_room = room;
    }
    memcpy(t->text + t->n_text, text, n);
    *at = (uint32_t)t->n_text;
    t->n_text += n;
    return EX_OK;
}

static enum ex_status make_room(struct ex_entries *t)
{
    if (t->n < t->room)
        return EX_OK;
    const size_t room = t->room ? t->room * 2 : ROWS_FIRST;
    struct ex_entry_row *grown = realloc(t->row, room * sizeof(*grown));

    if (!grown)
        return EX_ENOMEM;
    t->row = grown;
    t->room = room;
    return EX_OK;
}

enum ex_status ex_entries_add(struct ex_entries *t, const struct ex_entry *e, struct ex_place place)
{
    struct ex_entry_row row = { .kind = (uint8_t)e->kind,
                                .prefix_bits = e->prefix_bits,
                                .net = e->net,
                                .day = e->day,
                                .list = place.list,
                                .line =
                                    place.line < UINT32_MAX ? (uint32_t)place.line : UINT32_MAX };
    enum ex_status st = make_room(t);

    if (st == EX_OK)
        st = put_text(t, e->name, &row.name);
    if (st == EX_OK)
        st = put_text(t, e->reason, &row.reason);
    if (st == EX_OK)
        t->row[t->n++] = row;
    return st;
}

/* @what says what is wrong; nothing of it when the file as a whole is meant. */
static enum ex_status fail(const struct reading *r, const char *what)
{
    char place[EX_PLACE_SIZE];

    ex_error_set(r->err, "%s: %s",
                 ex_place_format(place, (struct ex_place){ .line = r->line }, r->name), what);
    return EX_EINPUT;
}

/* The name of @e as names of targets are: A-labels. */
static enum ex_status canonical(struct ex_entry *e, struct ex_error *what)
{
    if (!e->needs_idna)
        return EX_OK;
    e->needs_idna = false;
    return ex_idna_to_ascii(e->name, what);
}

static enum ex_status read_line(struct ex_entries *t, const struct reading *r, uint16_t list,
                                const struct ex_line *line, ex_entry_line_fn *parse)
{
    struct ex_error what = { "" };
    struct ex_entry e = { 0 };
    bool blank = true;

    if (line->number == 1 && ex_lines_is_utf16(line->text))
        return fail(r, "the list is UTF-16 text; save it as UTF-8");
    enum ex_status st = parse(line->text, &e, &blank, &what);
    if (st == EX_OK && !blank)
        st = canonical(&e, &what);
    if (st == EX_ENOMEM)
        return st;
    if (st != EX_OK)
        return fail(r, what.text);
    return blank ? EX_OK
                 : ex_entries_add(t, &e, (struct ex_place){ .list = list, .line = line->number });
}

static enum ex_status read_lines(struct ex_entries *t, struct reading *r, uint16_t list,
                                 struct ex_lines *lines, ex_entry_line_fn *parse)
{
    enum ex_status st = EX_OK;
    struct ex_line line;
    enum ex_lines_got got = EX_LINES_END;

    while (st == EX_OK && (got = ex_lines_next(lines, &line)) == EX_LINES_LINE) {
        r->line = line.number;
        st = read_line(t, r, list, &line, parse);
    }
    if (st != EX_OK || got != EX_LINES_ERROR)
        return st;
    r->line = 0;
    return fail(r, strerror(lines->error));
}

enum ex_status ex_entries_read(struct ex_entries *t, const char *name, uint16_t list,
                               ex_entry_line_fn *parse, struct ex_error *err)
{
    struct reading r = { .name = name, .err = err };
    struct ex_lines *lines = malloc(sizeof(*lines));
    const int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    enum ex_status st = lines ? EX_OK : EX_ENOMEM;

    if (fd < 0)
        st = fail(&r, strerror(errno));
    if (st == EX_OK) {
        ex_lines_init(lines, fd, -1);
        st = read_lines(t, &r, list, lines, parse);
    }
    if (fd >= 0)
        close(fd);
    free(lines);
    return st;
}

enum ex_status ex_entries_add_word(struct ex_entries *t, struct ex_span word, const char *option,
                                   struct ex_error *err)
{
    struct ex_error what = { "" };
    struct ex_entry e = { 0 };
    enum ex_status st = ex_entry_parse(word, &e, &what);

    if (st == EX_OK)
        st = canonical(&e, &what);
    if (st == EX_ENOMEM)
        return st;
    if (st != EX_OK) {
        ex_error_set(err, "--%s %s", option, what.text);
        return EX_EUSAGE;
    }
    return ex_entries_add(t, &e, (struct ex_place){ .list = EX_PLACE_ARGUMENT, .line = 1 });
}

static int order_of(uint32_t a, uint32_t b)
{
    return a < b ? -1 : a > b;
}

/* By what it is about, which is what is searched for. */
static int by_key(const struct ex_entry_row *a, const struct ex_entry_row *b, const char *text)
{
    int order = order_of(a->kind, b->kind);

    if (order != 0)
        return order;
    if (a->kind != EX_ENTRY_NETWORK)
        return strcmp(text + a->name, text + b->name);
    order = order_of(a->prefix_bits, b->prefix_bits);
    return order != 0 ? order : ex_addr_cmp(&a->net, &b->net);
}

/* And by its place, so that the first of equals comes first. */
static int by_key_and_place(const void *x, const void *y, void *text)
{
    const struct ex_entry_row *a = x, *b = y;
    int order = by_key(a, b, text);

    if (order == 0)
        order = order_of(a->list, b->list);
    return order != 0 ? order : order_of(a->line, b->line);
}

void ex_entries_sort(struct ex_entries *t)
{
    size_t n = 0;

    if (t->n == 0)
        return;
    qsort_r(t->row, t->n, sizeof(*t->row), by_key_and_place, t->text);
    t->n_names = t->n_networks = 0;
    for (size_t i = 0; i < t->n; i++) {
        const struct ex_entry_row *row = &t->row[i];

        if (n > 0 && by_key(&t->row[n - 1], row, t->text) == 0)
            continue;
        if (row->kind == EX_ENTRY_NETWORK) {
            t->length[row->net.family == 6][row->prefix_bits] = true;
            t->n_networks++;
        } else {
            t->n_names++;
        }
        t->row[n++] = *row;
    }
    t->n = n;
}

/* @name is what a name or suffix is compared with; NULL for a network. */
static const struct ex_entry_row *search(const struct ex_entries *t, struct ex_entry_row want,
                                         const char *name)
{
    size_t from = 0, to = t->n;

    while (from < to) {
        const size_t at = from + (to - from) / 2;
        const struct ex_entry_row *row = &t->row[at];
        int order = order_of(want.kind, row->kind);

        if (order == 0)
            order = name ? strcmp(name, t->text + row->name) : by_key(&want, row, t->text);
        if (order == 0)
            return row;
        if (order < 0)
            to = at;
        else
            from = at + 1;
    }
    return NULL;
}

const struct ex_entry_row *ex_entries_find_name(const struct ex_entries *t, const char *name)
{
    const struct ex_entry_row *found;

    if (t->n_names == 0)
        return NULL;
    found = search(t, (struct ex_entry_row){ .kind = EX_ENTRY_NAME }, name);
    /* What follows a dot is a parent, the nearest one first. */
    for (const char *dot = strchr(name, '.'); !found && dot; dot = strchr(dot + 1, '.'))
        found = search(t, (struct ex_entry_row){ .kind = EX_ENTRY_SUFFIX }, dot + 1);
    return found;
}

const struct ex_entry_row *ex_entries_find_address(const struct ex_entries *t,
                                                   const struct ex_addr *a)
{
    const bool *length = t->length[a->family == 6];
    const struct ex_entry_row *found = NULL;

    for (unsigned bits = a->family == 6 ? 128 : 32; !found; bits--) {
        if (length[bits])
            found = search(t,
                           (struct ex_entry_row){ .kind = EX_ENTRY_NETWORK,
                                                  .prefix_bits = (uint8_t)bits,
                                                  .net = ex_network_first(a, bits) },
                           NULL);
        if (bits == 0)
            break;
    }
    return found;
}

char *ex_entry_format(char to[static EX_ENTRY_TEXT], const struct ex_entries *t,
                      const struct ex_entry_row *row)
{
    struct ex_put w = ex_put_of(to, EX_ENTRY_TEXT);
    char address[EX_ADDR_TEXT];

    if (row->kind == EX_ENTRY_SUFFIX)
        ex_put_str(&w, "*.");
    if (row->kind != EX_ENTRY_NETWORK) {
        ex_put_str(&w, t->text + row->name);
        return to;
    }
    ex_put_str(&w, ex_addr_format(address, &row->net));
    if (row->prefix_bits < (row->net.family == 4 ? 32 : 128)) {
        ex_put_ch(&w, '/');
        ex_put_dec(&w, row->prefix_bits);
    }
    return to;
}

void ex_entries_free(struct ex_entries *t)
{
    free(t->row);
    free(t->text);
    *t = (struct ex_entries){ 0 };
}
