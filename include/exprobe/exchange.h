// SPDX-License-Identifier: MIT
#ifndef EXPROBE_EXCHANGE_H
#define EXPROBE_EXCHANGE_H

#include "exprobe/span.h"
#include "exprobe/target.h"

/* What became of a host: DESIGN, the closed list of `state`. Frozen. */
#define EX_STATE_MAP(X)                                                                            \
    X(ANSWERED, "answered")                                                                        \
    X(DNS_FAILED, "dns-failed")                                                                    \
    X(REFUSED, "refused")                                                                          \
    X(UNREACHABLE, "unreachable")                                                                  \
    X(CONNECT_TIMEOUT, "connect-timeout")                                                          \
    X(TLS_FAILED, "tls-failed")                                                                    \
    X(HTTP_FAILED, "http-failed")                                                                  \
    X(TIMEOUT, "timeout")                                                                          \
    X(BLOCKED, "blocked")                                                                          \
    X(OUT_OF_SCOPE, "out-of-scope")                                                                \
    X(OPTED_OUT, "opted-out")                                                                      \
    X(INTERRUPTED, "interrupted")                                                                  \
    X(INTERNAL_ERROR, "internal-error")

enum ex_state {
#define X(id, text) EX_STATE_##id,
    EX_STATE_MAP(X)
#undef X
        EX_N_STATES
};

/* What became of one request. NOT_SENT never leaves the engine. */
#define EX_OUTCOME_MAP(X)                                                                          \
    X(OK, "ok")                                                                                    \
    X(REFUSED, "refused")                                                                          \
    X(UNREACHABLE, "unreachable")                                                                  \
    X(CONNECT_TIMEOUT, "connect-timeout")                                                          \
    X(TLS_FAILED, "tls-failed")                                                                    \
    X(TLS_TIMEOUT, "tls-timeout")                                                                  \
    X(RESET, "reset")                                                                              \
    X(TIMEOUT, "timeout")                                                                          \
    X(BAD_HTTP, "bad-http")                                                                        \
    X(HEADER_FLOOD, "header-flood")                                                                \
    X(CANCELED, "canceled")                                                                        \
    X(INTERNAL, "internal")

enum ex_outcome {
#define X(id, text) EX_OUT_##id,
    EX_OUTCOME_MAP(X)
#undef X
};

enum {
    EX_BODY_MAX = 64 * 1024, /**< bytes of a body that are kept; the transfer ends there */
    EX_HEADERS_MAX = 128,    /**< header fields that are kept */
    EX_HEAD_BYTES_MAX =
        32768, /**< bytes of status line and fields, 1xx included; more is a flood */
    EX_CERT_TEXT = 256,
    EX_SAN_TEXT = 1024,
};

/** One header field as the server sent it. Name and value are spans of raw bytes, value trimmed. */
struct ex_header {
    struct ex_span name;
    struct ex_span value;
};

enum ex_trust { EX_TRUST_UNKNOWN, EX_TRUST_YES, EX_TRUST_NO };

/** A certificate as it was presented. Text is raw server text, not escaped. */
struct ex_cert {
    bool present;
    bool self_signed;      /**< issuer equals subject and the signature verifies with its own key */
    bool name_match;       /**< RFC 6125 against the target's name or address */
    enum ex_trust trusted; /**< against the system's trust store, at the time of the scan */
    uint16_t key_bits;
    uint16_t n_san;     /**< in the certificate; san may hold fewer */
    int64_t not_before; /**< Unix seconds */
    int64_t not_after;
    char sha256[65];            /**< of the DER encoding, lower-case hex */
    char key_type[16];          /**< "RSA", "EC", ... */
    char trust_error[96];       /**< OpenSSL's words when trusted is NO */
    char subject[EX_CERT_TEXT]; /**< RFC 2253 */
    char issuer[EX_CERT_TEXT];
    char san[EX_SAN_TEXT]; /**< "DNS:a\0IP:b\0", ended by an empty string */
};

/** What the handshake showed. Filled also when it failed, as far as it got. */
struct ex_tls {
    char version[16]; /**< "TLSv1.2"; "" when none was agreed */
    char cipher[64];
    bool client_cert_requested;
    bool secure_renegotiation; /**< RFC 5746 */
    uint8_t alert;             /**< description of the last alert received, 0 for none */
    char error[128];           /**< why the handshake failed, "" */
    struct ex_cert cert;
};

/**
 * One request and what came back. Plain data: a test writes it as a literal.
 *
 * status is 0 when no complete header block arrived. With outcome TIMEOUT or
 * RESET and status != 0 the headers are complete and the body is not.
 * Header fields of 1xx answers and trailers are not in here.
 */
struct ex_exchange {
    enum ex_outcome outcome;
    int status;
    bool http10;      /**< the status line said HTTP/1.0 */
    bool head;        /**< the request was a HEAD */
    bool body_cut;    /**< the body is longer than what was kept */
    bool headers_cut; /**< more fields than EX_HEADERS_MAX */
    const char *path; /**< path and query as sent */
    struct ex_span reason;
    const struct ex_header *headers;
    size_t n_headers;
    struct ex_span body;
    int64_t at_unix_ms; /**< when the request was sent */
    uint32_t duration_ms;
};

/** First field of that name (ASCII case ignored), or NULL. */
const struct ex_header *ex_exchange_header(const struct ex_exchange *x, const char *name);

/** Next field of that name after @prev (NULL: the first), or NULL. */
const struct ex_header *ex_exchange_next(const struct ex_exchange *x, const char *name,
                                         const struct ex_header *prev);

const char *ex_state_str(enum ex_state s);
const char *ex_outcome_str(enum ex_outcome o);

#endif
