// SPDX-License-Identifier: MIT
#ifndef BACKDOOR_NORMAL_H
#define BACKDOOR_NORMAL_H

#include "exprobe/span.h"

/*
 * Texts of answers with everything taken out that differs between two answers that
 * mean the same: what was asked for, numbers, identifiers, dates, white space.
 */

/** How much of what was asked for is replaced, wherever the text repeats it. */
enum ex_form {
    EX_FORM_PATH, /**< the whole path */
    EX_FORM_NAME, /**< and the name of the file */
    EX_FORM_STEM, /**< and the name without its extension */
    EX_N_FORMS
};

/** Which words count as identifiers. */
enum ex_collapse {
    EX_COLLAPSE_BODY,    /**< every number, every word of 4 and more with a digit in it */
    EX_COLLAPSE_LOCATION /**< long ones only: httpCode=404 and httpCode=500 are two things */
};

/** A normalised text: two with the same print are taken as equal. */
struct ex_print {
    uint64_t hash;
    uint32_t length; /**< characters */
};

/**
 * The print of @text, in which @path ("/owa/auth/log.aspx", as it was sent) is replaced by a
 * token. A repetition is recognised raw, URL-encoded (once or twice), as HTML character
 * references, as JSON or JavaScript escapes, and in any mixture and case of these.
 * Linear in @text.
 */
struct ex_print ex_normal_print(struct ex_span text, const char *path, enum ex_form form,
                                enum ex_collapse collapse);

static inline bool ex_print_eq(struct ex_print a, struct ex_print b)
{
    return a.hash == b.hash && a.length == b.length;
}

#endif
