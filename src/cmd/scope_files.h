// SPDX-License-Identifier: MIT
#ifndef CMD_SCOPE_FILES_H
#define CMD_SCOPE_FILES_H

#include "cmd/config.h"
#include "input/scope.h"
#include "out/jsonl.h"

/**
 * Read --scope, --exclude, --exclude-file and --opt-out, and put what the first three say into
 * @files. Opt-outs are not among those: who asks to be left alone in the middle of a sweep is left
 * alone from then on, and the sweep can be gone on with.
 *
 * Returns: as ex_scope_new(). Owns: the caller owns *out.
 */
EX_MUSTUSE enum ex_status ex_scope_open(struct ex_scope **out, const struct ex_config *cfg,
                                        struct ex_own_files *files, struct ex_error *err);

#endif
