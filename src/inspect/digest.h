// SPDX-License-Identifier: MIT
#ifndef INSPECT_DIGEST_H
#define INSPECT_DIGEST_H

#include "exprobe/exhibit.h"

/* SHA-256 (FIPS 180-4, OpenSSL's EVP) in lower-case hex. Without memory there is no hash, "",
 * which is better than a wrong one. */

void ex_sha256_text(char to[static EX_SHA256_TEXT], struct ex_span bytes);

/** One over several pieces, as if they were one. */
struct ex_digest {
    struct evp_md_ctx_st *ctx; /**< owned; NULL when it failed */
};

struct ex_digest ex_digest_begin(void);
void ex_digest_add(struct ex_digest *d, struct ex_span piece);

/** Ends it. Returns: whether @to is a hash. */
bool ex_digest_end(struct ex_digest *d, char to[static EX_SHA256_TEXT]);

#endif
