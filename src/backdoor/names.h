// SPDX-License-Identifier: MIT
#ifndef BACKDOOR_NAMES_H
#define BACKDOOR_NAMES_H

#include "exprobe/catalog.h"

/** Shapes of random names: both are used by implants, so that neither is special to a device. */
enum ex_name_shape {
    EX_NAME_MIXED,      /**< "k3XwT9bz" */
    EX_NAME_PRONOUNCED, /**< "dalorimeku" */
    EX_N_NAME_SHAPES
};

/** A list of names that a random one must not be. */
struct ex_name_list {
    const struct ex_path_row *rows;
    size_t n;
};

/**
 * Write the path of a file that is not there into @to: @folder, a random name, @extension.
 * @seed is moved on, so that the next call gives another name. A name that one of @lists knows
 * (case ignored, as IIS does) is not used.
 */
void ex_random_path(char *to, size_t size, const char *folder, const char *extension,
                    enum ex_name_shape shape, uint64_t *seed, const struct ex_name_list *lists,
                    size_t n_lists);

#endif
