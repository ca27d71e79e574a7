// SPDX-License-Identifier: MIT
#ifndef NET_CERT_H
#define NET_CERT_H

#include <openssl/x509.h>

#include "exprobe/exchange.h"

/** Copy what a report needs out of a certificate. Text is cut to the fields' sizes. */
void ex_cert_read(X509 *x, struct ex_cert *out);

/** RFC 6125: the certificate is for this name, or this address. */
bool ex_cert_matches(X509 *x, const char *name, bool name_is_address);

#endif
