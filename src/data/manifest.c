// SPDX-License-Identifier: MIT
#include "data/manifest.h"

#include <stdio.h>

#include "core/cur.h"
#include "core/put.h"
#include "core/quote.h"

static const char signature_begin[] = "exprobe-signature/1 ed25519 ";
static const char manifest_begin[] = "exprobe-manifest/1";

enum { KEY_DIGITS = EX_KEY_ID_TEXT - 1, HASH_DIGITS = EX_SET_HASH_TEXT - 1, LENGTH_DIGITS = 5 };

_Static_assert(sizeof(signature_begin) - 1 + KEY_DIGITS + 1 + 2 * EX_SIGNATURE_BYTES + 1 +
                       LENGTH_DIGITS + 1 ==
                   EX_SIGNATURE_LINE,
               "the first line has a fixed length");

/* A reader of one manifest, line by line. */
struct reading {
    struct ex_cur at;
    unsigned line; /* from 1 */
    struct ex_error *err;
};

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_hex(struct ex_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (hex_digit(s.p[i]) < 0)
            return false;
    return true;
}

/* A decimal number without a leading zero, from 1 to @max. */
static bool read_number(struct ex_span s, size_t max, size_t *out)
{
    size_t v = 0;

    if (s.n == 0 || s.n > 9 || s.p[0] == '0')
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        v = v * 10 + (size_t)(s.p[i] - '0');
    }
    *out = v;
    return v <= max;
}

/* @n digits, zeros in front. */
static bool read_padded(struct ex_span s, size_t max, size_t *out)
{
    size_t v = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
        v = v * 10 + (size_t)(s.p[i] - '0');
    }
    *out = v;
    return v >= 1 && v <= max;
}

static enum ex_status bad_signature_line(struct ex_error *err)
{
    ex_error_set(err, "its signature line is damaged");
    return EX_EINPUT;
}

enum ex_status ex_signature_parse(struct ex_signature *out, struct ex_span text,
                                  struct ex_error *err)
{
    struct ex_cur at = ex_cur_of(text);
    struct ex_signature s = { .manifest_bytes = 0 };

    if (!ex_span_eq(ex_span_part(text, 0, sizeof(signature_begin) - 1), signature_begin)) {
        ex_error_set(err, "is no signed set: it does not begin with \"%s\"", signature_begin);
        return EX_EINPUT;
    }
    if (text.n < EX_SIGNATURE_LINE) {
        ex_error_set(err, "ends within its signature line");
        return EX_EINPUT;
    }
    ex_cur_take(&at, sizeof(signature_begin) - 1);
    const struct ex_span key = ex_cur_take(&at, KEY_DIGITS);
    const bool blank = ex_cur_accept(&at, ' ');
    const struct ex_span hex = ex_cur_take(&at, (size_t)2 * EX_SIGNATURE_BYTES);
    if (!blank || !is_hex(key) || !is_hex(hex) || !ex_cur_accept(&at, ' ') ||
        !read_padded(ex_cur_take(&at, LENGTH_DIGITS), EX_MANIFEST_MAX, &s.manifest_bytes) ||
        !ex_cur_accept(&at, '\n'))
        return bad_signature_line(err);
    ex_span_copy(s.key_id, sizeof(s.key_id), key);
    for (size_t i = 0; i < EX_SIGNATURE_BYTES; i++)
        s.bytes[i] = (uint8_t)(hex_digit(hex.p[2 * i]) * 16 + hex_digit(hex.p[2 * i + 1]));
    *out = s;
    return EX_OK;
}

void ex_signature_format(char to[static EX_SIGNATURE_LINE + 1], const struct ex_signature *s)
{
    static const char digits[] = "0123456789abcdef";
    char hex[2 * EX_SIGNATURE_BYTES + 1] = "";

    for (size_t i = 0; i < EX_SIGNATURE_BYTES; i++) {
        hex[2 * i] = digits[s->bytes[i] >> 4];
        hex[2 * i + 1] = digits[s->bytes[i] & 15];
    }
    snprintf(to, EX_SIGNATURE_LINE + 1, "%s%s %s %0*u\n", signature_begin, s->key_id, hex,
             (int)LENGTH_DIGITS, (unsigned)s->manifest_bytes);
}

static enum ex_status bad_line(struct reading *r, const char *want, struct ex_span line)
{
    char q[EX_QUOTE_SIZE];

    ex_error_set(r->err, "manifest line %u: %s, not %s", r->line, want, ex_quote(q, line));
    return EX_EINPUT;
}

/* The next line without its LF. */
static enum ex_status next_line(struct reading *r, struct ex_span *line)
{
    const uint8_t *end = r->at.left > 0 ? memchr(r->at.p, '\n', r->at.left) : NULL;

    r->line++;
    if (!end) {
        ex_error_set(r->err, "manifest line %u: the manifest ends here", r->line);
        return EX_EINPUT;
    }
    *line = ex_cur_take(&r->at, (size_t)(end - r->at.p));
    ex_cur_take(&r->at, 1);
    return EX_OK;
}

/* What follows @key and a blank on the next line; *whole is the line. */
static enum ex_status value_of(struct reading *r, const char *key, struct ex_span *value,
                               struct ex_span *whole)
{
    const size_t n = strlen(key);
    const enum ex_status st = next_line(r, whole);

    if (st != EX_OK)
        return st;
    if (whole->n <= n + 1 || memcmp(whole->p, key, n) != 0 || whole->p[n] != ' ')
        return bad_line(r, key, *whole);
    *value = ex_span_part(*whole, n + 1, whole->n);
    return EX_OK;
}

static bool read_hash(char to[static EX_SET_HASH_TEXT], struct ex_span s)
{
    return s.n == HASH_DIGITS && is_hex(s) && ex_span_copy(to, EX_SET_HASH_TEXT, s);
}

static enum ex_status read_head(struct reading *r, struct ex_manifest *m)
{
    struct ex_span line, value;
    size_t serial = 0;
    enum ex_status st = next_line(r, &line);

    if (st == EX_OK && !ex_span_eq(line, manifest_begin))
        st = bad_line(r, manifest_begin, line);
    if (st == EX_OK)
        st = value_of(r, "date", &value, &line);
    if (st == EX_OK && ex_day_parse(value, &m->date_day) != EX_OK)
        st = bad_line(r, "date YYYY-MM-DD", line);
    if (st == EX_OK)
        st = value_of(r, "serial", &value, &line);
    if (st == EX_OK && !read_number(value, EX_SET_SERIAL_MAX, &serial))
        st = bad_line(r, "serial and a number from 1 to 999999", line);
    m->serial = (uint32_t)serial;
    if (st == EX_OK)
        st = value_of(r, "set", &value, &line);
    if (st == EX_OK && !read_hash(m->sha256, value))
        st = bad_line(r, "set and 64 hex digits", line);
    return st;
}

/* "file SHA-256 SIZE NAME", of the file @name and no other. */
static enum ex_status read_file(struct reading *r, struct ex_manifest_file *f, const char *name)
{
    struct ex_span line, value;
    const enum ex_status st = value_of(r, "file", &value, &line);
    char want[96];

    if (st != EX_OK)
        return st;
    snprintf(want, sizeof(want), "file, a SHA-256, a size from 1 to %d and %s",
             (int)EX_DATA_FILE_MAX, name);
    const struct ex_span rest = ex_span_part(value, HASH_DIGITS + 1, value.n);
    const uint8_t *blank = rest.n > 0 ? memchr(rest.p, ' ', rest.n) : NULL;
    const size_t digits = blank ? (size_t)(blank - rest.p) : rest.n;
    if (!read_hash(f->sha256, ex_span_part(value, 0, HASH_DIGITS)) || value.n <= HASH_DIGITS ||
        value.p[HASH_DIGITS] != ' ' || !blank ||
        !read_number(ex_span_part(rest, 0, digits), EX_DATA_FILE_MAX, &f->size) ||
        !ex_span_eq(ex_span_part(rest, digits + 1, rest.n), name))
        return bad_line(r, want, line);
    return EX_OK;
}

enum ex_status ex_manifest_parse(struct ex_manifest *out, struct ex_span text, struct ex_error *err)
{
    struct reading r = { .at = ex_cur_of(text), .err = err };
    struct ex_manifest m = { .serial = 0 };
    enum ex_status st = read_head(&r, &m);

    for (size_t i = 0; st == EX_OK && i < EX_N_DATA_FILES; i++)
        st = read_file(&r, &m.files[i], ex_data_files[i].name);
    if (st == EX_OK && r.at.left > 0) {
        r.line++;
        st = bad_line(&r, "nothing after the last file of a set", ex_cur_rest(&r.at));
    }
    if (st == EX_OK)
        *out = m;
    return st;
}

size_t ex_manifest_format(char to[static EX_MANIFEST_MAX], const struct ex_manifest *m)
{
    struct ex_put w = ex_put_of(to, EX_MANIFEST_MAX);
    char day[EX_DAY_TEXT] = "";

    ex_put_str(&w, manifest_begin);
    ex_put_str(&w, "\ndate ");
    ex_put_str(&w, ex_day_format(day, m->date_day));
    ex_put_str(&w, "\nserial ");
    ex_put_dec(&w, m->serial);
    ex_put_str(&w, "\nset ");
    ex_put_str(&w, m->sha256);
    ex_put_ch(&w, '\n');
    for (size_t i = 0; i < EX_N_DATA_FILES; i++) {
        ex_put_str(&w, "file ");
        ex_put_str(&w, m->files[i].sha256);
        ex_put_ch(&w, ' ');
        ex_put_dec(&w, m->files[i].size);
        ex_put_ch(&w, ' ');
        ex_put_str(&w, ex_data_files[i].name);
        ex_put_ch(&w, '\n');
    }
    return strlen(to);
}

int ex_manifest_cmp(const struct ex_manifest *a, const struct ex_manifest *b)
{
    if (a->date_day != b->date_day)
        return a->date_day < b->date_day ? -1 : 1;
    return (a->serial > b->serial) - (a->serial < b->serial);
}
