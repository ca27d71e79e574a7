// SPDX-License-Identifier: MIT
#ifndef EXPROBE_BUILD_H
#define EXPROBE_BUILD_H

#include "exprobe/span.h"
#include "exprobe/status.h"

/** An Exchange build number, e.g. 15.2.1118.40. n_parts is 3 when the source
 *  did not give the revision, 0 for "no build". */
struct ex_build {
    uint16_t part[4];
    uint8_t n_parts;
};

enum { EX_BUILD_TEXT = 24 }; /**< room for any build number and its NUL */

/** Exchange generations, oldest first. 15.2.2562 and above is SE, below 2019. */
#define EX_GENERATION_MAP(X)                                                                       \
    X(NONE, "")                                                                                    \
    X(2003, "2003")                                                                                \
    X(2007, "2007")                                                                                \
    X(2010, "2010")                                                                                \
    X(2013, "2013")                                                                                \
    X(2016, "2016")                                                                                \
    X(2019, "2019")                                                                                \
    X(SE, "SE")

enum ex_generation {
#define X(id, text) EX_GEN_##id,
    EX_GENERATION_MAP(X)
#undef X
};

/**
 * Parse "15.2.1118.40", or the three-part "15.2.1118".
 *
 * The whole span must be the number: no blanks, no sign, nothing after it. At
 * most five digits a part. Leading zeros are accepted; @padded (may be NULL)
 * tells whether there was one, because a real Exchange server never pads.
 *
 * Returns: EX_OK, EX_ESYNTAX, EX_ERANGE (a part above 65535). *out is only
 *          written on EX_OK.
 * Owns:    nothing is allocated.
 * Thread:  any.
 */
EX_MUSTUSE enum ex_status ex_build_parse(struct ex_span s, struct ex_build *out, bool *padded);

/** <0, 0, >0 like strcmp(); a missing revision sorts before revision 0. */
int ex_build_cmp(const struct ex_build *a, const struct ex_build *b);

/** True when both name the same cumulative update (15.x: three parts equal) or
 *  the same service pack (8.x, 14.x: two parts equal; rollups change the third). */
bool ex_build_same_branch(const struct ex_build *a, const struct ex_build *b);

/** The generation that the number belongs to by its form alone; EX_GEN_NONE for
 *  anything that on-premises Exchange never was (15.20 is Exchange Online). */
enum ex_generation ex_build_generation(const struct ex_build *b);

/** Write the number as text; returns @to. "" for n_parts == 0. */
char *ex_build_format(char to[static EX_BUILD_TEXT], const struct ex_build *b);

/** "2016", "SE", "" for none. */
const char *ex_generation_str(enum ex_generation g);

#endif
