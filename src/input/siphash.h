// SPDX-License-Identifier: MIT
#ifndef INPUT_SIPHASH_H
#define INPUT_SIPHASH_H

#include "exprobe/span.h"

enum { EX_SIPHASH_KEY = 16 };

/** 128 bits of a keyed hash. */
struct ex_hash128 {
    uint64_t lo, hi;
};

/**
 * SipHash-2-4 with 128 bits of output (Aumasson and Bernstein, "SipHash: a fast
 * short-input PRF", 2012; the 128-bit variant of the authors' reference). Without
 * the key nobody can make two inputs collide.
 */
struct ex_hash128 ex_siphash(const uint8_t key[static EX_SIPHASH_KEY], struct ex_span s);

#endif
