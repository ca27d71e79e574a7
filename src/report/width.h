// SPDX-License-Identifier: MIT
#ifndef REPORT_WIDTH_H
#define REPORT_WIDTH_H

#include "out/utf8.h"

/* How many columns of a terminal a text takes, without a locale. The text has been
 * through ex_utf8_visible(); what comes from elsewhere is measured as if it had. Pure. */

/** 0 for marks that stand on the character before, 2 for wide characters, else 1. */
unsigned ex_width_of(int32_t cp);

/** Columns of a text. */
size_t ex_width(struct ex_span s);

/** How many bytes of @s fit into @columns; never half a character. */
size_t ex_width_cut(struct ex_span s, size_t columns);

#endif
