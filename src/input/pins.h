// SPDX-License-Identifier: MIT
#ifndef INPUT_PINS_H
#define INPUT_PINS_H

#include "exprobe/target.h"

enum {
    EX_PIN_ADDRS_MAX = 16, /**< addresses of one name and port */
    EX_PINS_MAX = 4096,    /**< names and ports */
};

struct ex_pin;

/** What --resolve said: names whose addresses are not looked up. Start with { 0 }. */
struct ex_pins {
    struct ex_pin *row; /**< owned, sorted by name and port */
    size_t n, room;
};

/**
 * Add one "HOST:PORT:ADDR[,ADDR]..." in curl's form. HOST is a name (IDN is fine),
 * ADDR an IPv4 or IPv6 address, the latter with or without brackets. The same
 * address twice is taken once. "*", and curl's "+" and "-" in front, are refused:
 * they change what other targets mean.
 *
 * Returns: EX_OK; EX_EUSAGE with @err naming the value and the remedy; EX_ENOMEM.
 *          On failure @p is unchanged.
 * Owns:    release with ex_pins_free(). @spec is copied.
 */
EX_MUSTUSE enum ex_status ex_pins_add(struct ex_pins *p, const char *spec, struct ex_error *err);

/**
 * The addresses pinned for @name (as in struct ex_target: lower-case A-labels) and
 * @port, in the order given; at most @max are written to @out.
 *
 * Returns: how many were written; 0 when nothing is pinned.
 * Thread:  any, while nothing is added.
 */
size_t ex_pins_find(const struct ex_pins *p, const char *name, uint16_t port, struct ex_addr *out,
                    size_t max);

/** Release everything; @p is empty again. */
void ex_pins_free(struct ex_pins *p);

#endif
