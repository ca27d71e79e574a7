// SPDX-License-Identifier: MIT
#ifndef TESTS_FUZZ_NEVER_SENT_H
#define TESTS_FUZZ_NEVER_SENT_H

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/*
 * tests/cases/policy/forbidden_requests.json, path_forbidden_regex, in C: what must not
 * leave whatever a server answers. One function for each pattern there, in its order.
 */

/* autodiscover\.json.*(@|%40) */
static inline bool is_autodiscover_json_address(const char *p)
{
    const char *at = strstr(p, "autodiscover.json");

    return at && (strchr(at, '@') || strstr(at, "%40"));
}

/* autodiscover.*powershell */
static inline bool is_autodiscover_powershell(const char *p)
{
    const char *at = strstr(p, "autodiscover");

    return at && strstr(at, "powershell");
}

/* /exporttool/[^/]+/microsoft\.exchange */
static inline bool is_export_tool_of_a_server(const char *p)
{
    for (const char *at = p; (at = strstr(at, "/exporttool/")); at++) {
        const char *rest = at + strlen("/exporttool/");
        const char *slash = strchr(rest, '/');

        if (slash && slash > rest && strncmp(slash, "/microsoft.exchange", 19) == 0)
            return true;
    }
    return false;
}

static inline bool is_one_letter_js(const char *p, const char *folder)
{
    for (const char *at = p; (at = strstr(at, folder)); at++) {
        const char *name = at + strlen(folder);

        if (name[0] >= 'a' && name[0] <= 'z' && strncmp(name + 1, ".js", 3) == 0)
            return true;
    }
    return false;
}

/* owaVer=, /ecp/(DDI|default\.flt|proxyLogon\.ecp|[a-z]\.js), /owa/auth/[a-z]\.js, /owa/auth\.owa
 */
static inline bool is_known_attack_path(const char *p)
{
    static const char *const parts[] = { "owaver=", "/ecp/ddi", "/ecp/default.flt",
                                         "/ecp/proxylogon.ecp", "/owa/auth.owa" };

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        if (strstr(p, parts[i]))
            return true;
    return is_one_letter_js(p, "/ecp/") || is_one_letter_js(p, "/owa/auth/");
}

/* The patterns ignore case. No path of ours is percent-encoded, so none can hide there. */
static inline bool is_never_sent(const char *path)
{
    char p[512];
    size_t n = 0;

    for (; path[n] && n + 1 < sizeof(p); n++)
        p[n] = (char)tolower((unsigned char)path[n]);
    p[n] = '\0';
    return path[n] != '\0' || strchr(p, '%') || is_autodiscover_json_address(p) ||
           is_autodiscover_powershell(p) || is_export_tool_of_a_server(p) ||
           is_known_attack_path(p);
}

#endif
