// SPDX-License-Identifier: MIT
#include "core/page.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum {
    TOP_BYTES = 4096,      /* comments of the template stand above the doctype */
    PATHS_MAX = 64,        /* a genuine page has about ten */
    NUMBER_BYTES_MAX = 24, /* five digits four times, three dots */
    LINE_BYTES_MAX = 256,
    HOST_BYTES_MAX = 260,
};

/* memmem() is what makes this affordable: a page is looked through a few times
 * for rare strings, not byte by byte for many. */
static size_t find(struct ex_span s, size_t from, const char *text)
{
    const size_t n = strlen(text);
    const uint8_t *hit;

    if (from > s.n || s.n - from < n)
        return SIZE_MAX;
    hit = memmem(s.p + from, s.n - from, text, n);
    return hit ? (size_t)(hit - s.p) : SIZE_MAX;
}

static bool has(struct ex_span s, const char *text)
{
    return find(s, 0, text) != SIZE_MAX;
}

/* Bytes up to one of @ends, at most @max. */
static struct ex_span until(struct ex_span s, size_t from, const char *ends, size_t max)
{
    const struct ex_span window = ex_span_part(s, from, max);
    size_t n = 0;

    while (n < window.n && window.p[n] != '\0' && !strchr(ends, window.p[n]))
        n++;
    return ex_span_part(window, 0, n);
}

/* The host of the absolute URL whose path begins at @at; empty for a path alone. */
static struct ex_span host_before(struct ex_span body, size_t at)
{
    struct ex_span url;
    size_t i = at, slashes;

    while (i > 0 && at - i < HOST_BYTES_MAX && !strchr("\"'(<> \t\r\n=", body.p[i - 1]))
        i--;
    url = ex_span_part(body, i, at - i);
    slashes = find(url, 0, "//");
    return slashes == SIZE_MAX ? (struct ex_span){ 0 } : ex_span_part(url, slashes + 2, url.n);
}

/*
 * Numbers in paths: /owa/8.3.83.4/themes/base/ and /owa/14.3.123.3/themes/ have
 * four parts, /owa/auth/15.1.2507/themes/ has three by design.
 */
static void read_paths(struct ex_span body, struct ex_page *out, struct ex_page_texts *texts)
{
    size_t at = 0;

    for (int i = 0; i < PATHS_MAX; i++) {
        struct ex_build b;
        struct ex_span number;
        size_t from;

        at = find(body, at, "/owa/");
        if (at == SIZE_MAX)
            return;
        from = at + 5;
        if (ex_span_starts_nocase(ex_span_part(body, from, 5), "auth/"))
            from += 5;
        number = until(body, from, "/\"'?#)<> ", NUMBER_BYTES_MAX);
        /* The last digits of a number that the end of the body cuts are not known. */
        if (from + number.n < body.n && ex_build_parse(number, &b, NULL) == EX_OK) {
            if (out->build.n_parts == 0) {
                out->build = b;
                texts->path = number;
                texts->host = host_before(body, at);
                out->absolute = texts->host.n > 0;
            } else if (ex_build_cmp(&out->build, &b) != 0) {
                out->conflicting = true;
                out->two_products |= ex_build_generation(&out->build) != ex_build_generation(&b);
            }
        }
        at = from;
    }
}

static enum ex_action_kind_of_form classify_action(struct ex_span action)
{
    /* The forms that genuine pages of every generation have used, relative or not. */
    static const char *const genuine[] = {
        "/owa/auth.owa",         "auth.owa",
        "../auth.owa",           "owaauth.dll",
        "/owa/auth/owaauth.dll", "/exchweb/bin/auth/owaauth.dll",
    };

    for (size_t i = 0; i < N_OF(genuine); i++)
        if (ex_span_eq_nocase(action, genuine[i]))
            return EX_FORM_GENUINE;
    if (ex_span_find(action, "//") != SIZE_MAX && ex_span_find(action, "//") < LINE_BYTES_MAX)
        return EX_FORM_FOREIGN;
    return EX_FORM_OTHER;
}

/* <form action="..." ... name="logonForm">, attributes in any order. */
static void read_form(struct ex_span body, struct ex_page *out, struct ex_page_texts *texts)
{
    size_t at = 0;

    for (int i = 0; i < PATHS_MAX && (at = find(body, at, "<form")) != SIZE_MAX; i++) {
        const struct ex_span tag = until(body, at, ">", LINE_BYTES_MAX * 4);
        const size_t attribute = ex_span_find_nocase(tag, "action=");

        at += 5;
        if (ex_span_find_nocase(tag, "logonform") == SIZE_MAX)
            continue;
        out->logon_form = true;
        out->action = EX_FORM_OTHER;
        if (attribute == SIZE_MAX)
            return;
        texts->action = until(tag, attribute + 8, "\"' >", LINE_BYTES_MAX);
        out->action = (uint8_t)classify_action(texts->action);
        return;
    }
}

static bool is_stub(struct ex_span body)
{
    const size_t at = find(body, 0, "a_fRC");
    struct ex_span rest;

    if (at == SIZE_MAX)
        return false;
    rest = ex_span_trim(ex_span_part(body, at + 5, 8));
    if (rest.n == 0 || rest.p[0] != '=') /* used before it is set: look at the next one */
        return has(body, "a_fRC = 0") || has(body, "a_fRC=0");
    rest = ex_span_trim(ex_span_part(rest, 1, rest.n));
    return rest.n > 0 && rest.p[0] == '0';
}

static enum ex_page_era era_of(struct ex_span body, const struct ex_page *page,
                               const struct ex_page_texts *texts)
{
    static const struct {
        const char *text;
        uint8_t era;
    } words[] = {
        { "wf_segoe-ui_normal", EX_ERA_2016 },
        { "Segoe UI WPC", EX_ERA_2013 },
        { "owafont.css", EX_ERA_2010 },
        { "/exchweb/", EX_ERA_2003 },
    };

    for (size_t i = 0; i < N_OF(words); i++)
        if (has(body, words[i].text))
            return (enum ex_page_era)words[i].era;
    if (page->action == EX_FORM_GENUINE &&
        ex_span_find_nocase(texts->action, "owaauth.dll") != SIZE_MAX)
        return EX_ERA_2007;
    return EX_ERA_UNKNOWN;
}

bool ex_page_scan(struct ex_span body, struct ex_page *out, struct ex_page_texts *texts)
{
    const struct ex_span top = ex_span_part(body, 0, TOP_BYTES);
    size_t at;

    *out = (struct ex_page){ 0 };
    *texts = (struct ex_page_texts){ 0 };
    at = find(top, 0, "OwaPage = ASP.");
    out->owa_page = at != SIZE_MAX;
    out->error_fe =
        out->owa_page && ex_span_starts_nocase(ex_span_part(top, at + 14, 16), "auth_errorfe");
    out->guid = has(top, "{57A118C6-2DA9-419d-BE9A-F92B0F9A418B}");
    at = find(top, 0, "saved from url=");
    if (at != SIZE_MAX) {
        out->saved_from = true;
        texts->saved_from = until(top, at, "\r\n", LINE_BYTES_MAX);
    }
    read_paths(body, out, texts);
    if (!out->owa_page && out->build.n_parts == 0 && !has(body, "logonForm"))
        return false; /* nearly every page that is not OWA ends here */
    read_form(body, out, texts);
    out->stub = out->owa_page && !out->logon_form && is_stub(body);
    out->era = (uint8_t)era_of(body, out, texts);
    return out->owa_page ||
           (out->logon_form && (out->build.n_parts != 0 || out->era != EX_ERA_UNKNOWN));
}
