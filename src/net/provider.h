// SPDX-License-Identifier: MIT
#ifndef NET_PROVIDER_H
#define NET_PROVIDER_H

#include <stdbool.h>

/**
 * OpenSSL with a short way to the public key of a certificate.
 *
 * OpenSSL 3.0 builds a chain of decoders anew for each key that it reads and
 * walks every decoder of the provider for it, private keys and PEM included:
 * about a sixth of what a scanned host costs. A client that only ever reads
 * certificates needs those for DER SubjectPublicKeyInfo. So this is the default
 * provider with the other decoders hidden, in a library context of our own,
 * which the calling thread uses from now on for everything that OpenSSL and
 * libcurl do there.
 *
 * Returns: false when OpenSSL has no default provider or refuses ours; the thread then
 *          goes on with OpenSSL's own context, which is only slower.
 * Thread:  any; the context is made once in a process and stays.
 */
bool ex_provider_enter(void);

/** Give the calling thread OpenSSL's own context back. */
void ex_provider_leave(void);

#endif
