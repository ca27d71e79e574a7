// SPDX-License-Identifier: MIT
#ifndef LOGON_BARE_H
#define LOGON_BARE_H

#include "exprobe/span.h"

/*
 * The form of a script that is hashed. Proxies take indentation out of pages, so the
 * hash is of the text without white space ("bare"). Some of the inline scripts of the
 * page hold settings and words of the language: these are masked before they are hashed.
 */

/**
 * What of a script is hashed: all of it, or, when it is the text of flogon.js, the part from
 * the line "//  flogon.js" on. Only white space and comments may stand before that line;
 * otherwise it is no flogon.js and nothing is cut off.
 */
struct ex_span ex_bare_begin(struct ex_span script);

/** The script names itself flogon.js, as ex_bare_begin() understands it. */
bool ex_bare_is_flogon(struct ex_span script);

/** Copy @text without blanks, tabs, CR, LF, VT and FF to @to, which has room for text.n bytes.
 *  Returns: the bytes written. */
size_t ex_bare(uint8_t *to, struct ex_span text);

/**
 * Copy bare text with the settings blanked: digits assigned to a_f... and g_fFcs become one
 * "#", strings assigned to .placeholder and mainLogonDivClassName become empty. @to has room for
 * bare.n bytes.
 * Returns: the bytes written.
 */
size_t ex_bare_mask(uint8_t *to, struct ex_span bare);

#endif
