// SPDX-License-Identifier: MIT
#include "net/fetch.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

#include "net/clock.h"
#include "net/head.h"

enum {
    HEAD_ROOM_FIRST = 2048,
    BODY_ROOM_FIRST = 8192,
    SEND_BUFFER_BYTES = 16384,
    RECEIVE_BUFFER_BYTES = 8192,
    BODY_MAX_OF_MAILBOX = 4096,
    HTTP_FIRST_FINAL = 200, /* RFC 9110 15.2 */
};

/* Room for @more bytes behind the @used ones, growing by doubling up to @max. */
static bool reserve(void **p, size_t *room, size_t used, size_t more, size_t first, size_t max)
{
    size_t want = *room ? *room : first;

    while (want - used < more && want < max)
        want = want < max / 2 ? 2 * want : max;
    if (want - used < more)
        return false;
    if (want == *room)
        return true;
    void *grown = realloc(*p, want);
    if (!grown)
        return false;
    *p = grown;
    *room = want;
    return true;
}

/* libcurl calls this once a header line, for 1xx answers and trailers too. A
 * new status line begins anew; what comes after the body has begun is a trailer
 * and no statement of the server's front end. */
static size_t on_head(char *line, size_t one, size_t n, void *arg)
{
    struct ex_fetch *f = arg;
    (void)one; /* always 1 */

    f->bytes += n;
    f->head_seen += n;
    if (f->head_seen > EX_HEAD_BYTES_MAX) {
        f->flooded = true;
        return CURL_WRITEFUNC_ERROR;
    }
    if (f->body_n > 0 || f->body_cut)
        return n;
    if (n >= 5 && memcmp(line, "HTTP/", 5) == 0) {
        f->head_n = 0;
        f->head_done = false;
    }
    if (f->head_done)
        return n;
    if (!reserve((void **)&f->head, &f->head_room, f->head_n, n, HEAD_ROOM_FIRST,
                 EX_HEAD_BYTES_MAX)) {
        f->no_memory = true;
        return CURL_WRITEFUNC_ERROR;
    }
    memcpy(f->head + f->head_n, line, n);
    f->head_n += n;
    if (n <= 2 && (line[0] == '\r' || line[0] == '\n'))
        f->head_done = true;
    return n;
}

/* A mailbox that was exported to a web page: its first bytes are proof enough, and the
 * rest is somebody's mail. The mark is that of [MS-PST] 2.2.2.6, dwMagic. */
static size_t body_limit(const struct ex_fetch *f)
{
    return f->body_n >= 4 && memcmp(f->body, "!BDN", 4) == 0 ? BODY_MAX_OF_MAILBOX : EX_BODY_MAX;
}

/* What the server says that the body will have, so that it is not copied to larger and larger
 * places, which leave holes. Pages that nothing is written to take no memory. */
static size_t first_body_room(const struct ex_fetch *f)
{
    curl_off_t n = -1;

    curl_easy_getinfo(f->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &n);
    return n <= 0 ? BODY_ROOM_FIRST : n < EX_BODY_MAX ? (size_t)n : EX_BODY_MAX;
}

/* Keep the first EX_BODY_MAX bytes, then end the transfer: a server decides how
 * much it sends, we decide how much we take. */
static size_t on_body(char *data, size_t one, size_t n, void *arg)
{
    struct ex_fetch *f = arg;
    const size_t left = EX_BODY_MAX - f->body_n;
    const size_t keep = n < left ? n : left;
    (void)one; /* always 1 */

    f->bytes += n;
    if (!reserve((void **)&f->body, &f->body_room, f->body_n, keep, first_body_room(f),
                 EX_BODY_MAX)) {
        f->no_memory = true;
        return CURL_WRITEFUNC_ERROR;
    }
    memcpy(f->body + f->body_n, data, keep);
    f->body_n += keep;
    f->body_cut = keep < n;
    if (f->body_n > body_limit(f)) {
        f->body_n = body_limit(f);
        f->body_cut = true;
    }
    return f->body_cut ? CURL_WRITEFUNC_ERROR : n;
}

/* A connection is there and the request goes out next. For one request libcurl may come here twice,
 * when a connection that was kept alive turns out to be dead before a byte was sent. */
static int want_to_send(void *arg, char *to, char *from, int to_port, int from_port)
{
    struct ex_fetch *f = arg;
    (void)to;
    (void)from;
    (void)to_port;
    (void)from_port;

    if (!f->asked)
        f->withheld = !f->may_send(f->may_send_arg);
    f->asked = true;
    return f->withheld ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

void ex_fetch_ask(struct ex_fetch *f, bool (*may_send)(void *arg), void *arg)
{
    f->may_send = may_send;
    f->may_send_arg = arg;
    curl_easy_setopt(f->easy, CURLOPT_PREREQFUNCTION, want_to_send);
    curl_easy_setopt(f->easy, CURLOPT_PREREQDATA, f);
}

static CURLcode want_tls(CURL *easy, void *ctx, void *arg)
{
    struct ex_fetch *f = arg;
    (void)easy;

    return ex_tls_prepare(ctx, &f->handshake) == EX_OK ? CURLE_OK : CURLE_OUT_OF_MEMORY;
}

enum ex_status ex_fetch_init(struct ex_fetch *f, const struct ex_fetch_options *opt)
{
    *f = (struct ex_fetch){ .opt = opt, .socket = -1, .given = -1 };
    f->easy = curl_easy_init();
    if (!f->easy)
        return EX_ENOMEM;

    CURL *e = f->easy;
    bool ok = curl_easy_setopt(e, CURLOPT_PRIVATE, f) == CURLE_OK;
    ok &= curl_easy_setopt(e, CURLOPT_USERAGENT, opt->user_agent) == CURLE_OK;
    ok &= ex_way_set(&opt->way, e) == EX_OK;
    ok &= curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK;
    curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L);
    /* libcurl copies each request into a buffer of 64 KB first; this is the least it takes. */
    curl_easy_setopt(e, CURLOPT_UPLOAD_BUFFERSIZE, (long)SEND_BUFFER_BYTES);
    /* Each host in flight has one; OpenSSL has another, of a whole record, for as long as it reads.
     */
    curl_easy_setopt(e, CURLOPT_BUFFERSIZE, (long)RECEIVE_BUFFER_BYTES);
    curl_easy_setopt(e, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(e, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(e, CURLOPT_SSL_ENABLE_ALPN, 0L);
    curl_easy_setopt(e, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_0);
    curl_easy_setopt(e, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    /* The certificate is judged in tls.c; libcurl would parse the bundle anew for each host. */
    curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 0L);
    curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 0L);
    curl_easy_setopt(e, CURLOPT_SSL_CTX_FUNCTION, want_tls);
    curl_easy_setopt(e, CURLOPT_SSL_CTX_DATA, f);
    curl_easy_setopt(e, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
    ex_fetch_keep_sockets(f);
    curl_easy_setopt(e, CURLOPT_HEADERFUNCTION, on_head);
    curl_easy_setopt(e, CURLOPT_HEADERDATA, f);
    curl_easy_setopt(e, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(e, CURLOPT_WRITEDATA, f);
    if (ok)
        return EX_OK;
    ex_fetch_deinit(f);
    return EX_ENOMEM;
}

void ex_fetch_deinit(struct ex_fetch *f)
{
    if (f->easy)
        curl_easy_cleanup(f->easy);
    curl_slist_free_all(f->connect_to);
    curl_slist_free_all(f->fields);
    free(f->head);
    free(f->body);
    *f = (struct ex_fetch){ .socket = -1, .given = -1 };
}

enum ex_status ex_fetch_host(struct ex_fetch *f, const struct ex_target *target,
                             const struct ex_addr *address)
{
    char host[EX_TARGET_TEXT], text[EX_ADDR_TEXT], to[EX_ADDR_TEXT + 16];

    f->bytes = 0;
    f->socket = -1;
    ex_handshake_reset(&f->handshake, f->opt->trust, target->name,
                       target->kind == EX_TARGET_ADDRESS);
    snprintf(f->origin, sizeof(f->origin), "https://%s", ex_target_format(host, target));

    /* "::ADDRESS:" replaces every host by the address and keeps the port. */
    ex_addr_format(text, address);
    snprintf(to, sizeof(to), address->family == 6 ? "::[%s]:" : "::%s:", text);
    curl_slist_free_all(f->connect_to);
    f->connect_to = curl_slist_append(NULL, to);
    if (!f->connect_to)
        return EX_ENOMEM;
    return curl_easy_setopt(f->easy, CURLOPT_CONNECT_TO, f->connect_to) == CURLE_OK ? EX_OK
                                                                                    : EX_ENOMEM;
}

void ex_fetch_give(struct ex_fetch *f, int fd, uint32_t spent_ms)
{
    f->given = fd;
    f->given_spent_ms = spent_ms;
}

/* TCP has taken its part of the time already. */
static uint32_t connect_left_ms(const struct ex_fetch *f)
{
    const uint32_t all = f->opt->connect_timeout_ms;

    if (f->given < 0)
        return all;
    return all > f->given_spent_ms ? all - f->given_spent_ms : 1;
}

/* libcurl has no call to close one idle connection: shut down, it is found dead
 * and dropped when the next host of this multi connects. One that never came about is not
 * idle: libcurl has closed it without want_close(), and its number may be another host's.
 * What was not read goes, too: libcurl would take the connection for a living one. */
static void drop_connection(struct ex_fetch *f)
{
    char waste[4096];

    if (f->socket >= 0 && f->handshake.started) {
        shutdown(f->socket, SHUT_RDWR); /* what comes now is answered by a reset */
        while (recv(f->socket, waste, sizeof(waste), MSG_DONTWAIT) > 0)
            continue;
    }
    f->socket = -1;
}

/* Bytes that wait where nothing was asked are no answer, but would be taken for that to the next
 * request. A farewell is among them; a new connection is right after that, too. */
static bool has_spoken_unasked(const struct ex_fetch *f)
{
    char byte;

    return f->socket >= 0 && f->handshake.finished &&
           (ex_tls_has_unread(&f->handshake) ||
            recv(f->socket, &byte, sizeof(byte), MSG_PEEK | MSG_DONTWAIT) >= 0);
}

static bool set_fields(struct ex_fetch *f, const struct ex_action *a)
{
    char line[512];

    curl_slist_free_all(f->fields);
    f->fields = curl_slist_append(NULL, a->http10_no_host ? "Host:" : "Accept: */*");
    if (f->fields && a->authorization) {
        snprintf(line, sizeof(line), "Authorization: %s", a->authorization);
        f->fields = curl_slist_append(f->fields, line) ? f->fields : NULL;
    }
    return f->fields && curl_easy_setopt(f->easy, CURLOPT_HTTPHEADER, f->fields) == CURLE_OK;
}

static void drop_body(struct ex_fetch *f)
{
    free(f->body);
    f->body = NULL;
    f->body_room = f->body_n = 0;
}

enum ex_status ex_fetch_prepare(struct ex_fetch *f, const struct ex_action *a, uint32_t timeout_ms)
{
    char url[sizeof(f->origin) + 512];

    if (a->kind != EX_ACT_REQUEST || !a->path || a->path[0] != '/' ||
        (a->method != EX_GET && a->method != EX_HEAD) || strlen(a->path) >= 512)
        return EX_EINTERNAL;
    snprintf(url, sizeof(url), "%s%s", f->origin, a->path);
    f->head_n = f->head_seen = f->body_n = 0;
    if (f->body_room > BODY_ROOM_FIRST) /* a page; most of what else is asked for is none */
        drop_body(f);
    f->head_done = f->flooded = f->body_cut = f->no_memory = f->repeat_refused = false;
    f->asked = f->withheld = false;
    f->no_socket = 0;
    f->why[0] = '\0';
    f->path = a->path;
    f->bytes_before = f->bytes;
    f->is_head = a->method == EX_HEAD;

    CURL *e = f->easy;
    if (!set_fields(f, a) || curl_easy_setopt(e, CURLOPT_URL, url) != CURLE_OK)
        return EX_ENOMEM;
    if (f->is_head)
        curl_easy_setopt(e, CURLOPT_NOBODY, 1L);
    else
        curl_easy_setopt(e, CURLOPT_HTTPGET, 1L); /* clears NOBODY */
    /* An NTLM challenge stays unanswered: its connection must not be used again. */
    curl_easy_setopt(e, CURLOPT_FORBID_REUSE,
                     a->last || a->authorization || a->http10_no_host ? 1L : 0L);
    curl_easy_setopt(e, CURLOPT_HTTP_VERSION,
                     (long)(a->http10_no_host ? CURL_HTTP_VERSION_1_0 : CURL_HTTP_VERSION_1_1));
    curl_easy_setopt(e, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS, (long)connect_left_ms(f));
    const bool fresh = a->fresh || has_spoken_unasked(f);
    if (fresh)
        drop_connection(f); /* before the new one: an address has one connection at a time */
    curl_easy_setopt(e, CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
    f->at_unix_ms = ex_unix_ms();
    f->at_us = uv_hrtime() / 1000;
    return EX_OK;
}

void ex_fetch_finish(struct ex_fetch *f, CURLcode rc, struct ex_exchange *out)
{
    *out = (struct ex_exchange){
        .outcome = ex_fetch_outcome(f, rc),
        .path = f->path,
        .head = f->is_head,
        .body = { f->body, f->body_n },
        .body_cut = f->body_cut,
        .headers = f->headers,
        .at_unix_ms = f->at_unix_ms,
        .duration_ms = (uint32_t)((uv_hrtime() / 1000 - f->at_us) / 1000),
    };
    if (f->head_done)
        ex_head_parse((struct ex_span){ (const uint8_t *)f->head, f->head_n }, f->headers, out);
    if (out->status < HTTP_FIRST_FINAL) { /* 1xx announces an answer and is none */
        out->status = 0;
        out->n_headers = 0;
    }
    if (out->outcome == EX_OUT_OK && out->status == 0)
        out->outcome = EX_OUT_BAD_HTTP;
    if (out->outcome == EX_OUT_TLS_FAILED && f->handshake.tls.error[0] == '\0')
        ex_span_copy(f->handshake.tls.error, sizeof(f->handshake.tls.error),
                     ex_span_str(curl_easy_strerror(rc)));
}

void ex_fetch_release(struct ex_fetch *f)
{
    if (f->given >= 0)
        close(f->given);
    f->given = -1;
    drop_connection(f);
    /* Its TLS may speak once more when libcurl closes it, and nobody is there any more. */
    ex_handshake_reset(&f->handshake, NULL, NULL, false);
    drop_body(f);
    if (f->head_room > HEAD_ROOM_FIRST) {
        free(f->head);
        f->head = NULL;
        f->head_room = 0;
    }
    f->head_n = 0;
}
