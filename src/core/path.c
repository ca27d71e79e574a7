// SPDX-License-Identifier: MIT
#include "core/path.h"

/* Requests that are made by attacks, or that change or reveal what is nobody's business:
 * CVE-2021-26855 (static files below /ecp and /owa/auth with a forged cookie, proxyLogon.ecp, DDI),
 * CVE-2021-34473 (autodiscover.json, powershell), the export tool, which has Exchange fetch from a
 * named server, and the logon itself. Matched anywhere, case ignored. */
static const struct {
    const char *part, *why;
} never[] = {
    { "autodiscover.json", "looks like an attack (CVE-2021-34473)" },
    { "powershell", "is the remote shell, or looks like an attack on it" },
    { "/exporttool/", "has Exchange fetch from another server" },
    { "/ecp/ddi", "looks like an attack (CVE-2021-26855)" },
    { "/ecp/default.flt", "looks like an attack (CVE-2021-26855)" },
    { "/ecp/proxylogon.ecp", "looks like an attack (CVE-2021-26855)" },
    { "/owa/auth.owa", "is the logon itself" },
};

/* "/ecp/x.js": a name that does not exist and is proxied all the same. */
static const char *const proxied[] = { "/ecp/", "/owa/auth/" };

size_t ex_path_folder(struct ex_span path)
{
    size_t n = path.n;

    while (n > 0 && path.p[n - 1] != '/')
        n--;
    return n;
}

size_t ex_path_extension(struct ex_span path)
{
    const size_t from = ex_path_folder(path);

    for (size_t i = path.n; i > from; i--)
        if (path.p[i - 1] == '.')
            return i - 1;
    return path.n;
}

static bool is_letter(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static const char *bad_character(uint8_t c)
{
    if (is_letter(c) || (c >= '0' && c <= '9') || c == '/' || c == '.' || c == '_' || c == '-' ||
        c == '~')
        return NULL;
    if (c == '?')
        return "has a query";
    if (c == '%')
        return "is percent-encoded";
    if (c == '\\')
        return "has a backslash";
    if (c <= ' ' || c == 0x7f)
        return "has a blank or control character";
    if (c > 0x7f)
        return "has a character that is not ASCII";
    return "has a character other than letters, digits and . _ - ~";
}

/* "/owa/auth/log.aspx/x.js" runs log.aspx: what stands behind a page is its PATH_INFO
 * (RFC 3875 4.1.5), and behind .asmx the method that it calls. Versions, as in
 * "/owa/auth/15.1.2507/", are folders. */
static bool has_page_as_folder(struct ex_span path)
{
    for (size_t i = 1; i + 1 < ex_path_folder(path); i++)
        if (path.p[i] == '.' && path.p[i - 1] != '/' && is_letter(path.p[i + 1]))
            return true;
    return false;
}

static const char *bad_form(struct ex_span path)
{
    const size_t folder = ex_path_folder(path);

    if (path.n == 0 || path.p[0] != '/')
        return "does not begin with /";
    if (path.n > EX_PATH_MAX)
        return "is longer than 120 bytes";
    for (size_t i = 0; i < path.n; i++) {
        const char *why = bad_character(path.p[i]);

        if (why)
            return why;
    }
    if (ex_span_find(path, "..") != SIZE_MAX || ex_span_find(path, "/./") != SIZE_MAX)
        return "has a . or .. of a folder";
    if (ex_span_find(path, "//") != SIZE_MAX)
        return "has an empty folder name";
    if (folder == path.n)
        return "is a folder, not a file";
    if (folder > EX_PATH_FOLDER_MAX)
        return "has a folder longer than 63 bytes";
    if (path.n - ex_path_extension(path) > EX_PATH_EXTENSION_MAX)
        return "has an extension longer than 7 bytes";
    return NULL;
}

static bool is_proxied(struct ex_span path)
{
    for (size_t i = 0; i < sizeof(proxied) / sizeof(proxied[0]); i++) {
        const size_t at = ex_span_find_nocase(path, proxied[i]);
        const size_t name = at + strlen(proxied[i]);

        if (at != SIZE_MAX && path.n > name && is_letter(path.p[name]) &&
            ex_span_starts_nocase(ex_span_part(path, name + 1, 3), ".js"))
            return true;
    }
    return false;
}

const char *ex_path_refused(struct ex_span path)
{
    const char *why = bad_form(path);

    for (size_t i = 0; !why && i < sizeof(never) / sizeof(never[0]); i++)
        if (ex_span_find_nocase(path, never[i].part) != SIZE_MAX)
            why = never[i].why;
    if (!why && is_proxied(path))
        why = "looks like an attack (CVE-2021-26855)";
    if (!why && has_page_as_folder(path))
        why = "has a page or file as a folder";
    return why;
}
