// SPDX-License-Identifier: MIT
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "library/library.h"

enum { KEY_SIZE = 64, ELEMENT_DIGITS_MAX = 9 };

struct exprobe_record {
    json_t *root; /**< owned; read when somebody first asks for a part of it */
    size_t n;
    char json[];
};

struct exprobe_record *exprobe_record_of(const char *line, size_t n)
{
    while (n > 0 && line[n - 1] == '\n')
        n--;
    struct exprobe_record *r = malloc(sizeof(*r) + n + 1);
    if (!r)
        return NULL;
    r->root = NULL;
    r->n = n;
    memcpy(r->json, line, n);
    r->json[n] = '\0';
    return r;
}

const char *exprobe_record_json(const struct exprobe_record *r, size_t *n)
{
    if (n)
        *n = r->n;
    return r->json;
}

/* The element of an array that @key, decimal digits, counts to; NULL when it is none. */
static json_t *element(json_t *array, const char *key)
{
    const size_t n = strlen(key);
    size_t at = 0;

    if (n == 0 || n > ELEMENT_DIGITS_MAX || strspn(key, "0123456789") != n)
        return NULL;
    for (; *key; key++)
        at = at * 10 + (size_t)(*key - '0');
    return json_array_get(array, at);
}

static json_t *at_path(const struct exprobe_record *r, const char *path)
{
    struct exprobe_record *cached = (struct exprobe_record *)r; /* what it says stays the same */

    if (!cached->root)
        cached->root = json_loadb(r->json, r->n, 0, NULL);
    json_t *at = cached->root;
    while (at && *path) {
        char key[KEY_SIZE];
        const size_t n = strcspn(path, ".");

        if (n >= sizeof(key))
            return NULL;
        memcpy(key, path, n);
        key[n] = '\0';
        at = json_is_array(at) ? element(at, key) : json_object_get(at, key);
        path += n + (path[n] == '.');
    }
    return at;
}

const char *exprobe_record_text(const struct exprobe_record *r, const char *path)
{
    return json_string_value(at_path(r, path));
}

bool exprobe_record_number(const struct exprobe_record *r, const char *path, double *out)
{
    const json_t *at = at_path(r, path);

    if (!json_is_number(at) && !json_is_boolean(at))
        return false;
    *out = json_is_number(at) ? json_number_value(at) : json_is_true(at);
    return true;
}

size_t exprobe_record_count(const struct exprobe_record *r, const char *path)
{
    return json_array_size(at_path(r, path));
}

void exprobe_record_free(struct exprobe_record *r)
{
    if (r)
        json_decref(r->root);
    free(r);
}
