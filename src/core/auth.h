// SPDX-License-Identifier: MIT
#ifndef CORE_AUTH_H
#define CORE_AUTH_H

#include "core/evidence.h"

/**
 * Read one WWW-Authenticate field (RFC 7235 4.1): the schemes it offers, whether a
 * Basic realm is our own Host, an address that leaks in it, and an NTLM challenge.
 */
void ex_auth_read(struct ex_evidence *ev, struct ex_answer *a, struct ex_span value);

/** "Negotiate, NTLM, Basic" from a bit set; returns @to. */
char *ex_auth_text(char *to, size_t size, uint8_t schemes);

#endif
