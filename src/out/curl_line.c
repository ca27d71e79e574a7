// SPDX-License-Identifier: MIT
#include "out/curl_line.h"

#include "core/put.h"

static const char whole_answer[] = "body:";

/* How to show what a source was read from; the first row that fits. -I sends HEAD, so it is only
 * for what was asked with HEAD. */
static const struct {
    const char *source; /* how it begins */
    const char *options;
} ways[] = {
    { whole_answer, "-ski --http1.1" },
    { "backdoor:", "-ski --http1.1" },
    { "logon:", "-ski --http1.1" },
    { "folder:", "-skI --http1.1" },
    { "tls:", "-skv -o /dev/null --http1.1" },
    { "auth:", "-ski --http1.1" },
    { "healthcheck-reachable", "-ski --http1.1" },
    { "internal-name-leak", "-ski --http1.1" },
    { "internal-address-leak", "-sk -D- -o /dev/null --http1.0 -H Host:" },
    { "", "-sk -D- -o /dev/null --http1.1" },
};

static bool is_plain(char ch)
{
    return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
           (ch && strchr("./:@%+,_-", ch));
}

/* One word of a POSIX shell: as it is, or in single quotes, which nothing inside can leave but
 * a single quote. */
static void put_word(struct ex_put *w, const char *text)
{
    const char *p = text;

    while (is_plain(*p))
        p++;
    if (*p == '\0' && p > text) {
        ex_put_str(w, text);
        return;
    }
    ex_put_ch(w, '\'');
    for (p = text; *p; p++) {
        if (*p == '\'')
            ex_put_str(w, "'\\''");
        else
            ex_put_ch(w, *p);
    }
    ex_put_ch(w, '\'');
}

static void put_host(struct ex_put *w, const struct ex_target *t)
{
    const bool v6 = t->kind != EX_TARGET_NAME && strchr(t->name, ':');

    ex_put_str(w, v6 ? "[" : "");
    ex_put_str(w, t->name);
    ex_put_str(w, v6 ? "]" : "");
}

/* NAME:PORT:ADDRESS of --resolve */
static void put_pin(struct ex_put *w, const struct ex_result *r)
{
    char text[EX_TARGET_TEXT + EX_ADDR_TEXT + 8], address[EX_ADDR_TEXT];
    struct ex_put pin = ex_put_of(text, sizeof(text));

    ex_put_str(&pin, r->target.name);
    ex_put_ch(&pin, ':');
    ex_put_dec(&pin, r->target.port);
    ex_put_str(&pin, r->address.family == 6 ? ":[" : ":");
    ex_put_str(&pin, ex_addr_format(address, &r->address));
    ex_put_str(&pin, r->address.family == 6 ? "]" : "");
    ex_put_str(w, " --resolve ");
    put_word(w, text);
}

static void put_url(struct ex_put *w, const struct ex_target *t, const char *path)
{
    char text[EX_TARGET_TEXT + 192];
    struct ex_put url = ex_put_of(text, sizeof(text));

    ex_put_str(&url, "https://");
    put_host(&url, t);
    if (t->port != EX_PORT_DEFAULT) {
        ex_put_ch(&url, ':');
        ex_put_dec(&url, t->port);
    }
    ex_put_str(&url, path);
    w->cut = w->cut || url.cut;
    ex_put_ch(w, ' ');
    put_word(w, text);
}

static const char *options_for(const char *source)
{
    size_t i = 0;

    while (strncmp(source, ways[i].source, strlen(ways[i].source)) != 0)
        i++;
    return ways[i].options;
}

/* What today's curl refuses unless it is told to go that low. */
static bool is_legacy(const struct ex_tls *tls)
{
    return tls->version[0] && strcmp(tls->version, "TLSv1.2") != 0 &&
           strcmp(tls->version, "TLSv1.3") != 0;
}

/* The line for @path with these options; "" when there is no such request. */
static char *write_line(char to[static EX_CURL_LINE_SIZE], const struct ex_result *r,
                        const char *path, const char *options, const char *user_agent)
{
    struct ex_put w = ex_put_of(to, EX_CURL_LINE_SIZE);

    if (path[0] != '/' || !r->has_address)
        return to;
    ex_put_str(&w, "curl ");
    ex_put_str(&w, options);
    ex_put_str(&w, " --max-time ");
    ex_put_dec(&w, EX_CURL_MAX_TIME_S);
    if (is_legacy(&r->tls))
        ex_put_str(&w, " --tlsv1.0 --ciphers DEFAULT@SECLEVEL=0");
    ex_put_str(&w, " -A ");
    put_word(&w, user_agent);
    if (r->target.kind == EX_TARGET_NAME)
        put_pin(&w, r);
    put_url(&w, &r->target, path);
    if (w.cut)
        to[0] = '\0';
    return to;
}

char *ex_curl_line(char to[static EX_CURL_LINE_SIZE], const struct ex_result *r,
                   const struct ex_finding_evidence *e, const char *user_agent)
{
    const char *path = e->path;

    if (!path[0] && r->fingerprint.n_witnesses > 0) /* the handshake was for any of the requests */
        path = r->fingerprint.witnesses[0].path;
    return write_line(to, r, path, options_for(e->source), user_agent);
}

char *ex_curl_get(char to[static EX_CURL_LINE_SIZE], const struct ex_result *r, const char *path,
                  const char *user_agent)
{
    return write_line(to, r, path, options_for(whole_answer), user_agent);
}
