// SPDX-License-Identifier: MIT
#ifndef TESTS_UNIT_ANSWER_H
#define TESTS_UNIT_ANSWER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exprobe/exchange.h"

/* An answer written as text, so that a row of a table is one string:
 * "401 Anonymous Request Disallowed\nX-FEServer: EX01\n\nbody". */
struct answer {
    struct ex_exchange x;
    struct ex_header headers[24];
};

static inline struct ex_span until_line_end(const char **at)
{
    const size_t n = strcspn(*at, "\n");
    const struct ex_span line = { (const uint8_t *)*at, n };

    *at += n + ((*at)[n] == '\n');
    return line;
}

/** Read @text into @to, which borrows from it. Returns the exchange. */
static inline const struct ex_exchange *answer_of(struct answer *to, const char *path,
                                                  const char *text)
{
    const char *at = text;
    struct ex_span line = until_line_end(&at);

    *to = (struct answer){ .x = { .outcome = EX_OUT_OK, .path = path, .headers = to->headers } };
    to->x.status = (int)strtol(text, NULL, 10);
    if (line.n > 4)
        to->x.reason = (struct ex_span){ line.p + 4, line.n - 4 };
    while (*at && *at != '\n' && to->x.n_headers < 24) {
        struct ex_header *h = &to->headers[to->x.n_headers++];
        size_t colon;

        line = until_line_end(&at);
        colon = ex_span_find(line, ":");
        if (colon == SIZE_MAX)
            abort();
        h->name = (struct ex_span){ line.p, colon };
        h->value = ex_span_trim((struct ex_span){ line.p + colon + 1, line.n - colon - 1 });
    }
    if (*at == '\n')
        at++;
    to->x.body = ex_span_str(at);
    return &to->x;
}

/** A request that got no complete header block. */
static inline const struct ex_exchange *no_answer(struct answer *to, const char *path,
                                                  enum ex_outcome outcome)
{
    *to = (struct answer){ .x = { .outcome = outcome, .path = path, .headers = to->headers } };
    return &to->x;
}

#define GUID_A "11111111-2222-4333-8444-555555555555"
#define GUID_B "66666666-7777-4888-8999-aaaaaaaaaaaa"

/* What genuine front ends say, cut down to what is looked at. */
#define FRONT_END(id)                                                                              \
    "Server: Microsoft-IIS/10.0\n"                                                                 \
    "request-id: " id "\n"                                                                         \
    "X-FEServer: EX01\n"

#define SERVICE "X-SOAP-Enabled: True\nX-WSSecurity-Enabled: True\nX-OAuth-Enabled: True\n"

#define PAGE_BODY(number)                                                                          \
    "<!DOCTYPE HTML>\n<!-- OwaPage = ASP.auth_logon_aspx -->\n"                                    \
    "<!-- {57A118C6-2DA9-419d-BE9A-F92B0F9A418B} -->\n<html><head>"                                \
    "<link rel=\"shortcut icon\" href=\"/owa/auth/" number "/themes/resources/favicon.ico\">"      \
    "<title>Outlook</title><style>wf_segoe-ui_normal</style></head><body>"                         \
    "<form action=\"/owa/auth.owa\" method=\"POST\" name=\"logonForm\"></form></body></html>"

#define PAGE_2010(number)                                                                          \
    "<!-- OwaPage = ASP.auth_logon_aspx -->\n<html><head>"                                         \
    "<link rel=\"stylesheet\" href=\"/owa/" number "/themes/resources/owafont.css\">"              \
    "<title>Outlook Web App</title></head><body>"                                                  \
    "<form action=\"/owa/auth.owa\" method=\"POST\" name=\"logonForm\"></form></body></html>"

#define LOGON_PAGE(id, version, number)                                                            \
    "200 OK\n" FRONT_END(id) "X-OWA-Version: " version "\n\n" PAGE_BODY(number)

#define NOT_FOUND "404 Not Found\nServer: Microsoft-IIS/10.0\n\n<title>404</title>"

/** The outcome that is called @word. */
static inline enum ex_outcome outcome_of(const char *word)
{
#define X(id, text)                                                                                \
    if (strcmp(word, text) == 0)                                                                   \
        return EX_OUT_##id;
    EX_OUTCOME_MAP(X)
#undef X
    abort();
}

#endif
