// SPDX-License-Identifier: MIT
#include "reports.h"

#include <jansson.h>
#include <stdbool.h>
#include <string.h>

#include "fuzz.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyz"
#define DIGITS  "0123456789"
#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static const char *const tags[] = {
    "a",      "b",      "body",    "br",     "caption", "code",  "dd",      "details", "div",
    "dl",     "dt",     "em",      "footer", "h1",      "h2",    "h3",      "h4",      "head",
    "header", "html",   "li",      "main",   "meta",    "nav",   "ol",      "p",       "pre",
    "rect",   "script", "section", "span",   "strong",  "style", "summary", "svg",     "table",
    "tbody",  "td",     "th",      "thead",  "title",   "tr",    "ul",      "small",
};

static bool is_ours(const char *name, size_t n)
{
    for (size_t i = 0; i < N_OF(tags); i++)
        if (strlen(tags[i]) == n && memcmp(tags[i], name, n) == 0)
            return true;
    return false;
}

/* name="value" from @at on; the character behind it. */
static const char *attribute(const char *at)
{
    const size_t n = strspn(at, LETTERS DIGITS "-VB" /* viewBox */);

    MUST(n > 0 && strncmp(at, "on", 2) != 0 && strncmp(at, "style=", 6) != 0);
    if (strncmp(at, "href=\"", 6) == 0)
        MUST(at[6] == '#' || strncmp(at + 6, "https://", 8) == 0);
    MUST(strncmp(at, "src", 3) != 0);
    at += n;
    if (*at != '=')
        return at;
    MUST(at[1] == '"');
    at = strchr(at + 2, '"');
    MUST(at);
    return at + 1;
}

/* The tag at @at; what follows it. */
static const char *tag(const char *at)
{
    const char *name = at + (at[1] == '/' ? 2 : 1);
    const size_t n = strspn(name, LETTERS DIGITS);

    MUST(is_ours(name, n));
    at = name + n;
    while (*at == ' ' || *at == '\n') {
        at += strspn(at, " \n");
        if (*at != '>' && *at != '/')
            at = attribute(at);
    }
    at += *at == '/';
    MUST(*at == '>');
    return at + 1;
}

void must_be_our_page(const char *text)
{
    static const char begin[] = "<!DOCTYPE html>";
    unsigned styles = 0, scripts = 0;

    MUST(strncmp(text, begin, strlen(begin)) == 0);
    text += strlen(begin);
    while ((text = strchr(text, '<')) != NULL) {
        const bool style = strncmp(text, "<style", 6) == 0;
        const bool script = strncmp(text, "<script", 7) == 0;

        styles += style;
        scripts += script;
        text = tag(text);
        if (style || script) /* ours, as it was compiled in */
            text = strstr(text, style ? "</style>" : "</script>");
        MUST(text);
    }
    MUST(styles == 1 && scripts <= 1);
}

/* What is in front of the sign of a formula is looked through. */
static void must_be_no_formula(const char *cell)
{
    static const char *const blanks[] = { " ", "\t", "\xc2\xa0", "\xe3\x80\x80", "\xe2\x80\xaf" };
    static const char *const signs[] = {
        "=", "+", "-", "@", "\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0"
    };

    for (size_t i = 0; i < N_OF(blanks); i++) {
        if (strncmp(cell, blanks[i], strlen(blanks[i])) == 0) {
            cell += strlen(blanks[i]);
            i = (size_t)-1;
        }
    }
    for (size_t i = 0; i < N_OF(signs); i++)
        MUST(strncmp(cell, signs[i], strlen(signs[i])) != 0);
}

/* A quoted cell; the character behind it. */
static const char *quoted(const char *at)
{
    must_be_no_formula(++at);
    for (;;) {
        at = strchr(at, '"');
        MUST(at);
        if (at[1] != '"')
            return at + 1;
        at += 2;
    }
}

void must_be_table(const char *text)
{
    size_t cells = 0, wanted = 0;

    while (*text) {
        if (*text == '"') {
            text = quoted(text);
        } else {
            must_be_no_formula(text);
            text += strcspn(text, ",\r\n\"");
        }
        cells++;
        if (*text == ',') {
            text++;
            continue;
        }
        MUST(text[0] == '\r' && text[1] == '\n');
        text += 2;
        MUST(wanted == 0 || cells == wanted);
        wanted = cells;
        cells = 0;
    }
    MUST(wanted > 1 && cells == 0);
}

void must_be_json(const char *text, size_t max)
{
    size_t n = 0;

    for (; *text; n++) {
        const char *end = strchr(text, '\n');
        json_t *value;

        MUST(end);
        value = json_loadb(text, (size_t)(end - text), JSON_REJECT_DUPLICATES, NULL);
        MUST(json_is_object(value));
        json_decref(value);
        text = end + 1;
    }
    MUST(n <= max);
}

/* {name="value",...}; what follows. */
static const char *labels(const char *at)
{
    do {
        at++;
        at += strspn(at, LETTERS "_");
        MUST(at[0] == '=' && at[1] == '"');
        for (at += 2; *at != '"'; at++) {
            MUST(*at && *at != '\n');
            if (*at == '\\')
                MUST(strchr("\\\"n", *++at));
        }
        at++;
    } while (*at == ',');
    MUST(*at == '}');
    return at + 1;
}

void must_be_metrics(const char *text)
{
    static const char prefix[] = "exprobe_";

    while (*text) {
        if (*text == '#') {
            MUST(strncmp(text, "# HELP exprobe_", 15) == 0 ||
                 strncmp(text, "# TYPE exprobe_", 15) == 0);
            text += strcspn(text, "\n");
        } else {
            MUST(strncmp(text, prefix, strlen(prefix)) == 0);
            text += strspn(text, LETTERS "_");
            if (*text == '{')
                text = labels(text);
            MUST(*text == ' ' && strspn(text + 1, DIGITS ".") > 0);
            text += 1 + strspn(text + 1, DIGITS ".");
        }
        MUST(*text == '\n');
        text++;
    }
}
