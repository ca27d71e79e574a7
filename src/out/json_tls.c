// SPDX-License-Identifier: MIT
#include "out/json_parts.h"

/* RFC 5280 4.1.2.5 ends with the year 9999; what a broken certificate says beyond is no date. */
static const int64_t first_ms = -62135596800000; /* 0001-01-01 */
static const int64_t last_ms = 253402300799999;  /* 9999-12-31 */

void ex_json_time_ms(struct ex_json *j, const char *key, int64_t unix_ms)
{
    char text[EX_TIME_TEXT];

    ex_json_text(j, key,
                 unix_ms >= first_ms && unix_ms <= last_ms ? ex_time_format(text, unix_ms) : NULL);
}

void ex_json_day(struct ex_json *j, const char *key, int32_t day)
{
    char text[EX_DAY_TEXT];

    ex_json_text(j, key, day != EX_DAY_NONE ? ex_day_format(text, day) : NULL);
}

/* 0 is what a certificate without a readable time has. */
static void certificate_time(struct ex_json *j, const char *key, int64_t unix_s)
{
    if (unix_s == 0 || unix_s < first_ms / 1000 || unix_s > last_ms / 1000)
        ex_json_null(j, key);
    else
        ex_json_time_ms(j, key, unix_s * 1000);
}

static void names(struct ex_json *j, const struct ex_cert *cert)
{
    ex_json_array(j, "san");
    for (const char *p = cert->san; *p; p += strlen(p) + 1)
        ex_json_text(j, NULL, p);
    ex_json_close(j);
}

void ex_json_cert(struct ex_json *j, const char *key, const struct ex_cert *cert)
{
    if (!cert->present) {
        ex_json_null(j, key);
        return;
    }
    ex_json_object(j, key);
    ex_json_text(j, "subject", cert->subject);
    ex_json_text(j, "issuer", cert->issuer);
    names(j, cert);
    ex_json_int(j, "san_count", cert->n_san);
    certificate_time(j, "not_before", cert->not_before);
    certificate_time(j, "not_after", cert->not_after);
    ex_json_text(j, "sha256", cert->sha256);
    ex_json_text_or_null(j, "key_type", cert->key_type);
    ex_json_int(j, "key_bits", cert->key_bits);
    ex_json_bool(j, "self_signed", cert->self_signed);
    ex_json_bool_if(j, "trusted", cert->trusted != EX_TRUST_UNKNOWN, cert->trusted == EX_TRUST_YES);
    ex_json_text_or_null(j, "trust_error", cert->trust_error);
    ex_json_bool(j, "name_match", cert->name_match);
    ex_json_close(j);
}

void ex_json_tls(struct ex_json *j, const char *key, const struct ex_tls *tls)
{
    if (!tls->version[0] && !tls->error[0] && !tls->alert && !tls->cert.present) {
        ex_json_null(j, key);
        return;
    }
    ex_json_object(j, key);
    ex_json_text_or_null(j, "version", tls->version);
    ex_json_text_or_null(j, "cipher", tls->cipher);
    ex_json_bool(j, "client_certificate_requested", tls->client_cert_requested);
    ex_json_bool(j, "secure_renegotiation", tls->secure_renegotiation);
    ex_json_int_if(j, "alert", tls->alert != 0, tls->alert);
    ex_json_text_or_null(j, "error", tls->error);
    ex_json_cert(j, "certificate", &tls->cert);
    ex_json_close(j);
}
