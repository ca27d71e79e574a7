// SPDX-License-Identifier: MIT
#ifndef INPUT_ENTRIES_H
#define INPUT_ENTRIES_H

#include "core/scope_line.h"
#include "input/place.h"

enum { EX_PREFIXES_MAX = 129 }; /**< lengths that a prefix can have: 0 to 128 */

/*
 * A table of the entries of one or more lists of what may, or may not, be contacted: sorted, and
 * searched in the time of a few comparisons, however long it is. Takes about 60 bytes and the name
 * for each entry. Start with { 0 }; release with ex_entries_free().
 */
struct ex_entries {
    struct ex_entry_row *row; /**< owned; sorted by ex_entries_sort() */
    size_t n, room;
    char *text; /**< owned: names and reasons, each with its NUL */
    size_t n_text, text_room;
    size_t n_names, n_networks;      /**< names and suffixes; addresses and networks */
    bool length[2][EX_PREFIXES_MAX]; /**< which prefix lengths there are, of IPv4 and IPv6 */
};

/** An entry as the table keeps it. */
struct ex_entry_row {
    uint8_t kind; /**< enum ex_entry_kind */
    uint8_t prefix_bits;
    struct ex_addr net;
    uint32_t name, reason; /**< where they begin in the text */
    int32_t day;
    uint16_t list; /**< number of its list, or EX_PLACE_ARGUMENT */
    uint32_t line;
};

/** How the entries of a file are written. */
typedef enum ex_status ex_entry_line_fn(struct ex_span line, struct ex_entry *out, bool *blank,
                                        struct ex_error *err);

/**
 * Put @e, whose name has gone through IDNA, into the table.
 * Returns: EX_OK, EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_entries_add(struct ex_entries *t, const struct ex_entry *e,
                                         struct ex_place place);

/**
 * Read the file @name, list number @list, in which each line is one that @parse accepts. The whole
 * file must be well-formed: nothing that is left out by mistake may widen or narrow it.
 *
 * Returns: EX_OK; EX_EINPUT with @err naming file, line, value and remedy; EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_entries_read(struct ex_entries *t, const char *name, uint16_t list,
                                          ex_entry_line_fn *parse, struct ex_error *err);

/** Parse @word, which came as an argument, and add it. Returns: EX_OK, EX_EUSAGE, EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_entries_add_word(struct ex_entries *t, struct ex_span word,
                                              const char *option, struct ex_error *err);

/** After the last was added: sort them, and drop what is there twice (the first stays). */
void ex_entries_sort(struct ex_entries *t);

/** The entry that @name (lower-case A-labels) falls under, the closest one; NULL: none. */
const struct ex_entry_row *ex_entries_find_name(const struct ex_entries *t, const char *name);

/** The smallest network that @a lies in; NULL: none. */
const struct ex_entry_row *ex_entries_find_address(const struct ex_entries *t,
                                                   const struct ex_addr *a);

enum { EX_ENTRY_TEXT = EX_NAME_SIZE + 8 };

/** As it would be written in a list, in its canonical form. Returns @to. */
char *ex_entry_format(char to[static EX_ENTRY_TEXT], const struct ex_entries *t,
                      const struct ex_entry_row *row);

void ex_entries_free(struct ex_entries *t);

#endif
