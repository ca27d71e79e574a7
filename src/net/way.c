// SPDX-License-Identifier: MIT
#include "net/way.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "exprobe/target.h"

enum { PROXY_AUTHENTICATION_REQUIRED = 407 /* RFC 9110 15.5.8 */, INTERFACE_SIZE = 64 };

static bool is_proxy_scheme(const char *proxy)
{
    static const char *const schemes[] = { "http", "socks4", "socks4a", "socks5", "socks5h" };
    const char *end = strstr(proxy, "://");

    if (!end)
        return true; /* libcurl takes it for http */
    for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++)
        if (ex_span_eq_nocase((struct ex_span){ (const uint8_t *)proxy, (size_t)(end - proxy) },
                              schemes[i]))
            return true;
    return false;
}

/* An address is this machine's when a socket can be bound to it. */
static bool is_local(const struct ex_addr *a)
{
    struct sockaddr_in6 six = { .sin6_family = AF_INET6 };
    struct sockaddr_in four = { .sin_family = AF_INET };
    const bool is_six = a->family == 6;
    const int fd = socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    memcpy(&six.sin6_addr, a->bytes, sizeof(six.sin6_addr));
    memcpy(&four.sin_addr, a->bytes, sizeof(four.sin_addr));
    const bool bound =
        fd >= 0 && bind(fd, is_six ? (struct sockaddr *)&six : (struct sockaddr *)&four,
                        is_six ? sizeof(six) : sizeof(four)) == 0;
    if (fd >= 0)
        close(fd);
    return bound;
}

enum ex_status ex_way_check(const struct ex_way *way, struct ex_error *err)
{
    struct ex_addr a;

    if (way->proxy && !is_proxy_scheme(way->proxy)) {
        ex_error_set(err,
                     "--proxy %.200s: give http://, socks4://, socks4a://, socks5:// or "
                     "socks5h://",
                     way->proxy);
        return EX_EUSAGE;
    }
    if (!way->interface)
        return EX_OK;
    if (ex_addr_parse(ex_span_str(way->interface), &a) == EX_OK
            ? is_local(&a)
            : if_nametoindex(way->interface) > 0)
        return EX_OK;
    ex_error_set(err,
                 "--interface %.100s: this machine has no such interface or address; `ip addr` "
                 "lists them",
                 way->interface);
    return EX_EUSAGE;
}

/* With a prefix libcurl does not take an unknown interface for a host name to look up. */
static CURLcode set_interface(const char *interface, CURL *easy)
{
    char text[INTERFACE_SIZE];
    struct ex_addr a;
    const bool is_address = ex_addr_parse(ex_span_str(interface), &a) == EX_OK;

    snprintf(text, sizeof(text), "%s!%s", is_address ? "host" : "if", interface);
    return curl_easy_setopt(easy, CURLOPT_INTERFACE, text);
}

enum ex_status ex_way_set(const struct ex_way *way, CURL *easy)
{
    /* Empty, not absent: libcurl would read https_proxy and no_proxy. */
    bool ok = curl_easy_setopt(easy, CURLOPT_PROXY, way->proxy ? way->proxy : "") == CURLE_OK;
    ok &= curl_easy_setopt(easy, CURLOPT_NOPROXY, "") == CURLE_OK;
    /* What a proxy says to CONNECT is no answer of the host. */
    ok &= curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) == CURLE_OK;
    ok &= curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L) == CURLE_OK;
    if (way->interface)
        ok &= set_interface(way->interface, easy) == CURLE_OK;
    return ok ? EX_OK : EX_ENOMEM;
}

enum ex_outcome ex_way_not_connected(int error, char *why, size_t size)
{
    const char *words = strerrordesc_np(error);

    switch (error) {
    case ECONNREFUSED:
        return EX_OUT_REFUSED;
    case ETIMEDOUT:
        return EX_OUT_CONNECT_TIMEOUT;
    case ECONNRESET: /* accepted, then dropped at once, */
    case ECONNABORTED:
    case EPIPE: /* with a farewell before, */
    case 0:     /* or with data out of band, which libcurl takes for an error */
        return EX_OUT_TLS_FAILED;
    default:
        snprintf(why, size, "%s", words ? words : "an unknown error");
        return EX_OUT_UNREACHABLE;
    }
}

/* Only an address family that this machine does not have says something about the way to the
 * host; the rest is our own shortage. */
enum ex_outcome ex_way_no_socket(int error, char *why, size_t size)
{
    if (error == EAFNOSUPPORT)
        return EX_OUT_UNREACHABLE;
    snprintf(why, size, "no socket: %s", strerrordesc_np(error));
    return EX_OUT_INTERNAL;
}

enum ex_outcome ex_way_failed(CURL *easy, CURLcode rc, char *why, size_t size)
{
    long status = 0, socks = CURLPX_OK;

    curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &status);
    curl_easy_getinfo(easy, CURLINFO_PROXY_ERROR, &socks);
    if (status >= 300) {
        snprintf(why, size, "the proxy answered %ld", status);
        return status == PROXY_AUTHENTICATION_REQUIRED ? EX_OUT_INTERNAL : EX_OUT_UNREACHABLE;
    }
    if (rc == CURLE_OPERATION_TIMEDOUT) {
        snprintf(why, size, "through the proxy");
        return EX_OUT_CONNECT_TIMEOUT;
    }
    if (rc == CURLE_PROXY) {
        snprintf(why, size, "the SOCKS proxy refused (libcurl's proxy error %ld)", socks);
        return EX_OUT_UNREACHABLE;
    }
    snprintf(why, size, "no connection to the proxy");
    return EX_OUT_INTERNAL;
}
