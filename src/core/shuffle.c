// SPDX-License-Identifier: MIT
/* The order in which the addresses of a network are looked at. */
#include "exprobe/target.h"

enum {
    SITE_BITS = 8, /* neighbours: an IPv4 /24, an IPv6 /120 */
    ROUNDS = 3,
};

/* The finaliser of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number
 * generators", 2014): every bit of the input reaches every bit of the result. */
static uint64_t mix(uint64_t x)
{
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

/* The same for the same network on every machine and in every run; of its text and not of its
 * port, tags or place, so that shards and a resumed run go the same way. */
static uint64_t seed_of(const struct ex_target *net)
{
    uint64_t seed = (uint64_t)net->addr.family << 8 | net->prefix_bits;

    for (size_t i = 0; i < sizeof(net->addr.bytes); i++)
        seed = mix(seed ^ net->addr.bytes[i]) + i;
    return mix(seed);
}

/* A bijection of the numbers below 2^bits: an odd factor, a sum and a shift to the right can each
 * be undone, so no two numbers meet, and nothing has to be remembered. */
static uint64_t permute(uint64_t x, unsigned bits, uint64_t key)
{
    const uint64_t mask = ((uint64_t)1 << bits) - 1;

    for (unsigned i = 0; bits > 0 && i < ROUNDS; i++) {
        key = mix(key + i + 1);
        x = (x * (key | 1) + (key >> 32)) & mask;
        x ^= x >> (bits + 1) / 2;
    }
    return x & mask;
}

uint64_t ex_network_shuffled(const struct ex_target *net, uint64_t i)
{
    const unsigned width = net->addr.family == 4 ? 32 : 128;
    const unsigned bits = width - net->prefix_bits;
    const uint64_t seed = seed_of(net);

    if (bits <= SITE_BITS || bits >= 64)
        return bits <= SITE_BITS ? permute(i, bits, seed) : i;
    /* Round after round over all sites, in an order of their own; at each site another address
     * every time. So a site comes again only after all others. */
    const unsigned site_bits = bits - SITE_BITS;
    const uint64_t round = i >> site_bits;
    const uint64_t site = permute(i & (((uint64_t)1 << site_bits) - 1), site_bits, seed);

    return site << SITE_BITS | permute(round, SITE_BITS, mix(seed ^ (site + 1)));
}
