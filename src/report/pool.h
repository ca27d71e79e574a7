// SPDX-License-Identifier: MIT
#ifndef REPORT_POOL_H
#define REPORT_POOL_H

#include <stddef.h>

/*
 * Texts that many hosts have in common (names of rules, what to do), each held once: equal
 * texts are equal pointers.
 */
struct ex_pool {
    void *tree; /**< search tree of its texts */
};

/** The text equal to @raw, made safe to print and cut to 511 bytes. NULL when memory ran out.
 *  Owns: the pool, until ex_pool_deinit(). */
const char *ex_pool_text(struct ex_pool *pool, const char *raw);

void ex_pool_deinit(struct ex_pool *pool);

#endif
