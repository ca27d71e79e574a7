// SPDX-License-Identifier: MIT
#ifndef TESTS_UNIT_HUNT_PLAY_H
#define TESTS_UNIT_HUNT_PLAY_H

/* A server in a table, played against the hunt, with small stand-ins for the libraries: rules that
 * look for a word, a page reader that looks for the mark. Include cmocka.h first. */
#include <strings.h>

#include "answer.h"
#include "backdoor/hunt.h"

#define HUNT_N(a) (sizeof(a) / sizeof((a)[0]))

#define ROW(t, folder_, file, extension_, confidence_, marker_, ...)                               \
    {                                                                                              \
        .id = file, .path = folder_ file extension_, .folder = folder_, .extension = extension_,   \
        .tier = t, .confidence = EX_IF200_##confidence_, .marker = marker_, .family = "",          \
        .campaign = "", .first_seen = "", .note = "", .source = "", __VA_ARGS__                    \
    }
#define NAME(t, folder, file, confidence)                                                          \
    ROW(t, folder, file, ".aspx", confidence, "", .probe = true)

/* A real list in small: the folders of tier 1, and one of each kind of row. */
static const struct ex_path_row hunt_paths[] = {
    NAME(1, "/aspnet_client/", "discover", HIGH),
    NAME(1, "/aspnet_client/", "help", MEDIUM),
    NAME(1, "/aspnet_client/", "load", HIGH),
    NAME(1, "/aspnet_client/", "shell", HIGH),
    NAME(1, "/aspnet_client/", "supp0rt", HIGH),
    NAME(3, "/aspnet_client/", "zz", HIGH),
    NAME(1, "/aspnet_client/system_web/", "error", LOW),
    NAME(1, "/aspnet_client/system_web/", "log", HIGH),
    NAME(1, "/ecp/auth/", "Logout", HIGH),
    NAME(2, "/ecp/auth/", "logon", HIGH),
    ROW(1, "/owa/auth/", "pxh4HG1v", ".ashx", HIGH, "", .probe = true),
    NAME(1, "/owa/auth/", "OutlookEN", HIGH),
    ROW(2, "/owa/auth/", "RedirSuiteServiceProxy", ".aspx", LOW,
        "ASP.auth_redirsuiteserviceproxy_aspx", .probe = true, .genuine = true, .collision = true),
    NAME(1, "/owa/auth/", "babydraco", HIGH),
    ROW(1, "/owa/auth/", "error", ".aspx", LOW, "ASP.auth_error_aspx", .probe = true,
        .collision = true),
    NAME(1, "/owa/auth/", "log", HIGH),
    ROW(1, "/owa/auth/", "hidden", ".log", HIGH, "", .probe = false),
};

enum { HUNT_NAMES = 13, HUNT_FOLDERS = 5, HUNT_LOG = 900 };

static const struct ex_device_row hunt_devices[] = {
    { "asm", "ASM", EX_DW_BODY, EX_ROLE_BLOCK, "", "Request Rejected", "" },
};

static const struct ex_catalog hunt_catalog = { .paths = hunt_paths,
                                                .n_paths = HUNT_N(hunt_paths),
                                                .devices = hunt_devices,
                                                .n_devices = HUNT_N(hunt_devices) };

/** The answer to paths that begin so; the first row that fits wins. {PATH}, {NAME} and {STEM} are
 *  what was asked for, {N} the number of the request, {ID} an identifier. A text that begins with
 *  '!' names an outcome without an answer. */
struct hunt_reply {
    const char *path; /* "": all; ends with '$': exactly this one */
    const char *text;
    unsigned after;        /* only requests after this one */
    unsigned first, again; /* only the first @first times; only after @again times */
};

struct hunt_asked {
    char path[EX_REQUEST_PATH_SIZE];
    const char *probe;
    bool fresh, last;
};

enum { HUNT_REPLIES = 10, HUNT_KEPT = 4096 };

struct hunted {
    struct ex_hunt hunt;
    struct hunt_asked asked[HUNT_LOG];
    unsigned n_asked;
    unsigned n_pauses, n_waits;
    unsigned hits[HUNT_REPLIES];
    struct ex_exhibit kept[HUNT_KEPT];
    unsigned n_kept;
    char summary[4096];
};

#define ASP     "X-AspNet-Version: 4.0.30319\nX-Powered-By: ASP.NET\n"
#define EX_HEAD "Server: Microsoft-IIS/10.0\nX-FEServer: EX01\n" ASP
#define TO(where)                                                                                  \
    "302 Found\nContent-Type: text/html; charset=utf-8\nLocation: " where "\n" EX_HEAD             \
    "request-id: {ID}\n\n<h2>Object moved to <a href=\"" where "\">here</a>.</h2>"
#define MISS_OWA TO("/owa/auth/errorFE.aspx?httpCode=404")
#define FAILS    TO("/owa/auth/errorFE.aspx?httpCode=500")
#define MISS_ECP                                                                                   \
    TO("https://mail.example.com/owa/auth/logon.aspx?url=https%3a%2f%2fmail.example.com{URL}"      \
       "&reason=0")
#define MISS_ASPNET                                                                                \
    "404 Not Found\nContent-Type: text/html; charset=utf-8\nServer: Microsoft-IIS/10.0\n" ASP      \
    "\n<h1>The resource cannot be found.</h1><b>Requested URL:</b> {PATH}<br>{N} requests"
#define PAGE(class, more)                                                                          \
    "200 OK\nContent-Type: text/html; charset=utf-8\n" EX_HEAD                                     \
    "\n<!-- OwaPage = ASP.auth_" class "_aspx -->\n<html>/owa/auth/15.1.2507/" more "</html>"
#define OK(body)                                                                                   \
    "200 OK\nContent-Type: text/html\nCache-Control: private\nServer: Microsoft-IIS/10.0\n" ASP    \
    "\n" body
#define BLOCKED "403 Forbidden\nServer: waf\n\n<title>blocked</title> reference {ID}"

/* A clean Exchange 2016. */
static const struct hunt_reply hunt_clean[] = {
    { "/owa/auth/logon.aspx?replaceCurrent=1$", PAGE("logon", ""), 0, 0, 0 },
    { "/owa/auth/expiredpassword.aspx$", PAGE("expiredpassword", ""), 0, 0, 0 },
    { "/owa/auth/15.1.2507/scripts/premium/", "200 OK\n\nfunction f() {}", 0, 0, 0 },
    { "/owa/auth/RedirSuiteServiceProxy.aspx$", PAGE("redirsuiteserviceproxy", ""), 0, 0, 0 },
    { "/owa/auth/", MISS_OWA, 0, 0, 0 },
    { "/ecp/auth/", MISS_ECP, 0, 0, 0 },
    { "", MISS_ASPNET, 0, 0, 0 },
};

static struct hunted *hunt_now; /* what the stand-ins write into */

static inline void hunt_hit(struct ex_hits *out, const char *id, enum ex_strength strength)
{
    if (out->n < EX_HITS_MAX)
        out->at[out->n++] = (struct ex_hit){ id, id, strength };
}

static inline bool hunt_has(struct ex_span s, const char *text)
{
    return ex_span_find(s, text) != SIZE_MAX;
}

static inline void hunt_scan(void *arg, const struct ex_sample *s, struct ex_hits *out)
{
    const bool based = s->baseline_status != 0 && s->baseline_status != 200;
    const bool blank = s->status == 200 && s->body.n == 0 && s->dynamic;

    (void)arg;
    if (hunt_has(s->body, "OAB-DUMP"))
        hunt_hit(out, "dump", EX_STRENGTH_CONFIRMED);
    if (s->status == 200 && hunt_has(s->body, "type=file"))
        hunt_hit(out, "form", EX_STRENGTH_LIKELY);
    if (blank && based && s->expected_page[0] == '\0')
        hunt_hit(out, "blank", EX_STRENGTH_LIKELY);
    if (s->status == 500 && s->baseline_status == 404)
        hunt_hit(out, "fails", EX_STRENGTH_SUSPICIOUS);
    if (s->status == 302 && s->baseline_status == 404 && strstr(s->location, "httpCode=404"))
        hunt_hit(out, "fake", EX_STRENGTH_SUSPICIOUS);
    if (s->status == 200 && s->expected_page[0] && strcmp(s->expected_page, s->owa_page) != 0)
        hunt_hit(out, "mark", EX_STRENGTH_SUSPICIOUS);
    out->failed = hunt_has(s->body, "SCANNER-FAILS");
}

static inline bool hunt_page(void *arg, const struct ex_exchange *x, enum ex_credential_page which,
                             const char *host, struct ex_logon_page *out)
{
    size_t at = ex_span_find(x->body, "SRC=");

    (void)arg;
    assert_string_equal(host, "mail.example.com:443");
    out->seen[which] = true;
    const bool native = hunt_has(x->body, which == EX_CP_LOGON ? "ASP.auth_logon_aspx"
                                                               : "ASP.auth_expiredpassword_aspx");
    out->native[which] |= native;
    if (hunt_has(x->body, "/owa/auth/15.1.2507/"))
        snprintf(out->theme, sizeof(out->theme), "/owa/auth/15.1.2507/");
    if (out->n_scripts > 0)
        return native;
    if (hunt_has(x->body, "SENDS-TO-LOG")) {
        struct ex_script *s = &out->scripts[out->n_scripts++];

        s->kind = EX_SCRIPT_INLINE;
        snprintf(s->sink, sizeof(s->sink), "/OWA/auth/log.aspx?u=1");
    }
    while (at != SIZE_MAX && out->n_scripts < EX_SCRIPTS_MAX) {
        struct ex_span rest = ex_span_part(x->body, at + 4, x->body.n);
        const size_t end = ex_span_find(rest, ";");
        struct ex_script *s = &out->scripts[out->n_scripts++];

        s->kind = EX_SCRIPT_SAME_ORIGIN;
        s->page = which;
        ex_span_copy(s->url, sizeof(s->url), ex_span_part(rest, 0, end));
        at = ex_span_find(rest, "SRC=");
        at = at == SIZE_MAX ? at : at + (size_t)(rest.p - x->body.p);
    }
    return native;
}

static inline void hunt_script(void *arg, const struct ex_exchange *x,
                               enum ex_credential_page which, const char *host, size_t at,
                               struct ex_logon_page *out)
{
    (void)arg;
    (void)host;
    if (at >= EX_SCRIPTS_MAX)
        return;
    if (at == out->n_scripts) {
        out->scripts[at] = (struct ex_script){ .kind = EX_SCRIPT_STATIC, .page = which };
        snprintf(out->scripts[at].url, sizeof(out->scripts[at].url), "%s", x->path);
        out->n_scripts++;
    }
    out->scripts[at].fetched = true;
}

static inline const struct ex_exhibit *hunt_keep(void *store, const struct ex_exchange *x)
{
    struct ex_exhibit *e;

    (void)store;
    if (hunt_now->n_kept == HUNT_KEPT)
        return NULL;
    e = &hunt_now->kept[hunt_now->n_kept++];
    e->status = x->status;
    ex_span_copy(e->path, sizeof(e->path), ex_span_str(x->path));
    return e;
}

static const struct ex_inspector hunt_inspector = {
    .scan = hunt_scan, .page = hunt_page, .script = hunt_script, .keep = hunt_keep
};

static inline struct ex_hunt_options hunt_options(void)
{
    return (struct ex_hunt_options){ .retries = 1,
                                     .budget = EX_BUDGET_BACKDOOR,
                                     .inspector = &hunt_inspector };
}

static inline bool hunt_fits(const struct hunt_reply *r, const char *path)
{
    const size_t n = strlen(r->path);

    if (n > 0 && r->path[n - 1] == '$')
        return strlen(path) == n - 1 && strncasecmp(path, r->path, n - 1) == 0;
    return strncasecmp(path, r->path, n) == 0;
}

static inline const char *hunt_find(struct hunted *p, const struct hunt_reply *own,
                                    const char *path)
{
    for (size_t i = 0; i < HUNT_REPLIES && own[i].path; i++) {
        if (p->n_asked <= own[i].after || !hunt_fits(&own[i], path))
            continue;
        p->hits[i]++;
        if (own[i].first > 0 && p->hits[i] > own[i].first)
            continue;
        if (own[i].again > 0 && p->hits[i] <= own[i].again)
            continue;
        return own[i].text;
    }
    for (size_t i = 0; i < HUNT_N(hunt_clean); i++)
        if (hunt_fits(&hunt_clean[i], path))
            return hunt_clean[i].text;
    abort();
}

static inline void hunt_url(char *to, size_t size, const char *path)
{
    size_t n = 0;

    for (; *path && n + 4 < size; path++)
        n += (size_t)snprintf(to + n, size - n, *path == '/' ? "%%2f" : "%c", *path);
}

/* Fill the tokens of @text in. */
static inline void hunt_fill(char *to, size_t size, const char *text, const char *path, unsigned n)
{
    const char *name = strrchr(path, '/') + 1;
    char url[512], number[16], id[40], stem[64];
    const struct {
        const char *token, *value;
    } tokens[] = { { "{PATH}", path }, { "{NAME}", name }, { "{STEM}", stem },
                   { "{URL}", url },   { "{N}", number },  { "{ID}", id } };
    size_t used = 0;

    hunt_url(url, sizeof(url), path);
    snprintf(stem, sizeof(stem), "%.*s", (int)strcspn(name, "."), name);
    snprintf(number, sizeof(number), "%u", 95 + n);
    snprintf(id, sizeof(id), "%08x-1111-4222-8333-%012x", n * 2654435761u, n * 40503u);
    while (*text && used + 1 < size) {
        size_t i = 0;

        while (i < HUNT_N(tokens) && strncmp(text, tokens[i].token, strlen(tokens[i].token)) != 0)
            i++;
        if (i < HUNT_N(tokens)) {
            used += (size_t)snprintf(to + used, size - used, "%s", tokens[i].value);
            text += strlen(tokens[i].token);
        } else {
            to[used++] = *text++;
        }
        used = used < size ? used : size - 1;
    }
    to[used] = '\0';
}

static inline struct ex_action hunt_answer(struct hunted *p, const struct hunt_reply *own)
{
    static char text[1 << 17];
    struct answer a;
    struct ex_event ev = { .kind = EX_EV_EXCHANGED, .exchange = &a.x };
    const char *found = hunt_find(p, own, p->hunt.path);

    hunt_fill(text, sizeof(text), found, p->hunt.path, p->n_asked);
    if (text[0] == '!')
        no_answer(&a, p->hunt.path, outcome_of(text + 1));
    else
        answer_of(&a, p->hunt.path, text);
    return ex_hunt_step(&p->hunt, &ev);
}

static inline void hunt_log(struct hunted *p, const struct ex_action *a)
{
    struct hunt_asked *log = &p->asked[p->n_asked++];

    assert_int_equal(a->method, EX_GET);
    assert_true(p->n_asked < HUNT_LOG && p->n_asked <= p->hunt.opt->budget);
    assert_true(strchr(a->path, '?') == NULL || strstr(a->path, "logon.aspx?replaceCurrent=1"));
    snprintf(log->path, sizeof(log->path), "%s", a->path);
    log->probe = a->probe;
    log->fresh = a->fresh;
    log->last = a->last;
}

static inline void hunt_say(struct hunted *p, const char *format, const char *a, const char *b)
{
    const size_t n = strlen(p->summary);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(p->summary + n, sizeof(p->summary) - n, format, a, b);
#pragma GCC diagnostic pop
}

/* "likely none; /owa/auth/x.aspx likely answers same blank | /ecp/auth/.aspx refused" */
static inline void hunt_summary(struct hunted *p)
{
    const struct ex_backdoor *f = &p->hunt.found;
    char number[24];

    hunt_say(p, "%s %s", ex_backdoor_str(f->state), f->reason ? ex_bd_reason_str(f->reason) : "-");
    for (size_t i = 0; i < f->n_suspects; i++) {
        const struct ex_suspect *s = &f->suspects[i];

        hunt_say(p, "; %s %s", s->row->path, ex_backdoor_str(s->level));
        hunt_say(p, " %s %s", ex_trace_str(s->trace), ex_repeat_str(s->repeat));
        for (size_t k = 0; k < s->hits.n; k++)
            hunt_say(p, " %s%s", s->hits.at[k].id, "");
        hunt_say(p, "%s%s", s->downgraded ? " downgraded" : "", "");
    }
    for (size_t i = 0; i < f->n_folders; i++) {
        if (f->folders[i].state == EX_FS_ASSESSED)
            continue;
        hunt_say(p, " | %s%s", f->folders[i].folder, f->folders[i].extension);
        hunt_say(p, " %s%s", ex_folder_state_str(f->folders[i].state), "");
    }
    snprintf(number, sizeof(number), "%u", f->blocked_after);
    if (f->blocked_after)
        hunt_say(p, " | after %s by %s", number, f->blocked_by);
}

/** Play @own in front of a clean server, to the end. */
static inline void hunt(struct hunted *p, const struct ex_hunt_options *opt,
                        const struct hunt_reply *own, uint64_t seed)
{
    static const struct ex_target target = { .kind = EX_TARGET_NAME,
                                             .port = 443,
                                             .name = "mail.example.com" };
    const struct ex_event start = { .kind = EX_EV_START }, timer = { .kind = EX_EV_TIMER };
    struct ex_action a;

    memset(p, 0, sizeof(*p));
    hunt_now = p;
    ex_hunt_init(&p->hunt, opt, &hunt_catalog, &target, NULL, seed);
    a = ex_hunt_step(&p->hunt, &start);
    while (a.kind == EX_ACT_REQUEST || a.kind == EX_ACT_SLEEP) {
        if (a.kind == EX_ACT_SLEEP) {
            p->n_pauses += a.delay_ms == EX_BACKDOOR_PAUSE_MS;
            p->n_waits += a.delay_ms != EX_BACKDOOR_PAUSE_MS;
            a = ex_hunt_step(&p->hunt, &timer);
            continue;
        }
        hunt_log(p, &a);
        a = hunt_answer(p, own);
    }
    assert_int_equal(a.kind, EX_ACT_FINISH);
    ex_hunt_result(&p->hunt);
    assert_int_equal(p->n_asked, p->hunt.found.n_requests);
    hunt_summary(p);
}

#endif
