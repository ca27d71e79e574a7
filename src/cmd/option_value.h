// SPDX-License-Identifier: MIT
#ifndef CMD_OPTION_VALUE_H
#define CMD_OPTION_VALUE_H

#include "cmd/options.h"

/**
 * Set @o in @cfg to @value; one that may be given again gets it beside the others. A flag is
 * "true" or "false". @what is how messages name the place and the value.
 *
 * Returns: EX_OK, EX_EUSAGE with @err, EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_option_set(struct ex_config *cfg, const struct ex_option *o,
                                        const char *value, const char *what, struct ex_error *err);

/** Whether @value could be set. Returns: as above. */
EX_MUSTUSE enum ex_status ex_option_try(const struct ex_option *o, const char *value,
                                        const char *what, struct ex_error *err);

/** Set @o to the table's default. A list is emptied, and its memory given back. */
void ex_option_reset(struct ex_config *cfg, const struct ex_option *o);

enum { EX_OPTION_TEXT = 32 };

/**
 * The value of @o in @cfg as it could be written: of a number, a time, a flag or a word.
 *
 * Returns: @to, a static word, or the text itself; NULL for a text, list or day that is not set,
 *          and for lists in general.
 */
const char *ex_option_text(char to[static EX_OPTION_TEXT], const struct ex_config *cfg,
                           const struct ex_option *o);

/** Append @text, which is borrowed. Returns EX_OK, EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_strings_add(struct ex_strings *s, const char *text);

#endif
