// SPDX-License-Identifier: MIT
#include "data/known_good.h"

#include <errno.h>
#include <jansson.h>
#include <stdlib.h>

#include "core/quote.h"
#include "data/file.h"

enum { HASH_DIGITS = EX_SHA256_TEXT - 1, KNOWN_FILE_MAX = 4 * 1024 * 1024 };

static enum ex_status bad(struct ex_error *err, const char *file, const char *what)
{
    char q[EX_QUOTE_SIZE];

    ex_error_set(err, "%s: %s", ex_quote(q, ex_span_str(file)), what);
    return EX_EINPUT;
}

static bool read_hash(char to[static EX_SHA256_TEXT], const json_t *v)
{
    const char *text = json_string_value(v);

    if (!text || json_string_length(v) != HASH_DIGITS)
        return false;
    for (size_t i = 0; i < HASH_DIGITS; i++) {
        const char c = text[i] >= 'A' && text[i] <= 'F' ? (char)(text[i] + ('a' - 'A')) : text[i];

        if ((c < '0' || c > '9') && (c < 'a' || c > 'f'))
            return false;
        to[i] = c;
    }
    to[HASH_DIGITS] = '\0';
    return true;
}

static enum ex_status bad_element(struct ex_error *err, const char *file, size_t i, const json_t *v)
{
    char q[EX_QUOTE_SIZE], value[EX_QUOTE_SIZE] = "";

    if (json_is_string(v))
        ex_quote(value,
                 (struct ex_span){ (const uint8_t *)json_string_value(v), json_string_length(v) });
    ex_error_set(err, "%s: element %zu: %s%sis not a SHA-256 of %d hex digits",
                 ex_quote(q, ex_span_str(file)), i + 1, value, value[0] ? " " : "",
                 (int)HASH_DIGITS);
    return EX_EINPUT;
}

static int by_hash(const void *a, const void *b)
{
    return memcmp(a, b, EX_SHA256_TEXT);
}

static size_t drop_duplicates(char (*at)[EX_SHA256_TEXT], size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (i == 0 || memcmp(at[kept - 1], at[i], EX_SHA256_TEXT) != 0)
            memmove(at[kept++], at[i], EX_SHA256_TEXT);
    return kept;
}

static enum ex_status read_array(struct ex_known_good *out, const json_t *root, const char *file,
                                 struct ex_error *err)
{
    const size_t n = json_array_size(root);
    char(*at)[EX_SHA256_TEXT];

    if (!json_is_array(root))
        return bad(err, file, "is not a JSON array of SHA-256 hashes");
    if (n > EX_KNOWN_GOOD_MAX)
        return bad(err, file, "has more than 10000 hashes");
    at = calloc(n + 1, sizeof(*at));
    if (!at)
        return EX_ENOMEM;
    for (size_t i = 0; i < n; i++)
        if (!read_hash(at[i], json_array_get(root, i))) {
            free(at);
            return bad_element(err, file, i, json_array_get(root, i));
        }
    qsort(at, n, sizeof(*at), by_hash);
    *out = (struct ex_known_good){ (const char(*)[EX_SHA256_TEXT])at, drop_duplicates(at, n) };
    return EX_OK;
}

enum ex_status ex_known_good_load(struct ex_known_good *out, const char *file, struct ex_error *err)
{
    struct ex_span text = { 0 };
    enum ex_status st = ex_file_read(file, KNOWN_FILE_MAX, &text);
    char q[EX_QUOTE_SIZE];
    json_error_t je;
    json_t *root;

    *out = (struct ex_known_good){ 0 };
    if (st == EX_EIO)
        ex_error_set(err, "%s: %s", ex_quote(q, ex_span_str(file)), strerror(errno));
    if (st == EX_ERANGE)
        st = bad(err, file, "is larger than 4 MiB");
    if (st != EX_OK)
        return st;
    root = json_loadb(text.n ? (const char *)text.p : "", text.n, 0, &je);
    free((void *)(uintptr_t)text.p);
    if (!root) {
        if (json_error_code(&je) == json_error_out_of_memory)
            return EX_ENOMEM;
        ex_error_set(err, "%s: line %d: is not JSON; an array of SHA-256 hashes is wanted",
                     ex_quote(q, ex_span_str(file)), je.line);
        return EX_EINPUT;
    }
    st = read_array(out, root, file, err);
    json_decref(root);
    return st;
}

void ex_known_good_free(struct ex_known_good *k)
{
    free((void *)(uintptr_t)k->at);
    *k = (struct ex_known_good){ 0 };
}
