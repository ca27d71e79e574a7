// SPDX-License-Identifier: MIT
#ifndef CORE_SCOPE_LINE_H
#define CORE_SCOPE_LINE_H

#include "exprobe/target.h"

enum {
    EX_REASON_MAX = 100, /**< bytes of the reason of an opt-out: it has to fit into a record */
    EX_REASON_SIZE = EX_REASON_MAX + 1,
};

enum ex_entry_kind {
    EX_ENTRY_NAME,    /**< one name */
    EX_ENTRY_SUFFIX,  /**< "*.NAME": all names below it, itself not */
    EX_ENTRY_NETWORK, /**< an address is a network of one */
};

/** Whom one line of a list of what may, or may not, be contacted is about. */
struct ex_entry {
    enum ex_entry_kind kind;
    bool needs_idna;         /**< name holds non-ASCII UTF-8 and must go through IDNA first */
    uint8_t prefix_bits;     /**< NETWORK */
    struct ex_addr net;      /**< NETWORK: its first address; IPv4-mapped ones are IPv4 */
    char name[EX_NAME_SIZE]; /**< NAME, SUFFIX: as in struct ex_target, without "*." */
    int32_t day;             /**< of an opt-out */
    char reason[EX_REASON_SIZE];
};

/**
 * Parse what an entry is about: "mail.example.com", "*.example.com", "192.0.2.7", "192.0.2.0/24",
 * "2001:db8::/32". Anything that a target may have besides (port, URL, brackets) is an error with
 * the remedy: whoever writes it thinks that it means something here.
 *
 * Returns: EX_OK; EX_ESYNTAX, EX_ERANGE with @err naming the value. *out is only written on EX_OK.
 * Thread:  any. Pure.
 */
EX_MUSTUSE enum ex_status ex_entry_parse(struct ex_span word, struct ex_entry *out,
                                         struct ex_error *err);

/**
 * Parse one line of a scope or exclude list: an entry, and perhaps a comment after '#'. Blank lines
 * have *blank set and nothing else.
 *
 * Returns: as ex_entry_parse().
 */
EX_MUSTUSE enum ex_status ex_scope_line_parse(struct ex_span line, struct ex_entry *out,
                                              bool *blank, struct ex_error *err);

/**
 * Parse one line of an opt-out list: "ENTRY YYYY-MM-DD REASON", the reason being the rest of the
 * line as it is, '#' included. Only a line that begins with '#' is a comment.
 *
 * Returns: as ex_entry_parse().
 */
EX_MUSTUSE enum ex_status ex_opt_out_line_parse(struct ex_span line, struct ex_entry *out,
                                                bool *blank, struct ex_error *err);

#endif
