// SPDX-License-Identifier: MIT
/* The writer of JSON lines against another one: whatever is written, in whatever order and
 * nesting, is the line that jansson makes of the same values, and reads back as these. */
#include <jansson.h>
#include <string.h>

#include "fuzz.h"
#include "out/json.h"
#include "out/utf8.h"

enum { DEPTH_MAX = 12, TEXT_MAX = 4096, KEY_SIZE = 16, RATIO_DIGITS = 4 };

/* The same document, written and built. */
struct both {
    struct ex_json json;
    json_t *open[DEPTH_MAX]; /* borrowed from the first, which is owned */
    unsigned depth;          /* of the innermost */
    unsigned n_keys;
};

/* A key that was not used before; NULL in an array. */
static const char *next_key(struct both *b, char to[static KEY_SIZE])
{
    if (json_is_array(b->open[b->depth]))
        return NULL;
    snprintf(to, KEY_SIZE, "k_%u", b->n_keys++);
    return to;
}

static json_t *add(struct both *b, const char *key, json_t *value)
{
    MUST(value);
    if (key)
        MUST(json_object_set_new(b->open[b->depth], key, value) == 0);
    else
        MUST(json_array_append_new(b->open[b->depth], value) == 0);
    return value;
}

static void open_one(struct both *b, bool is_object)
{
    char text[KEY_SIZE];
    const char *key = next_key(b, text);

    if (is_object)
        ex_json_object(&b->json, key);
    else
        ex_json_array(&b->json, key);
    b->open[b->depth + 1] = add(b, key, is_object ? json_object() : json_array());
    b->depth++;
}

static void text_of(struct both *b, struct ex_span raw, bool is_body)
{
    char text[KEY_SIZE], safe[TEXT_MAX * EX_UTF8_GROWTH + 1];
    const char *key = next_key(b, text);

    raw.n = raw.n < TEXT_MAX ? raw.n : TEXT_MAX;
    if (is_body)
        ex_json_bytes(&b->json, key, raw);
    else
        ex_json_span(&b->json, key, raw);
    (is_body ? ex_utf8_escape : ex_utf8_visible)(safe, sizeof(safe), raw);
    add(b, key, json_string(safe));
}

static void number(struct both *b, struct ex_span raw, bool is_ratio)
{
    char text[KEY_SIZE];
    const char *key = next_key(b, text);
    int64_t value = 0;

    memcpy(&value, raw.p, raw.n < sizeof(value) ? raw.n : sizeof(value));
    if (is_ratio) {
        const unsigned share = (unsigned)((uint64_t)value % (EX_JSON_RATIO_ONE + 1));

        ex_json_ratio(&b->json, key, share);
        add(b, key, json_real((double)share / EX_JSON_RATIO_ONE));
    } else {
        ex_json_int(&b->json, key, value);
        add(b, key, json_integer(value));
    }
}

static void step(struct both *b, uint8_t what, struct ex_span raw)
{
    char text[KEY_SIZE];
    const char *key;

    switch (what % 8) {
    case 0:
    case 1:
        if (b->depth + 1 < DEPTH_MAX)
            open_one(b, what % 8 == 0);
        break;
    case 2:
        if (b->depth > 0) {
            ex_json_close(&b->json);
            b->depth--;
        }
        break;
    case 3:
        key = next_key(b, text);
        ex_json_bool(&b->json, key, what & 0x80);
        add(b, key, json_boolean(what & 0x80));
        break;
    case 4:
        key = next_key(b, text);
        ex_json_text(&b->json, key, NULL);
        add(b, key, json_null());
        break;
    case 5:
        number(b, raw, what & 0x80);
        break;
    default:
        text_of(b, raw, what % 8 == 7);
    }
}

static void compare(struct both *b)
{
    char *want = json_dumps(b->open[0], JSON_COMPACT | JSON_REAL_PRECISION(RATIO_DIGITS));
    json_error_t why;
    json_t *back;
    size_t n = 0;
    const char *line;

    for (; b->depth > 0; b->depth--)
        ex_json_close(&b->json);
    line = ex_json_end(&b->json, &n);
    MUST(line && want && strlen(line) == n && n == strlen(want) + 1);
    MUST(line[n - 1] == '\n' && memcmp(line, want, n - 1) == 0);
    back = json_loadb(line, n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &why);
    MUST(back && json_equal(back, b->open[0]));
    json_decref(back);
    free(want);
}

/* Each step is a byte that says what, one that says how long, and that many bytes. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct both b = { .open = { json_object() } };
    struct ex_span left = { data, n };

    MUST(b.open[0]);
    ex_json_begin(&b.json);
    while (left.n >= 2) {
        const uint8_t what = left.p[0];
        const struct ex_span raw = ex_span_part(left, 2, left.p[1]);

        step(&b, what, raw);
        left = ex_span_part(left, 2 + raw.n, SIZE_MAX);
    }
    if (n > 0) /* one that is longer than a length can say */
        text_of(&b, (struct ex_span){ data, n }, n % 2);
    compare(&b);
    json_decref(b.open[0]);
    ex_json_free(&b.json);
    return 0;
}
