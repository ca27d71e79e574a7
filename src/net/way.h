// SPDX-License-Identifier: MIT
#ifndef NET_WAY_H
#define NET_WAY_H

#include <curl/curl.h>

#include "exprobe/exchange.h"

/* The way out of this machine: the proxy and the interface that the user named. What
 * fails there is no statement of a host, and must not be told as one. */
struct ex_way {
    const char *proxy;     /**< URL, or NULL for none; the environment is not consulted */
    const char *interface; /**< local interface or address to bind to, or NULL */
};

/**
 * Can it work at all? A proxy has to be one of http, socks4, socks4a, socks5, socks5h (one that
 * speaks TLS itself would be taken for the host); an interface or address has to exist here.
 *
 * Returns: EX_OK, EX_EUSAGE with @err naming the option and the remedy.
 */
EX_MUSTUSE enum ex_status ex_way_check(const struct ex_way *way, struct ex_error *err);

/** Make @easy take that way and no other. Returns: EX_OK, EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_way_set(const struct ex_way *way, CURL *easy);

/** No connection came about, and @error (an errno, or 0: nothing) is what the system said: what
 * that means, and the words for it in @why (of @size bytes) where the outcome alone does not say
 * it. */
enum ex_outcome ex_way_not_connected(int error, char *why, size_t size);

/** The same when there was not even a socket. */
enum ex_outcome ex_way_no_socket(int error, char *why, size_t size);

/**
 * A transfer with a proxy ended with @rc before the host was reached. What became of it, and in
 * @why (of @size bytes) what the proxy had to do with it.
 *
 * INTERNAL: there was no proxy, or it let us not in, so the host was never tried.
 * UNREACHABLE: the proxy did not reach the host, or did not want to.
 */
enum ex_outcome ex_way_failed(CURL *easy, CURLcode rc, char *why, size_t size);

#endif
