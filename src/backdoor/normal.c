// SPDX-License-Identifier: MIT
#include "backdoor/normal.h"

#include "backdoor/escape.h"
#include "core/path.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum {
    GUID_BYTES = 36,
    LONG_RUN = 20,     /* base64 of 15 bytes: view states, nonces, tokens */
    WORD_MAX = 9,      /* "September", "Wednesday" */
    MARK_ASKED = 0x01, /* stands for what was asked for */
    MARK_ID = 0x02,    /* for a number or an identifier */
    MARK_WORD = 0x03,  /* for a day, a month, AM, PM */
};

/* The text being normalised, and the hash (FNV-1a, 64 bits) of what it was made of. */
struct work {
    struct ex_span text;
    struct ex_span asked[EX_N_FORMS];
    size_t n_asked;
    enum ex_collapse collapse;
    size_t run_end; /* no long run begins before it */
    uint8_t held;   /* a comma or point after a number: part of it if one follows */
    uint8_t last;
    struct ex_print out;
};

static void put_raw(struct work *w, uint8_t c)
{
    w->out.hash = (w->out.hash ^ c) * UINT64_C(0x100000001b3);
    w->out.length++;
    w->last = c;
}

/* One blank for all white space, and one mark for "1,234.5". */
static void put(struct work *w, uint8_t c)
{
    if (c == '\t' || c == '\r' || c == '\n')
        c = ' ';
    if (w->held && c == MARK_ID) {
        w->held = 0;
        return;
    }
    if (w->held) {
        const uint8_t held = w->held;

        w->held = 0;
        put_raw(w, held);
    }
    if (c == ' ' && w->last == ' ')
        return;
    if ((c == ',' || c == '.') && w->last == MARK_ID) {
        w->held = c;
        return;
    }
    put_raw(w, c);
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool is_upper(uint8_t c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_word(uint8_t c)
{
    return is_digit(c) || is_upper(c) || (c >= 'a' && c <= 'z');
}

static bool is_hex(uint8_t c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* RFC 4122 3: 8-4-4-4-12 hex digits. */
static bool is_guid(struct ex_span s, size_t at)
{
    if (at > s.n || s.n - at < GUID_BYTES)
        return false;
    for (size_t i = 0; i < GUID_BYTES; i++) {
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;

        if (dash ? s.p[at + i] != '-' : !is_hex(s.p[at + i]))
            return false;
    }
    return s.n - at == GUID_BYTES || !is_word(s.p[at + GUID_BYTES]);
}

/* What was asked for, at @at; the first is a path, the others are words of their own. */
static size_t asked_at(const struct work *w, size_t at, bool at_word)
{
    for (size_t i = 0; i < w->n_asked && (i == 0 || at_word); i++) {
        const size_t n = ex_spells(w->text, at, w->asked[i]);

        if (n > 0 && !is_word(ex_char_at(w->text, at + n).ch))
            return n;
    }
    return 0;
}

/* Bytes of a long run of base64 or hex digits that begins at @at; 0: there is none. */
static size_t long_run(struct work *w, size_t at)
{
    bool digit = false, upper = false, lower = false;
    size_t i = at;

    if (at < w->run_end)
        return 0;
    for (; i < w->text.n; i++) {
        const uint8_t c = w->text.p[i];

        if (!is_word(c) && !strchr("+/=_-", c))
            break;
        if (c == '\0' || (c == '/' && asked_at(w, i, false) > 0))
            break;
        digit |= is_digit(c);
        upper |= is_upper(c);
        lower |= c >= 'a' && c <= 'z';
    }
    w->run_end = i;
    return i - at >= LONG_RUN && digit && upper && lower ? i - at : 0;
}

static bool is_calendar(struct ex_span word)
{
    static const char *const words[] = {
        "Mon",     "Tue",       "Wed",      "Thu",      "Fri",      "Sat",    "Sun",  "Monday",
        "Tuesday", "Wednesday", "Thursday", "Friday",   "Saturday", "Sunday", "Jan",  "Feb",
        "Mar",     "Apr",       "May",      "Jun",      "Jul",      "Aug",    "Sep",  "Oct",
        "Nov",     "Dec",       "January",  "February", "March",    "April",  "June", "July",
        "August",  "September", "October",  "November", "December", "AM",     "PM",
    };

    if (word.n > WORD_MAX || !is_upper(word.p[0]))
        return false;
    for (size_t i = 0; i < N_OF(words); i++)
        if (ex_span_eq(word, words[i]))
            return true;
    return false;
}

static bool is_id(const struct work *w, struct ex_span word, size_t n_digits)
{
    static const struct {
        uint8_t digits, mixed;
    } least[] = { [EX_COLLAPSE_BODY] = { 1, 4 }, [EX_COLLAPSE_LOCATION] = { 6, 8 } };

    if (n_digits == word.n)
        return word.n >= least[w->collapse].digits;
    return n_digits > 0 && word.n >= least[w->collapse].mixed;
}

/* A word of letters and digits. Returns how many bytes it takes. */
static size_t put_word(struct work *w, size_t at)
{
    struct ex_span word = { w->text.p + at, 0 };
    size_t n_digits = 0;

    while (at + word.n < w->text.n && is_word(word.p[word.n]))
        n_digits += is_digit(word.p[word.n++]);
    if (is_id(w, word, n_digits)) {
        put(w, MARK_ID);
    } else if (w->collapse == EX_COLLAPSE_BODY && is_calendar(word)) {
        put(w, MARK_WORD);
    } else {
        for (size_t i = 0; i < word.n; i++)
            put(w, is_digit(word.p[i]) && w->collapse == EX_COLLAPSE_BODY ? '0' : word.p[i]);
    }
    return word.n;
}

/* Whatever stands at @at. @before: the character before it. Returns the bytes it takes. */
static size_t put_next(struct work *w, size_t at, uint8_t *before)
{
    const struct ex_char c = ex_char_at(w->text, at);
    const bool at_word = !is_word(*before) && *before != '_' && *before != '-';
    size_t n = asked_at(w, at, at_word);

    if (n > 0) {
        *before = MARK_ASKED;
        put(w, MARK_ASKED);
        return n;
    }
    *before = c.ch;
    if (c.n > 1 || !is_word(c.ch)) {
        put(w, c.ch);
        return c.n;
    }
    *before = 'x';
    n = is_guid(w->text, at) ? GUID_BYTES : long_run(w, at);
    if (n == 0)
        return put_word(w, at);
    put(w, MARK_ID);
    return n;
}

struct ex_print ex_normal_print(struct ex_span text, const char *path, enum ex_form form,
                                enum ex_collapse collapse)
{
    const struct ex_span all = ex_span_str(path);
    const size_t name = ex_path_folder(all), stem = ex_path_extension(all);
    struct work w = { .text = text,
                      .collapse = collapse,
                      .asked = { all, ex_span_part(all, name, all.n),
                                 ex_span_part(all, name, stem - name) },
                      .n_asked = (size_t)form + 1,
                      .out = { .hash = UINT64_C(0xcbf29ce484222325) } };
    uint8_t before = ' ';

    for (size_t at = 0; at < text.n;)
        at += put_next(&w, at, &before);
    if (w.held)
        put_raw(&w, w.held);
    return w.out;
}
