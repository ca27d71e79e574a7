// SPDX-License-Identifier: MIT
#include "out/json_parts.h"

/* RFC 5280 4.1.2.5 ends with the year 9999; what a broken certificate says beyond is no date. */
static const int64_t first_ms = -62135596800000; /* 0001-01-01 */
static const int64_t last_ms = 253402300799999;  /* 9999-12-31 */

json_t *ex_json_time_ms(int64_t unix_ms)
{
    char text[EX_TIME_TEXT];

    if (unix_ms < first_ms || unix_ms > last_ms)
        return json_null();
    return json_string(ex_time_format(text, unix_ms));
}

/* 0 is what a certificate without a readable time has. */
static json_t *certificate_time(int64_t unix_s)
{
    if (unix_s == 0 || unix_s < first_ms / 1000 || unix_s > last_ms / 1000)
        return json_null();
    return ex_json_time_ms(unix_s * 1000);
}

static json_t *names(const struct ex_cert *cert)
{
    struct ex_json j = ex_json_array();

    for (const char *p = cert->san; *p; p += strlen(p) + 1)
        ex_json_push(&j, ex_json_text(p));
    return ex_json_done(&j);
}

static json_t *trust(enum ex_trust t)
{
    return t == EX_TRUST_UNKNOWN ? json_null() : json_boolean(t == EX_TRUST_YES);
}

json_t *ex_json_cert(const struct ex_cert *cert)
{
    struct ex_json j;

    if (!cert->present)
        return json_null();
    j = ex_json_object();
    ex_json_set(&j, "subject", ex_json_text(cert->subject));
    ex_json_set(&j, "issuer", ex_json_text(cert->issuer));
    ex_json_set(&j, "san", names(cert));
    ex_json_set(&j, "san_count", json_integer(cert->n_san));
    ex_json_set(&j, "not_before", certificate_time(cert->not_before));
    ex_json_set(&j, "not_after", certificate_time(cert->not_after));
    ex_json_set(&j, "sha256", ex_json_text(cert->sha256));
    ex_json_set(&j, "key_type", ex_json_text_or_null(cert->key_type));
    ex_json_set(&j, "key_bits", json_integer(cert->key_bits));
    ex_json_set(&j, "self_signed", json_boolean(cert->self_signed));
    ex_json_set(&j, "trusted", trust(cert->trusted));
    ex_json_set(&j, "trust_error", ex_json_text_or_null(cert->trust_error));
    ex_json_set(&j, "name_match", json_boolean(cert->name_match));
    return ex_json_done(&j);
}

json_t *ex_json_tls(const struct ex_tls *tls)
{
    struct ex_json j;

    if (!tls->version[0] && !tls->error[0] && !tls->alert && !tls->cert.present)
        return json_null();
    j = ex_json_object();
    ex_json_set(&j, "version", ex_json_text_or_null(tls->version));
    ex_json_set(&j, "cipher", ex_json_text_or_null(tls->cipher));
    ex_json_set(&j, "client_certificate_requested", json_boolean(tls->client_cert_requested));
    ex_json_set(&j, "secure_renegotiation", json_boolean(tls->secure_renegotiation));
    ex_json_set(&j, "alert", tls->alert ? json_integer(tls->alert) : json_null());
    ex_json_set(&j, "error", ex_json_text_or_null(tls->error));
    ex_json_set(&j, "certificate", ex_json_cert(&tls->cert));
    return ex_json_done(&j);
}
