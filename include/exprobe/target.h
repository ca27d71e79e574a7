// SPDX-License-Identifier: MIT
#ifndef EXPROBE_TARGET_H
#define EXPROBE_TARGET_H

#include "exprobe/span.h"
#include "exprobe/status.h"

enum {
    EX_NAME_MAX = 253, /**< bytes of a DNS name in text form, RFC 1035 2.3.4 */
    EX_NAME_SIZE = 256,
    EX_TAGS_SIZE = 512,   /**< all tags of a line, packed */
    EX_ADDR_TEXT = 48,    /**< INET6_ADDRSTRLEN and brackets */
    EX_LINE_MAX = 4096,   /**< bytes of a list line; longer ones are bad lines */
    EX_TARGET_TEXT = 272, /**< canonical "host:port" */
    EX_PORT_DEFAULT = 443,
};

/** An IP address. family is 4, 6, or 0 for none; an IPv4 address uses bytes[0..3]. */
struct ex_addr {
    uint8_t family;
    uint8_t bytes[16];
};

enum ex_target_kind { EX_TARGET_NAME, EX_TARGET_ADDRESS, EX_TARGET_NETWORK };

/**
 * One thing the user listed.
 *
 * name is the lower-case A-label form of a DNS name, without a trailing dot, or
 * the canonical text of an address (RFC 5952, no brackets). For a network, addr
 * is the first address and prefix_bits its length.
 */
struct ex_target {
    enum ex_target_kind kind;
    uint16_t port;
    uint8_t prefix_bits;
    bool needs_idna;         /**< name holds non-ASCII UTF-8 and must go through IDNA first */
    struct ex_addr addr;     /**< ADDRESS, NETWORK */
    struct ex_addr pin;      /**< address=IP: contact this one, keep the name for SNI and Host */
    char name[EX_NAME_SIZE]; /**< with needs_idna: as written */
    char tags[EX_TAGS_SIZE]; /**< "key\0value\0" pairs, ended by an empty key */
    uint64_t line;           /**< 1-based line of its list; 0 for an argument */
};

enum ex_line_kind { EX_LINE_TARGET, EX_LINE_BLANK };

/**
 * Parse one line of a target list: a target, then blank-separated key=value
 * tags, then an optional comment. CR at the end and a byte order mark at the
 * start are ignored; '#' at the start or after a blank begins a comment.
 *
 * Accepted targets: host, host:port, https://host[:port][/...] (the path is
 * ignored; any other scheme is an error), IPv4, IPv6 (bare, or [v6]:port), and
 * networks without bits after the prefix: v4/prefix[:port], v6/prefix[:port] and
 * [v6/prefix][:port] with a prefix of 112 and more. An IPv4 network may have any
 * size; the caller limits it. A name whose last label could be read as a number
 * is a slip in an address, and an error.
 *
 * Tags: keys are letters, digits, '_' and '-', lower-cased, each once; values are
 * not empty and hold no blanks. `address` is no tag but the pin.
 *
 * Returns: EX_OK with *kind set (*out is only written for EX_LINE_TARGET);
 *          EX_ESYNTAX, EX_ERANGE with @err naming the value and the remedy.
 * Owns:    nothing is allocated; everything is copied into *out.
 * Thread:  any. Pure.
 */
EX_MUSTUSE enum ex_status ex_target_parse_line(struct ex_span line, struct ex_target *out,
                                               enum ex_line_kind *kind, struct ex_error *err);

/** Check a name after IDNA: LDH labels (underscore allowed), lengths of RFC 1035; lower-cases
 *  in place, drops one trailing dot. Returns EX_OK, EX_ESYNTAX, EX_ERANGE. */
EX_MUSTUSE enum ex_status ex_name_check(char name[static EX_NAME_SIZE]);

/** The canonical text "host:port", IPv6 in brackets; the identity of a target. Returns @to. */
char *ex_target_format(char to[static EX_TARGET_TEXT], const struct ex_target *t);

/** Value of tag @key, or NULL. Borrowed from @t. */
const char *ex_target_tag(const struct ex_target *t, const char *key);

/** Parse a port: decimal, 1 to 65535, no leading zero. Returns EX_OK, EX_ESYNTAX, EX_ERANGE. */
EX_MUSTUSE enum ex_status ex_port_parse(struct ex_span s, uint16_t *out);

/**
 * Parse an IPv4 (four decimal parts, no leading zeros) or IPv6 address (RFC 4291
 * 2.2, no zone, no brackets). An IPv4-mapped address (::ffff:192.0.2.1) gives the
 * IPv4 address, because that is what a connection to it reaches.
 *
 * Returns: EX_OK, EX_ESYNTAX, EX_ERANGE (a part above 255). *out is only written on EX_OK.
 */
EX_MUSTUSE enum ex_status ex_addr_parse(struct ex_span s, struct ex_addr *out);

/** Turn an IPv4-mapped IPv6 address into the IPv4 address; others stay. For
 *  addresses that come as bytes, from DNS. */
void ex_addr_unmap(struct ex_addr *a);

/** Why @a can never be one server (unspecified, multicast, broadcast), in static
 *  words; NULL when it can. A connection to 0.0.0.0 or :: reaches the own machine. */
const char *ex_addr_unusable(const struct ex_addr *a);

/** @a lies in the network of the first @prefix_bits bits of @net. */
bool ex_addr_in(const struct ex_addr *a, const struct ex_addr *net, unsigned prefix_bits);

/** Canonical text, RFC 5952 for IPv6, no brackets. Returns @to. */
char *ex_addr_format(char to[static EX_ADDR_TEXT], const struct ex_addr *a);

/** Byte-wise order of (family, bytes); 0 for equal. */
int ex_addr_cmp(const struct ex_addr *a, const struct ex_addr *b);

/** Number of addresses in a network; saturates at UINT64_MAX. */
uint64_t ex_network_size(const struct ex_target *net);

/** The @i-th address of a network, @i < ex_network_size(), as an ADDRESS target with the
 *  port, tags and line of @net. The first and the last address count like any other. */
void ex_network_at(const struct ex_target *net, uint64_t i, struct ex_target *out);

/**
 * The number of the address that is looked at as the @i-th of a network, @i < ex_network_size():
 * a permutation that is the same in every run and on every machine. Of the /24 (IPv6: /120)
 * networks in it none comes again before each other one was there.
 *
 * Returns: a number below ex_network_size(), each exactly once. Pure.
 */
uint64_t ex_network_shuffled(const struct ex_target *net, uint64_t i);

#endif
