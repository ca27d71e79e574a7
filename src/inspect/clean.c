// SPDX-License-Identifier: MIT
#include "inspect/clean.h"

#include <stdio.h>

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { ATTRIBUTES_MAX = 256, NAME_MAX = 12 };

struct clean {
    struct ex_span s;
    size_t i; /* next byte to read */
    uint8_t *to;
    size_t n;    /* bytes written */
    size_t bang; /* where the next "--!>" stands, as far as it was looked for */
    bool *doubtful;
    bool form; /* one is open */
};

static bool is_letter(uint8_t c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

static struct ex_span rest(const struct clean *c)
{
    return ex_span_part(c->s, c->i, c->s.n);
}

static void put(struct clean *c, uint8_t b)
{
    if (b == '\0')
        *c->doubtful = true;
    c->to[c->n++] = b ? b : ' ';
    c->i++;
}

/* Blanks instead of the bytes up to @end. */
static void blank_to(struct clean *c, size_t end)
{
    while (c->i < end && c->i < c->s.n) {
        c->to[c->n++] = ' ';
        c->i++;
    }
}

/* Where the first @text stands from @from on; the end of the page when there is none. */
static size_t find(const struct clean *c, size_t from, const char *text)
{
    const size_t n = strlen(text);
    const uint8_t *hit = from < c->s.n ? memmem(c->s.p + from, c->s.n - from, text, n) : NULL;

    return hit ? (size_t)(hit - c->s.p) : c->s.n;
}

/* 13.2.5.43 to 51. */
static void comment(struct clean *c)
{
    const size_t text = c->i + 4;
    size_t plain;

    if (c->s.n - text >= 1 && c->s.p[text] == '>') {
        blank_to(c, text + 1);
        return;
    }
    if (c->s.n - text >= 2 && memcmp(c->s.p + text, "->", 2) == 0) {
        blank_to(c, text + 2);
        return;
    }
    plain = find(c, text, "-->");
    if (c->bang < text) /* many short comments must not search the whole page each */
        c->bang = find(c, text, "--!>");
    blank_to(c, plain < c->bang ? plain + 3 : c->bang + 4);
}

/* References that HTML 4 did not have, for characters that make code or an address. */
static const struct {
    const char *name;
    uint8_t code;
} entities[] = {
    { "Hat", '^' },    { "NewLine", '\n' }, { "Tab", '\t' },   { "apos", '\'' },
    { "ast", '*' },    { "bsol", '\\' },    { "colon", ':' },  { "comma", ',' },
    { "commat", '@' }, { "dollar", '$' },   { "equals", '=' }, { "excl", '!' },
    { "grave", '`' },  { "lbrace", '{' },   { "lbrack", '[' }, { "lcub", '{' },
    { "lowbar", '_' }, { "lpar", '(' },     { "lsqb", '[' },   { "num", '#' },
    { "percnt", '%' }, { "period", '.' },   { "plus", '+' },   { "quest", '?' },
    { "rbrace", '}' }, { "rbrack", ']' },   { "rcub", '}' },   { "rpar", ')' },
    { "rsqb", ']' },   { "semi", ';' },     { "sol", '/' },    { "verbar", '|' },
    { "vert", '|' },   { "UnderBar", '_' }, { "midast", '*' }, { "DiacriticalGrave", '`' },
};

/* A byte of an attribute's value. The number is never longer than the name it stands for. */
static void put_value(struct clean *c)
{
    const struct ex_span s = rest(c);
    char number[8];

    for (size_t i = 0; s.p[0] == '&' && i < N_OF(entities); i++) {
        const size_t n = strlen(entities[i].name);

        if (s.n < n + 2 || memcmp(s.p + 1, entities[i].name, n) != 0 || s.p[n + 1] != ';')
            continue;
        const int bytes = snprintf(number, sizeof(number), "&#%u;", entities[i].code);

        memcpy(c->to + c->n, number, (size_t)bytes);
        c->n += (size_t)bytes;
        c->i += n + 2;
        return;
    }
    put(c, c->s.p[c->i]);
}

/* One attribute (13.2.5.33 to 38). @keep: otherwise it is left out. */
static void attribute(struct clean *c, bool keep)
{
    const size_t before = c->n;
    uint8_t quote = 0;

    if (c->s.p[c->i] == '=') /* the first byte belongs to the name, whatever it is */
        put(c, '=');
    while (c->i < c->s.n && !is_blank(c->s.p[c->i]) && c->s.p[c->i] != '/' && c->s.p[c->i] != '>' &&
           c->s.p[c->i] != '=')
        put(c, c->s.p[c->i]);
    while (c->i < c->s.n && is_blank(c->s.p[c->i]))
        put(c, ' ');
    if (c->i < c->s.n && c->s.p[c->i] == '=') {
        put(c, '=');
        while (c->i < c->s.n && is_blank(c->s.p[c->i]))
            put(c, ' ');
        if (c->i < c->s.n && (c->s.p[c->i] == '"' || c->s.p[c->i] == '\'')) {
            quote = c->s.p[c->i];
            put(c, quote);
        }
        while (c->i < c->s.n &&
               (quote ? c->s.p[c->i] != quote : !is_blank(c->s.p[c->i]) && c->s.p[c->i] != '>'))
            put_value(c);
        if (quote && c->i < c->s.n)
            put(c, quote);
    }
    if (!keep)
        c->n = before;
}

/* A tag from "<" or "</" to its ">". */
static void tag(struct clean *c)
{
    size_t n = 0;

    put(c, '<');
    if (c->s.p[c->i] == '/')
        put(c, '/');
    while (c->i < c->s.n && !is_blank(c->s.p[c->i]) && c->s.p[c->i] != '/' && c->s.p[c->i] != '>')
        put(c, c->s.p[c->i]);
    while (c->i < c->s.n && c->s.p[c->i] != '>') {
        const bool end = c->s.p[c->i] == '/' && c->i + 1 < c->s.n && c->s.p[c->i + 1] == '>';

        if (is_blank(c->s.p[c->i]) || c->s.p[c->i] == '/') {
            put(c, end ? '/' : ' ');
            continue;
        }
        attribute(c, ++n <= ATTRIBUTES_MAX);
        *c->doubtful |= n > ATTRIBUTES_MAX;
        /* What follows a quoted value directly is another attribute: no byte is free to write a
         * blank, and libxml2 needs none. */
    }
    if (c->i < c->s.n)
        put(c, '>');
}

/* Is this tag, at the beginning of @s, one called @name? */
static bool is_tag(struct ex_span s, const char *name)
{
    const size_t n = strlen(name);

    return s.n > n && ex_span_starts_nocase(s, name) &&
           (is_blank(s.p[n]) || s.p[n] == '/' || s.p[n] == '>');
}

/* The text of a script, up to its end tag: an end tag of another name, or one within
 * "<!-- <script>", is none, and loses its "<" so that libxml2 does not take it for one. */
static void raw(struct clean *c, const char *name)
{
    char end[NAME_MAX + 2];
    const bool script = strcmp(name, "script") == 0;
    bool escaped = false, twice = false;

    snprintf(end, sizeof(end), "</%s", name);
    while (c->i < c->s.n) {
        const struct ex_span s = rest(c);

        if (s.p[0] == '-' && s.n >= 3 && memcmp(s.p, "-->", 3) == 0)
            escaped = twice = false;
        if (s.p[0] != '<') {
            put(c, s.p[0]);
            continue;
        }
        if (script && s.n >= 4 && memcmp(s.p, "<!--", 4) == 0)
            escaped = true;
        if (escaped && is_tag(s, "<script"))
            twice = true;
        if (is_tag(s, end)) {
            if (!twice)
                return;
            twice = false;
        } else if (!ex_span_starts_nocase(s, end)) {
            put(c, '<');
            continue;
        }
        put(c, ' ');
    }
}

/* Elements whose content is text to a browser that runs scripts: it is left out. */
static void text_only(struct clean *c, const char *name)
{
    char end[NAME_MAX + 2];

    snprintf(end, sizeof(end), "</%s", name);
    while (c->i < c->s.n && !is_tag(rest(c), end))
        blank_to(c, c->i + 1);
}

static void element(struct clean *c)
{
    static const char *const texts[] = { "title",   "textarea", "xmp",     "iframe",
                                         "noembed", "noframes", "noscript" };
    static const char *const raws[] = { "script", "style" };
    static const char *const foreign[] = { "svg", "math", "plaintext" };
    const struct ex_span s = ex_span_part(c->s, c->i + 1, c->s.n);

    const size_t begin = c->n;

    tag(c);
    if (is_tag(s, "form")) {
        if (c->form) /* 13.2.6.4.7: it is ignored, its fields belong to the one around it */
            memset(c->to + begin, ' ', c->n - begin);
        c->form = true;
    }
    for (size_t i = 0; i < N_OF(foreign); i++)
        *c->doubtful |= is_tag(s, foreign[i]);
    for (size_t i = 0; i < N_OF(raws); i++)
        if (is_tag(s, raws[i]))
            raw(c, raws[i]);
    for (size_t i = 0; i < N_OF(texts); i++)
        if (is_tag(s, texts[i]))
            text_only(c, texts[i]);
}

static void end_tag(struct clean *c)
{
    if (is_tag(rest(c), "</form"))
        c->form = false;
    tag(c);
}

size_t ex_clean(uint8_t *to, struct ex_span body, bool *doubtful)
{
    struct clean c = { .s = body, .to = to, .doubtful = doubtful };

    while (c.i < body.n) {
        const struct ex_span s = rest(&c);

        if (s.n < 2 || s.p[0] != '<')
            put(&c, body.p[c.i]);
        else if (is_letter(s.p[1]))
            element(&c);
        else if (s.p[1] == '/' && s.n > 2 && is_letter(s.p[2]))
            end_tag(&c);
        else if (s.n >= 4 && memcmp(s.p, "<!--", 4) == 0)
            comment(&c);
        else if (s.p[1] == '!' || s.p[1] == '?' || s.p[1] == '/')
            blank_to(&c, find(&c, c.i, ">") + 1); /* 13.2.5.41: ends at the first ">" */
        else
            put(&c, body.p[c.i]);
    }
    return c.n;
}
