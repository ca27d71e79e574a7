// SPDX-License-Identifier: MIT
#include "net/cert.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509v3.h>
#include <time.h>

#include "net/tls.h"

/* Names beyond this count are counted, not read. */
enum { SAN_READ_MAX = 64 };

static void read_name(const X509_NAME *name, char *to, size_t size)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;

    /* Bytes stay as they are (no escaping of multi-byte characters): the writer escapes. */
    if (bio && X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB) >= 0) {
        const long n = BIO_get_mem_data(bio, &text);
        ex_span_copy(to, size, (struct ex_span){ (const uint8_t *)text, n > 0 ? (size_t)n : 0 });
    }
    BIO_free(bio);
}

static int64_t read_time(const ASN1_TIME *t)
{
    struct tm tm;

    return ASN1_TIME_to_tm(t, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

static void read_digest(X509 *x, char hex[static 65])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char md[EVP_MAX_MD_SIZE];
    unsigned n = 0;

    hex[0] = '\0';
    if (X509_digest(x, EVP_sha256(), md, &n) != 1 || n != 32)
        return;
    for (unsigned i = 0; i < n; i++) {
        hex[2 * i] = digits[md[i] >> 4];
        hex[2 * i + 1] = digits[md[i] & 15];
    }
    hex[64] = '\0';
}

/* Append "PREFIXtext\0" to the packed list; false when it is full. A NUL within a name is there to
 * let it be taken for what is before it: it becomes U+FFFD. */
static bool add_san(char *san, size_t *used, const char *prefix, struct ex_span text)
{
    static const char replacement[] = "\xef\xbf\xbd";
    const size_t prefix_n = strlen(prefix);
    size_t at = *used + prefix_n;

    if (at + text.n + 2 > EX_SAN_TEXT)
        return false;
    memcpy(san + *used, prefix, prefix_n);
    for (size_t i = 0; i < text.n; i++) {
        const bool is_nul = text.p[i] == '\0';
        const size_t n = is_nul ? sizeof(replacement) - 1 : 1;

        if (at + n + 2 > EX_SAN_TEXT) {
            san[*used] = '\0';
            return false;
        }
        memcpy(san + at, is_nul ? replacement : (const char *)text.p + i, n);
        at += n;
    }
    san[at++] = '\0';
    san[at] = '\0';
    *used = at;
    return true;
}

static void read_sans(X509 *x, struct ex_cert *out)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(x, NID_subject_alt_name, NULL, NULL);
    const int n = names ? sk_GENERAL_NAME_num(names) : 0;
    size_t used = 0;

    out->n_san = n > UINT16_MAX ? UINT16_MAX : (uint16_t)n;
    for (int i = 0; i < n && i < SAN_READ_MAX; i++) {
        const GENERAL_NAME *g = sk_GENERAL_NAME_value(names, i);

        if (g->type == GEN_DNS) {
            const struct ex_span text = { ASN1_STRING_get0_data(g->d.dNSName),
                                          (size_t)ASN1_STRING_length(g->d.dNSName) };
            if (!add_san(out->san, &used, "DNS:", text))
                break;
        } else if (g->type == GEN_IPADD) {
            struct ex_addr a = { 0 };
            char text[EX_ADDR_TEXT];
            const int len = ASN1_STRING_length(g->d.iPAddress);

            if (len != 4 && len != 16)
                continue;
            a.family = len == 4 ? 4 : 6;
            memcpy(a.bytes, ASN1_STRING_get0_data(g->d.iPAddress), (size_t)len);
            if (!add_san(out->san, &used, "IP:", ex_span_str(ex_addr_format(text, &a))))
                break;
        }
    }
    GENERAL_NAMES_free(names);
}

void ex_cert_read(X509 *x, struct ex_cert *out)
{
    *out = (struct ex_cert){ .present = true };
    read_name(X509_get_subject_name(x), out->subject, sizeof(out->subject));
    read_name(X509_get_issuer_name(x), out->issuer, sizeof(out->issuer));
    out->not_before = read_time(X509_get0_notBefore(x));
    out->not_after = read_time(X509_get0_notAfter(x));
    read_digest(x, out->sha256);
    read_sans(x, out);

    EVP_PKEY *key = X509_get0_pubkey(x);
    if (key) {
        const char *type = EVP_PKEY_get0_type_name(key);
        out->key_bits = (uint16_t)EVP_PKEY_get_bits(key);
        ex_span_copy(out->key_type, sizeof(out->key_type), ex_span_str(type));
    }
    out->self_signed = X509_self_signed(x, 1) == 1;
    ERR_clear_error();
}

bool ex_cert_matches(X509 *x, const char *name, bool name_is_address)
{
    return name_is_address ? X509_check_ip_asc(x, name, 0) == 1
                           : X509_check_host(x, name, 0, 0, NULL) == 1;
}

bool ex_cert_of_der(struct ex_span der, struct ex_cert *out)
{
    const unsigned char *p = der.p;
    X509 *x = der.n <= EX_BODY_MAX ? d2i_X509(NULL, &p, (long)der.n) : NULL;

    ERR_clear_error();
    if (!x)
        return false;
    ex_cert_read(x, out);
    X509_free(x);
    return true;
}
