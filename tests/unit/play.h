// SPDX-License-Identifier: MIT
#ifndef TESTS_UNIT_PLAY_H
#define TESTS_UNIT_PLAY_H

/* A server in a table, played against the host machine. Include cmocka.h first. */
#include "answer.h"
#include "core/host.h"

/* The answer to paths that begin so (longest first wins is not needed: first row wins).
 * A text that begins with '!' names an outcome without an answer. {id} is a new GUID. */
struct reply {
    const char *path, *text;
};

struct played {
    struct ex_host host;
    struct ex_result result;
    char probes[1024]; /* names of the probes in order; '*' after one that was announced as the
                          last, '+' after one for a new connection, '.' for a pause */
    unsigned n_requests;
};

enum { PLAY_REPLIES_MAX = 16, PLAY_TEXT_MAX = 8192 };

#define ROW_OF(a, b, c, d, g, k, p, cu_, u)                                                        \
    {                                                                                              \
        .build = { { a, b, c, d }, 4 }, .generation = EX_GEN_##g, .kind = EX_KIND_##k,             \
        .cumulative = true, .product = p, .cu = cu_, .update = u, .kb = "", .security_level = "",  \
        .rerelease_of = "", .notes = "", .source = ""                                              \
    }

static const struct ex_build_row play_builds[] = {
    ROW_OF(8, 3, 83, 6, 2007, SP, "Exchange Server 2007", "SP3", ""),
    ROW_OF(14, 3, 123, 4, 2010, SP, "Exchange Server 2010", "SP3", ""),
    ROW_OF(14, 3, 513, 0, 2010, RU, "Exchange Server 2010", "SP3", "RU32"),
    ROW_OF(15, 0, 1497, 2, 2013, CU, "Exchange Server 2013", "CU23", ""),
    ROW_OF(15, 0, 1497, 48, 2013, SU, "Exchange Server 2013", "CU23", "Mar23SU"),
    ROW_OF(15, 1, 2242, 4, 2016, CU, "Exchange Server 2016", "CU20", ""),
    ROW_OF(15, 1, 2507, 6, 2016, CU, "Exchange Server 2016", "CU23", ""),
    ROW_OF(15, 1, 2507, 44, 2016, SU, "Exchange Server 2016", "CU23", "Nov24SUv2"),
    ROW_OF(15, 1, 2507, 61, 2016, SU, "Exchange Server 2016", "CU23", "Oct25SU"),
    ROW_OF(15, 2, 1118, 7, 2019, CU, "Exchange Server 2019", "CU12", ""),
    ROW_OF(15, 2, 1118, 40, 2019, SU, "Exchange Server 2019", "CU12", "Nov23SU"),
    ROW_OF(15, 2, 1748, 10, 2019, CU, "Exchange Server 2019", "CU15", ""),
    ROW_OF(15, 2, 2562, 17, SE, RTM, "Exchange Server SE", "RTM", ""),
};

static const struct ex_alias_row play_aliases[] = {
    { { { 14, 3, 123, 3 }, 4 }, { { 14, 3, 123, 4 }, 4 }, "" },
};

static const struct ex_device_row play_devices[] = {
    { "apm", "APM", EX_DW_LOCATION, EX_ROLE_PREAUTH, "", "/my.policy", "" },
    { "asm", "ASM", EX_DW_BODY, EX_ROLE_BLOCK, "", "Request Rejected", "" },
    { "cdn", "CDN", EX_DW_HEADER, EX_ROLE_PASS, "CF-RAY", "", "" },
    { "lb", "LB", EX_DW_BODY, EX_ROLE_UNAVAILABLE, "", "No server is available", "" },
};

#define PLAY_N(a) (sizeof(a) / sizeof((a)[0]))

static const struct ex_catalog play_catalog = {
    .builds = play_builds,
    .n_builds = PLAY_N(play_builds),
    .aliases = play_aliases,
    .n_aliases = PLAY_N(play_aliases),
    .devices = play_devices,
    .n_devices = PLAY_N(play_devices),
};

static inline struct ex_host_options play_options(void)
{
    return (struct ex_host_options){ .retries = 1,
                                     .budget = EX_BUDGET_FINGERPRINT,
                                     .budget_deep = EX_BUDGET_DEEP };
}

static inline void play_fill(char *to, const char *text, unsigned number)
{
    const char *at = strstr(text, "{id}");

    if (at)
        snprintf(to, PLAY_TEXT_MAX, "%.*s00000000-0000-4000-8000-%012u%s", (int)(at - text), text,
                 number, at + 4);
    else
        snprintf(to, PLAY_TEXT_MAX, "%s", text);
}

static inline const char *play_find(const struct reply *replies, const char *path)
{
    const char *otherwise = NOT_FOUND;

    for (size_t i = 0; i < PLAY_REPLIES_MAX && replies[i].text; i++) {
        if (!replies[i].path)
            otherwise = replies[i].text;
        else if (strncmp(replies[i].path, path, strlen(replies[i].path)) == 0)
            return replies[i].text;
    }
    return otherwise;
}

static inline struct ex_action play_answer(struct played *p, const char *text)
{
    static char filled[PLAY_TEXT_MAX];
    static struct ex_tls tls;
    struct answer a;
    struct ex_event ev = { .kind = EX_EV_EXCHANGED, .exchange = &a.x, .tls = &tls };

    play_fill(filled, text, ++p->n_requests);
    tls = (struct ex_tls){ .version = "TLSv1.3" };
    if (filled[0] == '!')
        no_answer(&a, p->host.path, outcome_of(filled + 1));
    else
        answer_of(&a, p->host.path, filled);
    return ex_host_step(&p->host, &ev);
}

static inline void play_note(struct played *p, const struct ex_action *a)
{
    const size_t n = strlen(p->probes);

    snprintf(p->probes + n, sizeof(p->probes) - n, "%s%s%s%s", n ? " " : "", a->probe,
             a->last ? "*" : "", a->fresh ? "+" : "");
}

/** Play @replies (a NULL path is the default) to the end. */
static inline void play(struct played *p, const struct ex_host_options *opt,
                        const struct reply *replies)
{
    static const struct ex_target target = { .kind = EX_TARGET_NAME,
                                             .port = 443,
                                             .name = "mail.example.com" };
    const struct ex_event start = { .kind = EX_EV_START }, timer = { .kind = EX_EV_TIMER };
    struct ex_action a;

    memset(p, 0, sizeof(*p));
    ex_host_init(&p->host, opt, &play_catalog, &target, 4711);
    a = ex_host_step(&p->host, &start);
    while (a.kind == EX_ACT_REQUEST || a.kind == EX_ACT_SLEEP) {
        if (a.kind == EX_ACT_SLEEP) {
            strncat(p->probes, " .", sizeof(p->probes) - strlen(p->probes) - 1);
            a = ex_host_step(&p->host, &timer);
            continue;
        }
        play_note(p, &a);
        a = play_answer(p, play_find(replies, a.path));
    }
    if (a.kind != EX_ACT_FINISH)
        abort();
    ex_host_result(&p->host, &p->result);
}

/* Servers that several tests need. */
#define V16               "X-OWA-Version: 15.1.2507.44\n"
#define PAGE_16           "200 OK\n" FRONT_END("{id}") V16 "\n" PAGE_BODY("15.1.2507")
#define PAGE_16_NO_HEADER "200 OK\n" FRONT_END("{id}") "\n" PAGE_BODY("15.1.2507")
#define WINDOWS           "WWW-Authenticate: Negotiate\nWWW-Authenticate: NTLM\n"
#define OWN_BASIC         "WWW-Authenticate: Basic realm=\"mail.example.com\"\n"
#define EWS_16            "401 Anonymous Request Disallowed\n" FRONT_END("{id}") V16 SERVICE WINDOWS
#define EAS_16            "401 Unauthorized\n" FRONT_END("{id}") V16 OWN_BASIC
#define EWS_NO_HEADER     "401 Anonymous Request Disallowed\n" FRONT_END("{id}") SERVICE WINDOWS
#define ECP_16                                                                                     \
    "302 Found\n" FRONT_END("{id}") V16                                                            \
        "Location: "                                                                               \
        "https://mail.example.com/owa/auth/logon.aspx?url=https%3a%2f%2fx%2fecp%2f&reason=0\n"

#define OWA_2010                                                                                   \
    "302 Moved Temporarily\nLocation: "                                                            \
    "https://mail.example.com/owa/auth/logon.aspx?url=https://mail.example.com/owa/&reason=0\n"

#define SERVER_16                                                                                  \
    { "/owa/auth/logon.aspx", PAGE_16 }, { "/owa", ECP_16 }, { "/EWS/", EWS_16 },                  \
        { "/autodiscover/", EWS_16 }, { "/Microsoft-Server-ActiveSync", EAS_16 },                  \
        { "/ecp/", ECP_16 },                                                                       \
    {                                                                                              \
        "/powershell", EAS_16                                                                      \
    }

#endif
