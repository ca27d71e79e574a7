// SPDX-License-Identifier: MIT
#ifndef CMD_THRESHOLD_H
#define CMD_THRESHOLD_H

#include "out/finding.h"

/** What --fail-on asks for: rules by id, or everything from a severity on. */
struct ex_threshold {
    bool set;
    enum ex_severity severity; /**< NONE: only rules count */
    const char *rules;         /**< the option's text, borrowed; "" */
};

/** Returns: EX_OK, EX_EUSAGE (@err names the word that is neither a rule nor a severity). */
EX_MUSTUSE enum ex_status ex_threshold_parse(struct ex_threshold *t, const char *text,
                                             const struct ex_catalog *cat, struct ex_error *err);

/** A finding of @rule and @severity is at or above the threshold. */
bool ex_threshold_is_met(const struct ex_threshold *t, const char *rule, enum ex_severity severity);

/** One of the findings is at or above the threshold. */
bool ex_threshold_reached(const struct ex_threshold *t, const struct ex_findings *f);

#endif
