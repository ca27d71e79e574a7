// SPDX-License-Identifier: MIT
#include "core/outcome.h"

#include "core/put.h"

/* TLS alert descriptions, RFC 8446 B.2 and RFC 5246 A.3. */
enum {
    ALERT_HANDSHAKE_FAILURE = 40,
    ALERT_NO_CERTIFICATE = 41,
    ALERT_BAD_CERTIFICATE = 42,
    ALERT_CERTIFICATE_UNKNOWN = 46,
    ALERT_CERTIFICATE_REQUIRED = 116,
};

static const struct {
    enum ex_outcome outcome;
    enum ex_consequence consequence;
    enum ex_state state;
    const char *detail;
} rows[] = {
    { EX_OUT_REFUSED, EX_CONS_END, EX_STATE_REFUSED, "" },
    { EX_OUT_UNREACHABLE, EX_CONS_END, EX_STATE_UNREACHABLE, "" },
    { EX_OUT_CONNECT_TIMEOUT, EX_CONS_END, EX_STATE_CONNECT_TIMEOUT, "" },
    { EX_OUT_TLS_FAILED, EX_CONS_END, EX_STATE_TLS_FAILED, "" },
    { EX_OUT_TLS_TIMEOUT, EX_CONS_RETRY, EX_STATE_TIMEOUT, "tls handshake" },
    { EX_OUT_RESET, EX_CONS_RETRY, EX_STATE_HTTP_FAILED, "connection closed" },
    { EX_OUT_TIMEOUT, EX_CONS_RETRY, EX_STATE_TIMEOUT, "no answer" },
    { EX_OUT_BAD_HTTP, EX_CONS_SKIP, EX_STATE_HTTP_FAILED, "not http" },
    { EX_OUT_HEADER_FLOOD, EX_CONS_SKIP, EX_STATE_HTTP_FAILED, "header flood" },
    { EX_OUT_CANCELED, EX_CONS_END, EX_STATE_INTERRUPTED, "" },
    { EX_OUT_INTERNAL, EX_CONS_END, EX_STATE_INTERNAL_ERROR, "" },
    { EX_OUT_OK, EX_CONS_SKIP, EX_STATE_HTTP_FAILED, "no status" },
};

enum { N_ROWS = sizeof(rows) / sizeof(rows[0]) };

enum ex_consequence ex_consequence_of(enum ex_outcome outcome)
{
    for (size_t i = 0; i < N_ROWS; i++)
        if (rows[i].outcome == outcome)
            return rows[i].consequence;
    return EX_CONS_END;
}

bool ex_wants_client_cert(const struct ex_exchange *x, const struct ex_tls *tls)
{
    static const uint8_t alerts[] = { ALERT_HANDSHAKE_FAILURE, ALERT_NO_CERTIFICATE,
                                      ALERT_BAD_CERTIFICATE, ALERT_CERTIFICATE_UNKNOWN,
                                      ALERT_CERTIFICATE_REQUIRED };

    if (!tls || x->status != 0 || x->outcome == EX_OUT_CANCELED)
        return false;
    if (tls->alert == ALERT_CERTIFICATE_REQUIRED)
        return true;
    for (size_t i = 0; i < sizeof(alerts) && tls->client_cert_requested; i++)
        if (tls->alert == alerts[i])
            return true;
    return false;
}

enum ex_state ex_state_of_outcome(const struct ex_exchange *x, const struct ex_tls *tls,
                                  char detail[static EX_DETAIL_SIZE])
{
    struct ex_put w = ex_put_of(detail, EX_DETAIL_SIZE);

    if (ex_wants_client_cert(x, tls)) {
        ex_put_str(&w, "client certificate required");
        return EX_STATE_TLS_FAILED;
    }
    if (x->outcome == EX_OUT_TLS_FAILED && tls) {
        if (tls->alert != 0) {
            ex_put_str(&w, "alert ");
            ex_put_dec(&w, tls->alert);
        } else {
            ex_put_str(&w, tls->error);
        }
        return EX_STATE_TLS_FAILED;
    }
    for (size_t i = 0; i < N_ROWS; i++) {
        if (rows[i].outcome != x->outcome)
            continue;
        ex_put_str(&w, rows[i].detail);
        return rows[i].state;
    }
    return EX_STATE_INTERNAL_ERROR;
}

bool ex_is_refusal(const struct ex_answer *a, const struct ex_catalog *cat)
{
    const struct ex_device_row *row = ex_device_of(cat, a);

    if (row && row->role == EX_ROLE_BLOCK)
        return true;
    if (ex_has(a, EX_MARKS_EXCHANGE | EX_MARK_CERT_WANTED | EX_MARK_SSL_WANTED))
        return false;
    return a->status == 403 || a->status == 406 || a->status == 429 || a->status == 999;
}

bool ex_is_useful(const struct ex_answer *a, const struct ex_catalog *cat)
{
    return a->status != 0 && !ex_is_refusal(a, cat) && !(a->status == 503 && a->retry_after_s != 0);
}

static bool is_gateway_failure(const struct ex_answer *a)
{
    return a->status >= 500 && a->status < 600 && !ex_has(a, EX_MARKS_EXCHANGE);
}

bool ex_seems_cut_off(const struct ex_evidence *ev, const struct ex_catalog *cat)
{
    const struct ex_device_row *row;
    const struct ex_answer *a, *b;

    if (ev->n_answers < 2)
        return false;
    a = &ev->answers[ev->n_answers - 1];
    b = &ev->answers[ev->n_answers - 2];
    if (a->probe == b->probe)
        return false;
    row = ex_device_of(cat, a);
    if (row && row->role == EX_ROLE_BLOCK && a->device == b->device)
        return true;
    return (ex_is_refusal(a, cat) || is_gateway_failure(a)) && a->status == b->status &&
           a->body_hash == b->body_hash && !ex_has(b, EX_MARKS_EXCHANGE);
}

const struct ex_answer *ex_first_good(const struct ex_evidence *ev, const struct ex_catalog *cat)
{
    for (size_t i = 0; i < ev->n_answers; i++) {
        const struct ex_answer *a = &ev->answers[i];

        if (a->probe != EX_PROBE_CONTROL && ex_is_useful(a, cat) && a->status < 500)
            return a;
    }
    return NULL;
}
