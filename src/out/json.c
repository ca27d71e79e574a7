// SPDX-License-Identifier: MIT
#include "out/json.h"

#include <assert.h>
#include <stdlib.h>

#include "out/utf8.h"

enum {
    ROOM_FIRST = 16384, /* more than half of the hosts need */
    DIGITS_MAX = 20,    /* of 64 bits, with a sign */
    KEY_EXTRA = 4,      /* comma, two quotes, colon */
};

/* A place for @more bytes behind what is there, or NULL; what the caller writes there counts
 * with end_at(). */
static char *room_for(struct ex_json *j, size_t more)
{
    size_t room = j->room ? j->room : ROOM_FIRST;
    char *text;

    if (j->lost)
        return NULL;
    if (more <= j->room - j->n)
        return j->text + j->n;
    while (room - j->n < more && room <= SIZE_MAX / 2)
        room *= 2;
    text = room - j->n >= more ? realloc(j->text, room) : NULL;
    if (!text) {
        j->lost = true;
        return NULL;
    }
    j->text = text;
    j->room = room;
    return text + j->n;
}

static void end_at(struct ex_json *j, const char *end)
{
    j->n = (size_t)(end - j->text);
}

/* Printable ASCII that stands in a JSON text as it is. */
static bool is_plain(uint8_t c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* The same of eight bytes at once. A carry or a borrow into the next byte comes only from a byte
 * that is not plain, so it cannot make the answer wrong. */
static bool are_plain(uint64_t bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), high = ones * 0x80;
    const uint64_t quote = bytes ^ ones * '"', backslash = bytes ^ ones * '\\';

    return ((bytes | (bytes + ones) | ((bytes - ones * 0x20) & ~bytes) | ((quote - ones) & ~quote) |
             ((backslash - ones) & ~backslash)) &
            high) == 0;
}

/* Copy the plain characters that come next; returns the place behind them. */
static char *put_plain(char *at, struct ex_cur *c)
{
    uint64_t eight;

    while (c->left >= sizeof(eight)) {
        memcpy(&eight, c->p, sizeof(eight));
        if (!are_plain(eight))
            break;
        memcpy(at, &eight, sizeof(eight));
        at += sizeof(eight);
        c->p += sizeof(eight);
        c->left -= sizeof(eight);
    }
    while (c->left > 0 && is_plain(*c->p)) {
        *at++ = (char)*c->p++;
        c->left--;
    }
    return at;
}

#ifndef NDEBUG
static bool is_key(const char *key)
{
    for (; *key; key++)
        if (!is_plain((uint8_t)*key))
            return false;
    return true;
}
#endif

/* What stands before a value, and a place for @more bytes of the value; NULL without memory. */
static char *value_at(struct ex_json *j, const char *key, size_t more)
{
    const size_t n = key ? strlen(key) : 0;
    char *at = room_for(j, more + n + KEY_EXTRA);

    assert(j->depth > 0);
    assert((key != NULL) == (j->objects & 1) && (!key || is_key(key)));
    if (!at)
        return NULL;
    if (j->follows)
        *at++ = ',';
    j->follows = true;
    if (key) {
        *at++ = '"';
        at = mempcpy(at, key, n);
        *at++ = '"';
        *at++ = ':';
    }
    return at;
}

/* The bracket is remembered even when it could not be written: the nesting is always right. */
static void open_bracket(struct ex_json *j, bool is_object)
{
    assert(j->depth < EX_JSON_DEPTH_MAX);
    j->depth++;
    j->objects = j->objects << 1 | is_object;
    j->follows = false;
}

static void put_open(struct ex_json *j, const char *key, bool is_object)
{
    char *at = value_at(j, key, 1);

    if (at) {
        *at++ = is_object ? '{' : '[';
        end_at(j, at);
    }
    open_bracket(j, is_object);
}

void ex_json_begin(struct ex_json *j)
{
    char *at;

    j->n = 0;
    j->lost = false;
    j->depth = 0;
    at = room_for(j, 1);
    if (at) {
        *at++ = '{';
        end_at(j, at);
    }
    open_bracket(j, true);
}

void ex_json_object(struct ex_json *j, const char *key)
{
    put_open(j, key, true);
}

void ex_json_array(struct ex_json *j, const char *key)
{
    put_open(j, key, false);
}

void ex_json_close(struct ex_json *j)
{
    char *at = room_for(j, 1);

    assert(j->depth > 0);
    if (at) {
        *at++ = j->objects & 1 ? '}' : ']';
        end_at(j, at);
    }
    j->depth--;
    j->objects >>= 1;
    j->follows = true;
}

const char *ex_json_end(struct ex_json *j, size_t *n)
{
    char *at;

    ex_json_close(j);
    assert(j->depth == 0);
    at = room_for(j, 2);
    *n = 0;
    if (!at)
        return NULL;
    *at++ = '\n';
    *at = '\0';
    end_at(j, at);
    *n = j->n;
    return j->text;
}

enum ex_status ex_json_print(struct ex_json *j, FILE *to)
{
    size_t n;
    const char *line = ex_json_end(j, &n);

    if (line)
        fwrite(line, 1, n, to);
    ex_json_free(j);
    return line ? EX_OK : EX_ENOMEM;
}

void ex_json_flush(struct ex_json *j, FILE *to)
{
    if (j->lost)
        return;
    fwrite(j->text, 1, j->n, to);
    j->n = 0;
}

void ex_json_free(struct ex_json *j)
{
    free(j->text);
    *j = (struct ex_json){ 0 };
}

/* The next character, which is no plain one; room for the rest and the quote is kept. Returns the
 * place behind it. */
static char *put_character(struct ex_json *j, struct ex_cur *c, ex_utf8_one_fn *one_of)
{
    char one[EX_UTF8_ONE_SIZE];
    const size_t n = one_of(one, c);
    char *at = room_for(j, 2 * n + c->left + 1);

    for (size_t i = 0; at && i < n; i++) {
        if (one[i] == '"' || one[i] == '\\')
            *at++ = '\\';
        *at++ = one[i];
    }
    return at;
}

/* Made safe and escaped in one go: nearly all that is ever written is plain and is copied. */
static void put_text(struct ex_json *j, const char *key, struct ex_span raw, ex_utf8_one_fn *one_of)
{
    struct ex_cur c = ex_cur_of(raw);
    char *at = value_at(j, key, raw.n + 2);

    if (!at)
        return;
    *at++ = '"';
    at = put_plain(at, &c);
    while (at && c.left > 0) {
        end_at(j, at);
        at = put_character(j, &c, one_of);
        if (at)
            at = put_plain(at, &c);
    }
    if (!at)
        return;
    *at++ = '"';
    end_at(j, at);
}

void ex_json_span(struct ex_json *j, const char *key, struct ex_span raw)
{
    put_text(j, key, raw, ex_utf8_visible_one);
}

void ex_json_text(struct ex_json *j, const char *key, const char *raw)
{
    if (raw)
        ex_json_span(j, key, ex_span_str(raw));
    else
        ex_json_null(j, key);
}

void ex_json_bytes(struct ex_json *j, const char *key, struct ex_span raw)
{
    put_text(j, key, raw, ex_utf8_escape_one);
}

void ex_json_int(struct ex_json *j, const char *key, int64_t value)
{
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    char digits[DIGITS_MAX], *first = digits + sizeof(digits);
    char *at = value_at(j, key, sizeof(digits));

    if (!at)
        return;
    do {
        *--first = (char)('0' + left % 10);
        left /= 10;
    } while (left > 0);
    if (value < 0)
        *--first = '-';
    memcpy(at, first, (size_t)(digits + sizeof(digits) - first));
    end_at(j, at + (digits + sizeof(digits) - first));
}

/* One of our own words that needs no quotes. */
static void put_word(struct ex_json *j, const char *key, const char *word)
{
    const size_t n = strlen(word);
    char *at = value_at(j, key, n);

    if (!at)
        return;
    end_at(j, mempcpy(at, word, n));
}

void ex_json_bool(struct ex_json *j, const char *key, bool value)
{
    put_word(j, key, value ? "true" : "false");
}

void ex_json_null(struct ex_json *j, const char *key)
{
    put_word(j, key, "null");
}

void ex_json_ratio(struct ex_json *j, const char *key, unsigned share)
{
    char text[sizeof("0.0000")] = "0.0", *at = text + strlen("0.");

    assert(share <= EX_JSON_RATIO_ONE);
    if (share >= EX_JSON_RATIO_ONE)
        text[0] = '1';
    else
        for (unsigned left = share, unit = EX_JSON_RATIO_ONE / 10; left > 0;
             left %= unit, unit /= 10)
            *at++ = (char)('0' + left / unit);
    put_word(j, key, text);
}
