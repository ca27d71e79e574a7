// SPDX-License-Identifier: MIT
#ifndef NET_TLS_H
#define NET_TLS_H

#include "exprobe/exchange.h"

struct ssl_ctx_st;
struct ssl_st;

/** The trust store against which certificates are judged, after the fact: a bad
 *  certificate is recorded and never a reason not to look. Immutable after
 *  ex_trust_new(), usable from any thread. */
struct ex_trust_store;

/**
 * @ca_file is a PEM file to trust instead of the system's store, or NULL.
 *
 * Returns: EX_OK, EX_EINPUT (@ca_file cannot be read or holds no certificate), EX_ENOMEM.
 * Owns:    the caller owns *out; ex_trust_free().
 */
EX_MUSTUSE enum ex_status ex_trust_new(struct ex_trust_store **out, const char *ca_file,
                                       struct ex_error *err);
void ex_trust_free(struct ex_trust_store *t);

/** SHA-256 of the sorted SHA-256 of the certificates of @ca_file, in hex; "" when it is the
 *  system's store, which is read as it is needed. Lives as long as @t. */
const char *ex_trust_sha256(const struct ex_trust_store *t);

/** Connections whose TLS may have read more from the socket than it has handed out. */
struct ex_unread {
    struct ex_handshake *first;
};

/** The handshake of one connection as it goes on. Lives in the fetch; a
 *  connection that outlives its host is told apart by the epoch. */
struct ex_handshake {
    const struct ex_trust_store *trust;
    const char *name; /**< to match the certificate against; borrowed */
    bool name_is_address;
    bool started, finished;
    bool flooded;                   /**< it sent more messages or records than are taken */
    uint32_t n_messages, n_records; /**< of handshakes, received on this connection */
    uint32_t epoch;                 /**< changes with each host */
    struct ex_tls tls;
    int socket;                   /**< of this connection */
    const struct ssl_ctx_st *ctx; /**< of this connection; NULL: it is closed, or no TLS yet */
    const struct ssl_st *ssl;     /**< as long as ctx */
    struct ex_unread *unread;     /**< borrowed, from the first to the last host; or NULL */
    struct ex_handshake *next_unread;
    bool is_unread; /**< in that list */
};

/** Take one out; NULL: there is none. */
struct ex_handshake *ex_unread_take(struct ex_unread *u);

/** Bytes were read from the socket that nobody was given yet: the socket will not tell of them. */
bool ex_tls_has_unread(const struct ex_handshake *hs);

/**
 * Prepare an SSL_CTX that libcurl made: reach old servers (TLS 1.0, security
 * level 0, no RFC 5746), accept any certificate, and report the handshake to @hs.
 *
 * Returns: EX_OK, EX_ENOMEM.
 * Thread:  that of the connection. @hs must outlive the connection.
 */
EX_MUSTUSE enum ex_status ex_tls_prepare(struct ssl_ctx_st *ctx, struct ex_handshake *hs);

/** Forget the host before: new epoch, empty facts. */
void ex_handshake_reset(struct ex_handshake *hs, const struct ex_trust_store *trust,
                        const char *name, bool name_is_address);

/** Decode one DER certificate; trust and name are left unknown.
 *  Returns: false when it is no certificate. Thread: any. */
bool ex_cert_of_der(struct ex_span der, struct ex_cert *out);

#endif
