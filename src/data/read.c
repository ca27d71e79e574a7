// SPDX-License-Identifier: MIT
#include "data/read.h"

#include <stdio.h>
#include <stdlib.h>

enum { MESSAGE_MAX = 320 };

enum ex_status ex_read_bad(struct ex_reader *r, const char *key, const char *fmt, ...)
{
    char what[MESSAGE_MAX], where[MESSAGE_MAX / 2] = "", at[MESSAGE_MAX / 2] = "";
    va_list args;

    va_start(args, fmt);
    vsnprintf(what, sizeof(what), fmt, args);
    va_end(args);
    if (r->row > 0)
        snprintf(where, sizeof(where), " row %zu%s%s%s:", r->row, r->key[0] ? " (" : "", r->key,
                 r->key[0] ? ")" : "");
    if (key)
        snprintf(at, sizeof(at), " \"%.60s\":", key);
    ex_error_set(r->err, "%s:%s%s %s", r->file, where, at, what);
    return EX_ESCHEMA;
}

static const struct ex_field *field_named(const struct ex_field *fields, size_t n, const char *key)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(fields[i].key, key) == 0)
            return &fields[i];
    return NULL;
}

/* Printable ASCII only: nothing in a data file can act on a terminal or hide in a diff. */
static bool is_plain(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] < ' ' || text[i] > '~')
            return false;
    return true;
}

static enum ex_status refuse_unknown_keys(struct ex_reader *r, const json_t *object,
                                          const struct ex_field *fields, size_t n_fields)
{
    const char *key;
    json_t *value;

    /* jansson's iteration wants a pointer to non-const, and changes nothing. */
    json_object_foreach ((json_t *)(uintptr_t)object, key, value) {
        if (!is_plain(key, strlen(key)))
            return ex_read_bad(r, NULL, "a key is not printable ASCII");
        if (!field_named(fields, n_fields, key))
            return ex_read_bad(r, key, "unknown key");
    }
    return EX_OK;
}

enum ex_status ex_read_object(struct ex_reader *r, const json_t *object,
                              const struct ex_field *fields, size_t n_fields, void *row)
{
    enum ex_status st;

    if (!json_is_object(object))
        return ex_read_bad(r, NULL, "is not an object");
    st = refuse_unknown_keys(r, object, fields, n_fields);
    for (size_t i = 0; st == EX_OK && i < n_fields; i++) {
        const json_t *v = json_object_get(object, fields[i].key);

        if (!v)
            return ex_read_bad(r, fields[i].key, "missing");
        st = fields[i].read(r, fields[i].key, v, (char *)row + fields[i].offset);
        if (st == EX_OK && i == 0 && json_is_string(v) && !r->key[0])
            r->key = json_string_value(v);
    }
    return st;
}

/* jansson often says nothing when it runs out of memory, or that a token is wrong:
 * ask for what the file needs at least. */
static bool memory_is_out(const json_error_t *je, size_t n)
{
    void *volatile probe = malloc(n + 1); /* or a compiler leaves the pair out */

    free(probe);
    return !probe || je->text[0] == '\0' || json_error_code(je) == json_error_out_of_memory;
}

static enum ex_status parse(struct ex_reader *r, struct ex_span text, json_t **root)
{
    json_error_t je = { .text = "" };

    *root = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, &je);
    if (*root)
        return EX_OK;
    if (memory_is_out(&je, text.n))
        return EX_ENOMEM;
    if (!is_plain(je.text, strlen(je.text)))
        return ex_read_bad(r, NULL, "line %d: not JSON in printable ASCII", je.line);
    return ex_read_bad(r, NULL, "line %d: %.200s", je.line, je.text);
}

enum ex_status ex_read_table(struct ex_reader *r, struct ex_span text, const struct ex_table *t,
                             void **rows, size_t *n)
{
    json_t *root = NULL;
    enum ex_status st;
    size_t count = 0;
    char *at = NULL;

    r->row = 0;
    r->key = "";
    st = parse(r, text, &root);
    if (st != EX_OK)
        return st;
    count = json_array_size(root);
    if (!json_is_array(root) || count == 0)
        st = ex_read_bad(r, NULL, "is not an array with at least one row");
    else if (count > t->rows_max)
        st = ex_read_bad(r, NULL, "%zu rows, at most %zu are allowed", count, t->rows_max);
    if (st == EX_OK) {
        at = ex_arena_alloc(r->arena, count, t->row_bytes);
        st = at ? EX_OK : EX_ENOMEM;
    }
    for (size_t i = 0; st == EX_OK && i < count; i++) {
        char *row = at + i * t->row_bytes;

        r->row = i + 1;
        r->key = "";
        st = ex_read_object(r, json_array_get(root, i), t->fields, t->n_fields, row);
        if (st == EX_OK && i > 0 && t->order(row - t->row_bytes, row) >= 0)
            st = ex_read_bad(r, t->fields[0].key, "out of order, or twice");
    }
    if (st == EX_OK) {
        *rows = at;
        *n = count;
    }
    json_decref(root);
    return st;
}
