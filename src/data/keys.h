// SPDX-License-Identifier: MIT
#ifndef DATA_KEYS_H
#define DATA_KEYS_H

#include "data/manifest.h"

/*
 * Ed25519 keys (RFC 8032) in PEM files: public ones that a user trusts, the private one of who
 * makes sets. A key is named by its id, the first 16 hex digits of the SHA-256 over its 32 bytes:
 *   openssl pkey -pubin -in KEY -outform DER | tail -c 32 | sha256sum | cut -c 1-16
 */
struct ex_keys;

/** Keys are looked through one by one: more would be a mistake. */
enum { EX_KEYS_MAX = 32 };

/**
 * Read public keys, one or more from each of the PEM files @files, a list ended by NULL; NULL is
 * the empty list.
 *
 * Returns: EX_OK; EX_ECONFIG (@err names the file: it cannot be read, holds no public key, or one
 *          that is not Ed25519); EX_ENOMEM. On failure *out is NULL.
 * Owns:    the caller owns *out; release it with ex_keys_free().
 */
EX_MUSTUSE enum ex_status ex_keys_load(struct ex_keys **out, const char *const *files,
                                       struct ex_error *err);

/** NULL is fine. */
void ex_keys_free(struct ex_keys *keys);

/** How many are trusted. */
size_t ex_keys_count(const struct ex_keys *keys);

/**
 * Whether a trusted key signed @manifest.
 *
 * Returns: EX_OK; EX_ESIGNATURE (@err: the key is not trusted, or the signature is not of these
 *          bytes; without a file name); EX_ECONFIG when no key is trusted at all; EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_keys_verify(const struct ex_keys *keys, const struct ex_signature *s,
                                         struct ex_span manifest, struct ex_error *err);

/**
 * Sign @manifest with the private key in the PEM file @path, which nobody but its owner may read.
 * A passphrase is asked for on the terminal. The key is forgotten again.
 *
 * Returns: EX_OK; EX_ECONFIG (@err names @path and never what is in it); EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_keys_sign(struct ex_signature *out, struct ex_span manifest,
                                       const char *path, struct ex_error *err);

#endif
