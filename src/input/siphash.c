// SPDX-License-Identifier: MIT
#include "input/siphash.h"

#include "core/cur.h"

enum { ROUNDS_PER_WORD = 2, ROUNDS_AT_END = 4 };

static uint64_t rotl(uint64_t x, unsigned n)
{
    return x << n | x >> (64 - n);
}

static void rounds(uint64_t v[4], unsigned n)
{
    while (n-- > 0) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = rotl(v[1], 13) ^ v[0];
        v[3] = rotl(v[3], 16) ^ v[2];
        v[0] = rotl(v[0], 32);
        v[2] += v[1];
        v[0] += v[3];
        v[1] = rotl(v[1], 17) ^ v[2];
        v[3] = rotl(v[3], 21) ^ v[0];
        v[2] = rotl(v[2], 32);
    }
}

static void absorb(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    rounds(v, ROUNDS_PER_WORD);
    v[0] ^= word;
}

struct ex_hash128 ex_siphash(const uint8_t key[static EX_SIPHASH_KEY], struct ex_span s)
{
    struct ex_cur k = ex_cur_of((struct ex_span){ key, EX_SIPHASH_KEY });
    const uint64_t k0 = ex_cur_le64(&k), k1 = ex_cur_le64(&k);
    /* "somepseudorandomlygeneratedbytes"; 0xee and 0xdd mark 128 bits of output. */
    uint64_t v[4] = { k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d ^ 0xee,
                      k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573 };
    struct ex_cur c = ex_cur_of(s);
    struct ex_hash128 out;
    uint64_t last = (uint64_t)s.n << 56;

    while (c.left >= 8)
        absorb(v, ex_cur_le64(&c));
    for (unsigned shift = 0; c.left > 0; shift += 8)
        last |= (uint64_t)ex_cur_u8(&c) << shift;
    absorb(v, last);
    v[2] ^= 0xee;
    rounds(v, ROUNDS_AT_END);
    out.lo = v[0] ^ v[1] ^ v[2] ^ v[3];
    v[1] ^= 0xdd;
    rounds(v, ROUNDS_AT_END);
    out.hi = v[0] ^ v[1] ^ v[2] ^ v[3];
    return out;
}
