// SPDX-License-Identifier: MIT
#include "core/location.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { QUERY_BYTES_MAX = 2048 };

/* Names under which OWA of Exchange Online is published (Microsoft 365 URLs and IP ranges). */
static const char *const online_hosts[] = {
    "outlook.office365.com", "outlook.office.com",       "outlook.cloud.microsoft",
    "outlook.office365.us",  "outlook-dod.office365.us", "partner.outlook.cn",
    "outlook.office.de",     "mail.office365.com",       "outlook.com",
    "www.outlook.com",
};

static const char *const entra_hosts[] = {
    "login.microsoftonline.com",
    "login.windows.net",
    "login.microsoft.com",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
};

static bool is_one_of(struct ex_span host, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (ex_span_eq_nocase(host, list[i]))
            return true;
    return false;
}

static struct ex_span tail(struct ex_span s, size_t from)
{
    struct ex_span out = { 0 };

    if (from <= s.n)
        ex_span_sub(s, from, s.n - from, &out);
    return out;
}

/* Bytes of @s before the first of @ends. */
static struct ex_span head(struct ex_span s, const char *ends)
{
    size_t n = 0;

    while (n < s.n && s.p[n] != '\0' && !strchr(ends, s.p[n]))
        n++;
    return (struct ex_span){ s.p, n };
}

/* "https://host:port/path" -> authority and the rest; a relative reference has no authority. */
static struct ex_span authority(struct ex_span value, struct ex_span *rest)
{
    size_t at = 0;

    *rest = value;
    if (ex_span_starts_nocase(value, "https://"))
        at = 8;
    else if (ex_span_starts_nocase(value, "http://"))
        at = 7;
    else if (ex_span_starts_nocase(value, "//"))
        at = 2;
    else
        return (struct ex_span){ 0 };
    const struct ex_span out = head(tail(value, at), "/?#");
    *rest = tail(value, at + out.n);
    return out;
}

struct ex_span ex_location_host(struct ex_span value)
{
    struct ex_span rest;
    const struct ex_span a = authority(value, &rest);

    if (a.n > 0 && a.p[0] == '[') /* [v6]:port */
        return head(tail(a, 1), "]");
    return head(a, ":");
}

/* redirect_uri=https%3a%2f%2fhost%2fowa%2f, encoded or not: whose host is it? */
static uint32_t uri_marks(struct ex_span query, const char *target)
{
    static const char *const keys[] = { "redirect_uri=", "wtrealm=", "wreply=" };
    uint32_t marks = 0;

    for (size_t i = 0; i < N_OF(keys); i++) {
        const size_t at = ex_span_find_nocase(query, keys[i]);
        struct ex_span v;
        size_t slashes;

        if (at == SIZE_MAX)
            continue;
        v = head(tail(query, at + strlen(keys[i])), "&");
        slashes = ex_span_find_nocase(v, "%2f%2f");
        if (slashes != SIZE_MAX)
            v = tail(v, slashes + 6);
        else if ((slashes = ex_span_find(v, "//")) != SIZE_MAX)
            v = tail(v, slashes + 2);
        else
            continue;
        v = head(v, "%/:?");
        if (is_one_of(v, online_hosts, N_OF(online_hosts)))
            marks |= EX_MARK_ONLINE_URI;
        else if (target[0] != '\0' && ex_span_eq_nocase(v, target))
            marks |= EX_MARK_OWN_URI;
    }
    return marks;
}

/* WIRE form of the logon redirect: 2013 and later encode url=, 2007 and 2010 do not. */
static enum ex_location logon_form(struct ex_span rest)
{
    const size_t at = ex_span_find_nocase(rest, "url=");

    if (at == SIZE_MAX)
        return EX_LOC_OWA;
    if (ex_span_starts_nocase(tail(rest, at + 4), "https%3a%2f%2f"))
        return EX_LOC_LOGON;
    if (ex_span_starts_nocase(tail(rest, at + 4), "https://") ||
        ex_span_starts_nocase(tail(rest, at + 4), "http://"))
        return EX_LOC_LOGON_OLD;
    return EX_LOC_OWA;
}

static enum ex_location own_path(struct ex_span rest)
{
    static const struct {
        const char *start;
        uint8_t where;
    } paths[] = {
        { "/owa/auth/errorfe.aspx", EX_LOC_ERROR_FE },
        { "/exchweb/bin/auth/owalogon.asp", EX_LOC_EXCHWEB },
        { "/owa/", EX_LOC_OWA },
    };

    if (ex_span_starts_nocase(rest, "/owa/auth/logon.aspx"))
        return logon_form(rest);
    for (size_t i = 0; i < N_OF(paths); i++)
        if (ex_span_starts_nocase(rest, paths[i].start))
            return (enum ex_location)paths[i].where;
    return ex_span_eq_nocase(rest, "/owa") ? EX_LOC_OWA : EX_LOC_OWN;
}

enum ex_location ex_location_of(struct ex_span value, const char *target, uint32_t *marks)
{
    const struct ex_span host = ex_location_host(value);
    struct ex_span rest, query;

    *marks = 0;
    if (value.n == 0)
        return EX_LOC_NONE;
    authority(value, &rest);
    query = rest.n > QUERY_BYTES_MAX ? (struct ex_span){ rest.p, QUERY_BYTES_MAX } : rest;
    *marks = uri_marks(query, target);
    if (is_one_of(host, entra_hosts, N_OF(entra_hosts)))
        return EX_LOC_ENTRA;
    /* A Web Application Proxy sends its visitors to AD FS as well, with a realm of its own:
     * that is a device in front, not the sign-in of OWA. */
    if (ex_span_find_nocase(query, "adfs/ls") != SIZE_MAX)
        return ex_span_find_nocase(query, "AppProxy") != SIZE_MAX ? EX_LOC_FOREIGN : EX_LOC_ADFS;
    if (is_one_of(host, online_hosts, N_OF(online_hosts)))
        return EX_LOC_OFFICE365;
    if (host.n > 0 && !ex_span_eq_nocase(host, target))
        return EX_LOC_FOREIGN;
    return own_path(rest);
}
