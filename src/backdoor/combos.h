// SPDX-License-Identifier: MIT
#ifndef BACKDOOR_COMBOS_H
#define BACKDOOR_COMBOS_H

#include "exprobe/backdoor.h"

/** Where the names to ask come from. All borrowed. */
struct ex_names {
    const struct ex_catalog *cat;
    bool deep;
    const struct ex_path_row *own; /**< the owner's */
    size_t n_own;
};

/**
 * The combinations of folder and extension that the names to ask lie in: what is calibrated.
 * Those of the catalogue come first, in its order, then those that only the owner's names have.
 */
struct ex_combos {
    const struct ex_path_row *first[EX_BD_FOLDERS_MAX]; /**< a row of each */
    uint16_t n_names[EX_BD_FOLDERS_MAX];
    uint8_t n;
    uint8_t n_listed;    /**< of them with names of the catalogue */
    uint16_t n_left_out; /**< names of further combinations, for which there is no room */
};

/* The names seen most, and the owner's, are asked in all folders before the rest: a device that
 * shuts the door at so many requests must not cost what is found without --deep. */
enum ex_name_pass { EX_PASS_FIRST, EX_PASS_REST, EX_N_PASSES };

/** Position of a name among all: those of the catalogue, then the owner's. */
struct ex_name_at {
    size_t index;
    uint8_t pass; /**< enum ex_name_pass: only names of this one */
};

struct ex_combos ex_combos_of(const struct ex_names *names);

/** The next name of combination @first and of the pass to ask at or after *at, which is moved
 *  behind it; NULL: there is none left. A name of the owner's that the catalogue asks, too, comes
 * once. */
const struct ex_path_row *ex_names_next(const struct ex_names *names,
                                        const struct ex_path_row *first, struct ex_name_at *at);

#endif
