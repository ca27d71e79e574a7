// SPDX-License-Identifier: MIT
#include "logon/place.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { REF_MAX = 512 /* what decides stands at the beginning */ };

struct cut {
    struct ex_span host; /* with port; empty: none */
    struct ex_span path; /* without query and fragment */
    bool has_host;
    bool web;   /* http, https, ws, wss, or no scheme */
    bool cut;   /* what there is of it is not all: never to be taken for something genuine */
    bool query; /* something follows the path */
};

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

/* Browsers drop tabs and line ends and read "\" as "/" (WHATWG URL 4.4). */
static struct ex_span clean(uint8_t to[REF_MAX], struct ex_span ref, bool *cut)
{
    size_t n = 0;
    bool query = false;

    while (ref.n && ref.p[0] <= ' ') {
        ref.p++;
        ref.n--;
    }
    while (ref.n && ref.p[ref.n - 1] <= ' ')
        ref.n--;
    *cut = false;
    for (size_t i = 0; i < ref.n; i++) {
        const uint8_t c = ref.p[i];

        query |= c == '?' || c == '#';
        if (c == '\t' || c == '\r' || c == '\n')
            continue;
        if (n == REF_MAX) {
            *cut = !query; /* a long query decides nothing */
            break;
        }
        to[n++] = c == '\\' && !query ? '/' : c;
    }
    return (struct ex_span){ to, n };
}

static size_t scheme_bytes(struct ex_span s)
{
    size_t n = 0;

    while (n < s.n && n < 32 &&
           ((lower(s.p[n]) >= 'a' && lower(s.p[n]) <= 'z') ||
            (n && (strchr("+-.", s.p[n]) || (s.p[n] >= '0' && s.p[n] <= '9')) && s.p[n])))
        n++;
    return n && n < s.n && s.p[n] == ':' ? n : 0;
}

static size_t until(struct ex_span s, const char *ends)
{
    size_t n = 0;

    while (n < s.n && !(s.p[n] && strchr(ends, s.p[n])))
        n++;
    return n;
}

static struct cut cut_up(struct ex_span s)
{
    static const char *const web[] = { "http", "https", "ws", "wss" };
    const size_t scheme = scheme_bytes(s);
    struct cut c = { .web = !scheme };
    size_t n;

    for (size_t i = 0; scheme && i < N_OF(web); i++)
        c.web |= ex_span_eq_nocase(ex_span_part(s, 0, scheme), web[i]);
    if (!c.web)
        return c;
    if (scheme)
        s = ex_span_part(s, scheme + 1, s.n);
    if (scheme || (s.n >= 2 && s.p[0] == '/' && s.p[1] == '/')) {
        c.has_host = true;
        while (s.n && s.p[0] == '/')
            s = ex_span_part(s, 1, s.n);
        n = until(s, "/?#");
        c.host = ex_span_part(s, 0, n);
        s = ex_span_part(s, n, s.n);
        for (size_t at = c.host.n; at > 0; at--) /* what stands before "@" is no host */
            if (c.host.p[at - 1] == '@') {
                c.host = ex_span_part(c.host, at, c.host.n);
                break;
            }
    }
    n = until(s, "?#");
    c.path = ex_span_part(s, 0, n);
    c.query = n < s.n;
    return c;
}

/* The host without its port, and without the port that goes without saying. */
static struct ex_span name_of(struct ex_span host, struct ex_span *port)
{
    size_t at = host.n;

    *port = (struct ex_span){ 0 };
    while (at > 0 && host.p[at - 1] >= '0' && host.p[at - 1] <= '9')
        at--;
    if (at > 0 && host.p[at - 1] == ':') {
        *port = ex_span_part(host, at, host.n);
        host = ex_span_part(host, 0, at - 1);
        if (ex_span_eq(*port, "443") || ex_span_eq(*port, "80"))
            *port = (struct ex_span){ 0 };
    }
    if (host.n && host.p[host.n - 1] == '.')
        host.n--;
    return host;
}

static bool same(struct ex_span a, struct ex_span b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

/* An IP address in any form that browsers take: digits and dots, hex, or in brackets. */
static bool is_address(struct ex_span name)
{
    size_t last = name.n;

    if (name.n && name.p[0] == '[')
        return true;
    while (last > 0 && name.p[last - 1] != '.')
        last--;
    name = ex_span_part(name, last, name.n); /* a name ends in a label with a letter first */
    if (!name.n || name.p[0] < '0' || name.p[0] > '9')
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (!(name.p[i] >= '0' && name.p[i] <= '9') && !(i == 1 && lower(name.p[i]) == 'x') &&
            !(name.n > 2 && lower(name.p[1]) == 'x' && lower(name.p[i]) >= 'a' &&
              lower(name.p[i]) <= 'f'))
            return false;
    return true;
}

static bool ends_with(struct ex_span name, const char *suffix)
{
    const size_t n = strlen(suffix);

    return n && name.n >= n && ex_span_eq_nocase(ex_span_part(name, name.n - n, n), suffix) &&
           (name.n == n || name.p[name.n - n - 1] == '.');
}

/* The part of a name that is bought: two labels, three under the common second levels
 * of countries. The list of public suffixes is not at hand here: too short is the safe
 * side, it only makes more hosts count as the owner's. */
static struct ex_span registrable(struct ex_span name)
{
    static const char *const seconds[] = {
        "co", "com", "org", "net", "gov", "edu", "ac", "or", "ne"
    };
    size_t dots[3] = { 0 }, n = 0, at = name.n;

    while (at > 0 && n < 3) {
        at--;
        if (name.p[at] == '.')
            dots[n++] = at;
    }
    if (n < 2)
        return name;
    const struct ex_span second = ex_span_part(name, dots[1] + 1, dots[0] - dots[1] - 1);

    if (name.n - dots[0] - 1 == 2)
        for (size_t i = 0; i < N_OF(seconds); i++)
            if (ex_span_eq_nocase(second, seconds[i]))
                return n < 3 ? name : ex_span_part(name, dots[2] + 1, name.n);
    return ex_span_part(name, dots[1] + 1, name.n);
}

static enum ex_place_kind kind_of_host(const struct ex_where *w, struct ex_span host)
{
    struct ex_span port, own_port;
    const struct ex_span name = name_of(host, &port),
                         own = name_of(ex_span_str(w->host), &own_port);

    if (same(name, own) && (same(port, own_port) || !port.n))
        return EX_PLACE_OTHER;
    for (size_t i = 0; i < w->cat->n_origins; i++)
        if (ends_with(name, w->cat->origins[i].suffix))
            return w->cat->origins[i].collector ? EX_PLACE_COLLECTOR : EX_PLACE_BENIGN;
    if (is_address(name))
        return EX_PLACE_COLLECTOR;
    if (!same(name, own) && !is_address(own) && same(registrable(name), registrable(own)))
        return EX_PLACE_SIBLING;
    return EX_PLACE_FOREIGN;
}

static void put_lower(char *to, size_t size, struct ex_span s)
{
    size_t n = 0;

    while (n < s.n && n + 1 < size && s.p[n]) {
        to[n] = (char)lower(s.p[n]);
        n++;
    }
    to[n] = '\0';
}

/* Stands for what does not fit: no path that may be asked for holds it. */
static const char left_out[] = "...";

/* @path on top of @folder, without "." and ".." (RFC 3986 5.2.4).
 * Returns: false when a part did not fit. */
static bool resolve(char to[EX_SCRIPT_URL], const char *folder, struct ex_span path)
{
    bool fits = true;
    size_t n = 0;

    to[0] = '\0';
    if (!path.n || path.p[0] != '/') {
        ex_span_copy(to, EX_SCRIPT_URL, ex_span_str(folder));
        n = strlen(to);
        if (n && to[n - 1] == '/')
            n--;
    }
    while (path.n) {
        size_t bytes;
        struct ex_span part;

        if (path.p[0] == '/')
            path = ex_span_part(path, 1, path.n);
        bytes = until(path, "/");
        part = ex_span_part(path, 0, bytes);
        path = ex_span_part(path, bytes, path.n);
        if (ex_span_eq(part, "..")) {
            while (n > 0 && to[n - 1] != '/')
                n--;
            n -= n > 0;
        } else if (!ex_span_eq(part, ".")) {
            if (part.n >= EX_SCRIPT_URL || n + part.n + 2 > EX_SCRIPT_URL) {
                fits = false;
                part = ex_span_str(left_out);
                if (n + part.n + 2 > EX_SCRIPT_URL)
                    continue;
            }
            to[n++] = '/';
            if (part.n)
                memcpy(to + n, part.p, part.n);
            n += part.n;
        }
    }
    if (!n)
        to[n++] = '/';
    to[n] = '\0';
    return fits;
}

static bool has_extension(const char *path, const char *const *list, size_t n)
{
    const char *dot = strrchr(path, '.');

    for (size_t i = 0; dot && i < n; i++)
        if (ex_span_eq_nocase(ex_span_str(dot), list[i]))
            return true;
    return false;
}

bool ex_place_is_page(const struct ex_place *p)
{
    static const char *const pages[] = { ".aspx", ".ashx", ".asmx", ".asp", ".php", ".jsp",
                                         ".cfm",  ".svc",  ".axd",  ".cgi", ".dll" };

    return has_extension(p->path, pages, N_OF(pages));
}

static enum ex_place_kind kind_of_path(const struct ex_where *w, const char *path)
{
    static const char *const logon[] = {
        "/owa/auth.owa",
        "/owa/auth/auth.owa",
        "/owa/owaauth.dll",
        "/owa/auth/owaauth.dll",
        "/exchweb/bin/auth/owaauth.dll",
    };
    static const char *const folders[] = { "/", "/owa", "/owa/", "/ecp", "/ecp/" };
    /* Answered by Cloudflare, F5 and Imperva themselves, by their documentation. */
    static const char *const edge[] = { "/cdn-cgi/", "/TSPD/", "/_Incapsula_Resource", "/akam/" };
    static const char *const files[] = { ".png", ".gif", ".jpg",  ".jpeg",  ".ico", ".svg",
                                         ".css", ".js",  ".json", ".xml",   ".txt", ".map",
                                         ".ttf", ".eot", ".woff", ".woff2", ".webp" };
    const struct ex_span s = ex_span_str(path);

    for (size_t i = 0; i < N_OF(logon); i++)
        if (ex_span_eq_nocase(s, logon[i]))
            return EX_PLACE_LOGON;
    for (size_t i = 0; i < N_OF(folders); i++)
        if (ex_span_eq_nocase(s, folders[i]))
            return EX_PLACE_GENUINE;
    for (size_t i = 0; i < w->cat->n_paths; i++)
        if (w->cat->paths[i].genuine && ex_span_eq_nocase(s, w->cat->paths[i].path))
            return EX_PLACE_GENUINE;
    if (ex_span_eq_nocase(s, "/owa/auth/recaptcha.aspx"))
        return EX_PLACE_RECAPTCHA;
    for (size_t i = 0; i < N_OF(edge); i++)
        if (ex_span_starts_nocase(s, edge[i]))
            return EX_PLACE_EDGE;
    return has_extension(path, files, N_OF(files)) ? EX_PLACE_STATIC : EX_PLACE_OTHER;
}

/* A host that the cut went through may be any host. */
static bool host_is_cut(const struct cut *c)
{
    return c->cut && c->has_host && !c->path.n && !c->query;
}

void ex_place_of(const struct ex_where *w, struct ex_span ref, struct ex_place *out)
{
    uint8_t bytes[REF_MAX], base_bytes[REF_MAX];
    bool cut, base_is_cut;
    const struct ex_span s = clean(bytes, ref, &cut);
    const struct ex_span b = clean(base_bytes, w->base, &base_is_cut);
    struct cut c = cut_up(s), base = cut_up(b);
    char folder[EX_SCRIPT_URL];
    char *end;
    bool fits = true;

    *out = (struct ex_place){ 0 };
    c.cut = cut;
    base.cut = base_is_cut;
    if (!c.web || (s.n && s.p[0] == '#'))
        return;
    if (!s.n || (!c.has_host && !c.path.n)) {
        out->kind = EX_PLACE_SELF;
        return;
    }
    fits &= resolve(folder, w->folder,
                    base.web && base.has_host && !base.path.n ? ex_span_str("/") : base.path);
    end = strrchr(folder, '/');
    if (end && base.path.n && base.path.p[base.path.n - 1] != '/')
        end[1] = '\0'; /* of the base, what follows the last slash is a file */
    fits &= resolve(out->path, c.has_host ? "" : folder, c.path);
    if ((c.cut || base.cut) && strlen(out->path) + sizeof(left_out) < sizeof(out->path))
        memcpy(out->path + strlen(out->path), left_out, sizeof(left_out));
    out->kind = EX_PLACE_OTHER;
    if (host_is_cut(&c) || (!c.has_host && host_is_cut(&base))) {
        out->kind = EX_PLACE_FOREIGN;
        put_lower(out->host, sizeof(out->host), c.has_host ? c.host : base.host);
    } else if (c.has_host || base.has_host) {
        const struct ex_span host = c.has_host ? c.host : base.host;

        out->kind = kind_of_host(w, host);
        if (out->kind != EX_PLACE_OTHER)
            put_lower(out->host, sizeof(out->host), host);
    }
    if (out->kind == EX_PLACE_OTHER && fits && !c.cut && !base.cut)
        out->kind = kind_of_path(w, out->path);
}
