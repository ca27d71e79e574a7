// SPDX-License-Identifier: MIT
#include "hunts.h"

#include <stdio.h>

enum { AUTH, CLIENT, N_FOLDERS, ANSWER_GAP_MS = 110 };

static const struct ex_path_row rows[] = {
    { .id = "client-supp0rt",
      .path = "/aspnet_client/supp0rt.aspx",
      .folder = "/aspnet_client/",
      .extension = ".aspx",
      .tier = 1,
      .probe = true,
      .confidence = EX_IF200_HIGH,
      .marker = "",
      .family = "China Chopper",
      .campaign = "HAFNIUM",
      .first_seen = "2021-03",
      .note = "",
      .source = "msrc" },
    { .id = "auth-outlooken",
      .path = "/owa/auth/OutlookEN.aspx",
      .folder = "/owa/auth/",
      .extension = ".aspx",
      .tier = 1,
      .probe = true,
      .confidence = EX_IF200_MEDIUM,
      .marker = "",
      .family = "web shell",
      .campaign = "",
      .first_seen = "2021-03",
      .note = "",
      .source = "msrc" },
    { .id = "client-discover",
      .path = "/aspnet_client/discover.aspx",
      .folder = "/aspnet_client/",
      .extension = ".aspx",
      .tier = 1,
      .probe = true,
      .collision = true,
      .confidence = EX_IF200_LOW,
      .marker = "",
      .family = "",
      .campaign = "",
      .first_seen = "unknown",
      .note = "",
      .source = "msrc" },
};

static const struct ex_hit oab_dump = { "oab-vdir-dump",
                                        "dump of an OAB virtual directory, as a shell stored in"
                                        " its settings answers",
                                        EX_STRENGTH_CONFIRMED };
static const char oab_body[] =
    "<pre>\r\nName                            : OAB (Default Web Site)\r\n"
    "PollInterval                    : 480\r\n"
    "ExternalUrl                     : http://f/<script language=\"";

static void set(char *to, size_t size, const char *text)
{
    ex_span_copy(to, size, ex_span_str(text));
}
#define SET(member, text) set(member, sizeof(member), text)

/* Digits that differ with @seed: as good as a hash for what is only printed. */
static void some_hash(char to[static EX_SHA256_TEXT], unsigned seed)
{
    for (unsigned i = 0; i < EX_SHA256_TEXT - 1; i++)
        to[i] = "0123456789abcdef"[(seed * 7 + i * (seed + 3)) % 16];
    to[EX_SHA256_TEXT - 1] = '\0';
}

static struct ex_exhibit *answer(struct hunt *h, int status, const char *path, const char *headers,
                                 struct ex_span body)
{
    struct ex_exhibit *e = &h->exhibits[h->n_exhibits++];

    *e = (struct ex_exhibit){ .status = status, .body_bytes = (uint32_t)body.n };
    e->at_unix_ms = h->at_unix_ms + (int64_t)h->n_exhibits * ANSWER_GAP_MS;
    SET(e->path, path);
    SET(e->headers, headers);
    e->n_excerpt = (uint16_t)(body.n < EX_EXCERPT_SIZE ? body.n : EX_EXCERPT_SIZE);
    if (e->n_excerpt)
        memcpy(e->excerpt, body.p, e->n_excerpt);
    some_hash(e->sha256, (unsigned)h->n_exhibits);
    return e;
}

static const char *const answer_200 = "Cache-Control: private\nContent-Type: text/html;"
                                      " charset=utf-8\nX-AspNet-Version: 4.0.30319\n"
                                      "X-FEServer: EX01\n";

static void calibrate(struct hunt *h)
{
    static const char moved[] = "Location: /owa/auth/errorFE.aspx?httpCode=404\n"
                                "Content-Length: 152\nX-FEServer: EX01\n";
    static const char missing[] = "Content-Type: text/html\nServer: Microsoft-IIS/10.0\n";
    struct ex_bd_folder *auth = &h->backdoor.folders[AUTH];
    struct ex_bd_folder *client = &h->backdoor.folders[CLIENT];

    *auth = (struct ex_bd_folder){ "/owa/auth/", ".aspx", EX_FS_ASSESSED, 20, 20 };
    *client = (struct ex_bd_folder){ "/aspnet_client/", ".aspx", EX_FS_ASSESSED, 18, 18 };
    auth->baseline[0] =
        answer(h, 302, "/owa/auth/Xk29dLq8.aspx", moved, ex_span_str("Object moved"));
    auth->baseline[1] =
        answer(h, 302, "/owa/auth/morentapalo.aspx", moved, ex_span_str("Object moved"));
    client->baseline[0] = answer(h, 404, "/aspnet_client/q8Zt4Wn1.aspx", missing,
                                 ex_span_str("404 - File or directory not found."));
    client->baseline[1] = answer(h, 404, "/aspnet_client/velidoransa.aspx", missing,
                                 ex_span_str("404 - File or directory not found."));
    h->backdoor.n_folders = N_FOLDERS;
}

static struct ex_suspect *suspect(struct hunt *h, size_t row, enum ex_trace trace,
                                  enum ex_backdoor_state level, struct ex_span body)
{
    struct ex_suspect *s = &h->backdoor.suspects[h->backdoor.n_suspects++];
    const int status = trace == EX_TRACE_ERROR ? 500 : trace == EX_TRACE_REFUSED ? 403 : 200;

    *s = (struct ex_suspect){ .row = &rows[row],
                              .folder = row == 1 ? AUTH : CLIENT,
                              .trace = trace,
                              .level = level,
                              .repeat = EX_REPEAT_SAME };
    SET(s->front_end, "EX01");
    s->exhibit = answer(h, status, rows[row].path, answer_200, body);
    return s;
}

static struct ex_script *script(struct hunt *h, enum ex_script_kind kind, unsigned seed)
{
    struct ex_script *s = &h->logon.scripts[h->logon.n_scripts++];

    *s = (struct ex_script){ .kind = kind, .bytes = 900 + seed };
    some_hash(s->sha256, seed);
    return s;
}

/* The page as Exchange ships it. */
static void genuine(struct hunt *h)
{
    struct ex_logon_page *page = &h->logon;

    page->state = EX_LP_GENUINE;
    page->seen[EX_CP_LOGON] = page->native[EX_CP_LOGON] = true;
    page->seen[EX_CP_EXPIRED] = page->native[EX_CP_EXPIRED] = true;
    page->form[EX_CP_LOGON] = page->form[EX_CP_EXPIRED] = true;
    SET(page->theme, "/owa/auth/15.2.1748/");
    for (unsigned i = 0; i < 3; i++)
        script(h, EX_SCRIPT_INLINE, 60 + i)->known = true;
    struct ex_script *flogon = script(h, EX_SCRIPT_STATIC, 60);
    flogon->known = flogon->tried = flogon->fetched = true;
    SET(flogon->url, "/owa/auth/15.2.1748/scripts/premium/flogon.js");
    some_hash(page->hash, 77);
    page->exhibit = answer(h, 200, "/owa/auth/logon.aspx?replaceCurrent=1", answer_200,
                           ex_span_str("<!DOCTYPE html>\r\n<html><head>\r\n"));
}

static void nothing(struct hunt *h)
{
    struct ex_backdoor *b = &h->backdoor;

    *b = (struct ex_backdoor){
        .state = EX_BD_NONE_SEEN, .tier = 1, .n_names = 38, .n_asked = 38, .n_requests = 54
    };
    genuine(h);
    calibrate(h);
}

static void none_too(struct hunt *h)
{
    h->logon.state = EX_LP_CUSTOMISED;
    some_hash(h->logon.hash, 78);
    script(h, EX_SCRIPT_INLINE, 70);
}

static void oab(struct hunt *h)
{
    struct ex_suspect *s = suspect(h, 0, EX_TRACE_ANSWERS, EX_BD_CONFIRMED, ex_span_str(oab_body));

    s->repeat = EX_REPEAT_NOT_NEEDED;
    s->hits = (struct ex_hits){ .at = { oab_dump }, .n = 1 };
    suspect(h, 1, EX_TRACE_ERROR, EX_BD_SUSPICIOUS, ex_span_str(""));
    h->backdoor.state = EX_BD_CONFIRMED;
}

static void two(struct hunt *h)
{
    suspect(h, 1, EX_TRACE_ANSWERS, EX_BD_SUSPICIOUS, ex_span_str("<html>ok</html>"));
    suspect(h, 2, EX_TRACE_ERROR, EX_BD_SUSPICIOUS, ex_span_str("Server Error"));
    h->backdoor.state = EX_BD_LIKELY;
}

static void suspicious(struct hunt *h)
{
    suspect(h, 1, EX_TRACE_ERROR, EX_BD_SUSPICIOUS, ex_span_str("Server Error in '/owa'"));
    h->backdoor.state = EX_BD_SUSPICIOUS;
}

static void guarded(struct hunt *h)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct ex_suspect *s =
            suspect(h, i, EX_TRACE_ANSWERS, EX_BD_SUSPICIOUS, ex_span_str("<html>hi</html>"));

        s->downgraded = true;
        s->repeat = EX_REPEAT_NOT_NEEDED;
    }
    h->backdoor.folders[CLIENT].guarded = h->backdoor.folders[AUTH].guarded = true;
    h->backdoor.n_more = 4;
    h->backdoor.state = EX_BD_REVIEW;
}

static void blocked(struct hunt *h)
{
    h->backdoor.state = EX_BD_NOT_ASSESSED;
    h->backdoor.reason = EX_BDR_BLOCKED;
    h->backdoor.blocked_after = 9;
    SET(h->backdoor.blocked_by, "403");
    h->backdoor.n_asked = 3;
    h->backdoor.n_requests = 12;
    h->backdoor.folders[AUTH].n_asked = 3;
    h->backdoor.folders[AUTH].state = EX_FS_BLOCKED;
    h->backdoor.folders[CLIENT] =
        (struct ex_bd_folder){ "/aspnet_client/", ".aspx", EX_FS_NOT_ASKED, 18 };
}

static void proxied(struct hunt *h)
{
    h->backdoor.state = EX_BD_NOT_ASSESSED;
    h->backdoor.reason = EX_BDR_CONTROL_FAILED;
    h->logon = (struct ex_logon_page){ .state = EX_LP_NOT_NATIVE, .seen = { true, false } };
}

/* Seven lines at the top of clkLgn(), as published in 2024. */
static void stealer(struct hunt *h)
{
    struct ex_logon_page *page = &h->logon;
    struct ex_script *s = script(h, EX_SCRIPT_INLINE, 80);

    s->features = 1u << EX_FEAT_C1 | 1u << EX_FEAT_S1 | 1u << EX_FEAT_S4 | 1u << EX_FEAT_M1;
    s->score = 105;
    SET(s->sink, "https://api.telegram.org/bot1/");
    SET(s->excerpt, "var p = gbid(\"password\").value; x.open(\"POST\", u, false);");
    page->state = EX_LP_CONFIRMED;
    page->features = s->features;
    page->score = s->score;
    page->flogon_differs = true;
    SET(page->origins[page->n_origins++], "api.telegram.org");
    some_hash(page->hash, 79);
}

static void likely_stealer(struct hunt *h)
{
    stealer(h);
    h->logon.state = EX_LP_LIKELY;
    h->logon.features = h->logon.scripts[4].features = 1u << EX_FEAT_C1 | 1u << EX_FEAT_S1;
    h->logon.flogon_differs = false;
    h->logon.n_origins = 0;
    SET(h->logon.scripts[4].sink, "logout.aspx");
    SET(h->logon.target, "/owa/auth/logout.aspx");
}

static void odd_page(struct hunt *h)
{
    struct ex_script *s = script(h, EX_SCRIPT_INLINE, 82);

    s->features = 1u << EX_FEAT_C1;
    s->score = h->logon.score = 30;
    SET(s->excerpt, "var unused = gbid(\"password\").value;");
    h->logon.features = s->features;
    h->logon.state = EX_LP_SUSPICIOUS;
}

static void changed(struct hunt *h)
{
    h->logon.state = EX_LP_REVIEW;
    h->logon.flogon_differs = true;
}

static void foreign(struct hunt *h)
{
    struct ex_script *s = script(h, EX_SCRIPT_FOREIGN, 83);

    s->sha256[0] = '\0';
    s->bytes = 0;
    s->features = 1u << EX_FEAT_X1;
    s->score = h->logon.score = 20;
    SET(s->url, "https://cdn.statistics.example/v2/agent.js");
    h->logon.features = s->features;
    h->logon.state = EX_LP_REVIEW;
    SET(h->logon.origins[h->logon.n_origins++], "cdn.statistics.example");
}

static void branding(struct hunt *h)
{
    struct ex_script *s = script(h, EX_SCRIPT_INLINE, 81);

    h->logon.state = EX_LP_CUSTOMISED;
    SET(s->excerpt, "document.title = \"Initech\";");
}

/* Texts that try to break what prints them. */
static void hostile(struct hunt *h)
{
    static const char evil[] = "\033[2J\xe2\x80\xae\xff\"'`$(id)\\\r\n\0\x9b end";
    static const struct ex_hit hit = { "Owner_Rule", "\033]0;x\007 mine", EX_STRENGTH_LIKELY };
    struct ex_suspect *s = suspect(h, 0, EX_TRACE_ANSWERS, EX_BD_LIKELY,
                                   (struct ex_span){ (const uint8_t *)evil, sizeof(evil) - 1 });

    s->hits = (struct ex_hits){ .at = { hit }, .n = 1 };
    SET(s->front_end, evil);
    SET(h->exhibits[h->n_exhibits - 1].headers, "X\033-Y: \033[31m\nno colon\n:\n: \xff\n");
    h->backdoor.state = EX_BD_LIKELY;
    stealer(h);
    SET(h->logon.scripts[4].sink, evil);
    SET(h->logon.scripts[4].excerpt, evil);
    SET(h->logon.target, evil);
    SET(h->logon.origins[0], evil);
    SET(h->logon.theme, evil);
}

bool hunt_fill(struct hunt *h, struct ex_result *r, const char *name, int64_t at_unix_ms)
{
    static const struct {
        const char *name;
        void (*change)(struct hunt *h);
    } changes[] = {
        { "none", NULL },
        { "none-too", none_too },
        { "oab", oab },
        { "two", two },
        { "suspicious", suspicious },
        { "guarded", guarded },
        { "blocked", blocked },
        { "proxied", proxied },
        { "stealer", stealer },
        { "likely-stealer", likely_stealer },
        { "odd-page", odd_page },
        { "changed", changed },
        { "foreign", foreign },
        { "branding", branding },
        { "hostile", hostile },
    };

    memset(h, 0, sizeof(*h));
    h->at_unix_ms = at_unix_ms;
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        if (strcmp(changes[i].name, name) != 0)
            continue;
        nothing(h);
        if (changes[i].change)
            changes[i].change(h);
        r->backdoor = &h->backdoor;
        r->logon = &h->logon;
        return true;
    }
    return false;
}
