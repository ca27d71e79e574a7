// SPDX-License-Identifier: MIT
#include "out/finding_add.h"

#include <stdio.h>

enum { DAY_S = 24 * 60 * 60 };

/* As OpenSSL calls them, and as people do. RFC 8996 deprecates the newer two. */
static const struct {
    const char *version, *words;
} legacy_versions[] = {
    { "SSLv3", "SSL 3.0" },
    { "TLSv1", "TLS 1.0" },
    { "TLSv1.1", "TLS 1.1" },
};

static void legacy(struct ex_collect *c, const struct ex_tls *tls)
{
    for (size_t i = 0; i < sizeof(legacy_versions) / sizeof(legacy_versions[0]); i++) {
        if (strcmp(tls->version, legacy_versions[i].version) != 0)
            continue;
        c->fill.value[EX_FILL_VALUE] = legacy_versions[i].words;
        ex_collect_evidence(ex_collect_add(c, "tls-legacy", "", EX_CONF_CERTAIN), "tls:version", 0,
                            "", tls->version);
    }
}

static void certificate_finding(struct ex_collect *c, const char *rule, const struct ex_cert *cert,
                                const char *source, const char *path, const char *value)
{
    struct ex_finding *f = ex_collect_add(c, rule, "", EX_CONF_CERTAIN);

    if (!f)
        return;
    ex_collect_evidence(f, source, 0, path, value);
    memcpy(f->evidence[0].sha256, cert->sha256, sizeof(cert->sha256));
}

static void certificate_ended(struct ex_collect *c, const char *rule, const struct ex_cert *cert,
                              const char *source, const char *path, const char *day)
{
    char text[EX_DAY_TEXT + 16];

    snprintf(text, sizeof(text), "valid until %s", day);
    certificate_finding(c, rule, cert, source, path, text);
}

/* The last day of a certificate. A time in ASN.1 has a year of four digits, so the number fits. */
static const char *last_day(char to[static EX_DAY_TEXT], const struct ex_cert *cert)
{
    return ex_day_format(to, (int32_t)(cert->not_after / DAY_S));
}

static void server_certificate(struct ex_collect *c, const struct ex_cert *cert, int64_t now)
{
    const bool expired = cert->not_after > 0 && cert->not_after < now;
    char day[EX_DAY_TEXT];

    c->fill.value[EX_FILL_DATE] = last_day(day, cert);
    c->fill.value[EX_FILL_VALUE] = cert->subject;
    if (expired)
        certificate_ended(c, "certificate-expired", cert, "tls:certificate", "", day);
    else if (cert->not_after > 0 && cert->not_after < now + (int64_t)EX_CERT_SOON_DAYS * DAY_S)
        certificate_ended(c, "certificate-expires-soon", cert, "tls:certificate", "", day);
    /* Whoever lists an address instead of a name does not say what name its users type. */
    if (!cert->name_match && c->r->target.kind == EX_TARGET_NAME)
        certificate_finding(c, "certificate-name-mismatch", cert, "tls:certificate", "",
                            cert->subject);
    /* An expired or self-signed one is not trusted either: one cause, one finding. */
    if (cert->self_signed) {
        certificate_finding(c, "certificate-self-signed", cert, "tls:certificate", "",
                            cert->subject);
    } else if (cert->trusted == EX_TRUST_NO && !expired) {
        c->fill.value[EX_FILL_VALUE] = cert->trust_error;
        certificate_finding(c, "certificate-untrusted", cert, "tls:certificate", "",
                            cert->trust_error);
    }
}

void ex_findings_tls(struct ex_collect *c)
{
    const int64_t now = c->r->started_unix_ms / 1000;
    const struct ex_cert *auth = &c->r->auth.cert;
    char day[EX_DAY_TEXT];

    legacy(c, &c->r->tls);
    if (c->r->tls.cert.present)
        server_certificate(c, &c->r->tls.cert, now);
    if (c->r->auth.present && auth->present && auth->not_after > 0 && auth->not_after < now) {
        c->fill.value[EX_FILL_DATE] = last_day(day, auth);
        c->fill.value[EX_FILL_VALUE] = auth->subject;
        certificate_ended(c, "auth-certificate-expired", auth, "auth:metadata",
                          "/autodiscover/metadata/json/1", day);
    }
    c->fill.value[EX_FILL_DATE] = NULL;
    c->fill.value[EX_FILL_VALUE] = NULL;
}
