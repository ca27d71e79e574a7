// SPDX-License-Identifier: MIT
#ifndef INSPECT_CLEAN_H
#define INSPECT_CLEAN_H

#include "exprobe/span.h"

/**
 * Copy a page so that libxml2 2.9 reads it as a browser does (HTML, Living Standard, 13.2.5). What
 * the two take differently hides scripts; what libxml2 needs quadratic time for stops a scan:
 *
 *   <img/onerror=x>, form feeds       blanks separate attributes
 *   <!-->, --!>, <!x>, <?x>           comments end where they do; all are blanked
 *   </scriptx>, <!-- <script>         a script goes on to its own end tag (13.2.5.15 to 31)
 *   <noscript>, <title>, ...          text: blanked
 *   &colon; and its like              written as numbers, in attributes
 *   hundreds of attributes            all but the first are left out, and *doubtful is set
 *   NUL, <svg>, <math>                *doubtful is set: their rules are not followed
 *
 * The text of scripts and styles is copied as it is. @to has room for body.n bytes. Linear.
 * Returns: the bytes written.
 */
size_t ex_clean(uint8_t *to, struct ex_span body, bool *doubtful);

#endif
