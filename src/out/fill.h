// SPDX-License-Identifier: MIT
#ifndef OUT_FILL_H
#define OUT_FILL_H

#include "exprobe/span.h"

/*
 * The placeholders of a rule's title and remediation, and what they become:
 *
 *   what         Exchange Server 2019 CU15 Feb26SU (15.2.1748.43)
 *   product      Exchange Server 2019
 *   cu           CU15; "this version" when it is not known
 *   counts       29 security fixes are missing, 1 of them ...: a sentence without its stop
 *   steps        CU23 (KB5011155, build 15.1.2507.6), then Oct25SU (KB..., build ...)
 *   order        sentences: why in this order, and when the update came
 *   esu          sentence: how many of the fixes were for buyers of the paid extension only
 *   interim      sentence: the last update that everybody can have, when it is newer
 *   why          why the revision cannot be seen: a clause
 *   conditions   sentences: what to check beside the build
 *   note         sentence: what is special about the build itself
 *   advice       sentences: what has stopped working for a server this far behind
 *   unassessed   sentence: what came after the end of support
 *   value        what was read: a name, an address, a scheme, a subject
 *   path         where it was read
 *   date         the day that matters: end of support, end of a certificate
 *   data_date    of the knowledge
 *
 * Sentences begin with a blank and are empty when there is nothing to say, so that a pattern
 * puts them one after the other: "Move to SE.{esu}{interim}".
 */
#define EX_FILL_MAP(X)                                                                             \
    X(WHAT, "what")                                                                                \
    X(PRODUCT, "product")                                                                          \
    X(CU, "cu")                                                                                    \
    X(COUNTS, "counts")                                                                            \
    X(STEPS, "steps")                                                                              \
    X(ORDER, "order")                                                                              \
    X(ESU, "esu")                                                                                  \
    X(INTERIM, "interim")                                                                          \
    X(WHY, "why")                                                                                  \
    X(CONDITIONS, "conditions")                                                                    \
    X(NOTE, "note")                                                                                \
    X(ADVICE, "advice")                                                                            \
    X(UNASSESSED, "unassessed")                                                                    \
    X(VALUE, "value")                                                                              \
    X(PATH, "path")                                                                                \
    X(DATE, "date")                                                                                \
    X(DATA_DATE, "data_date")

enum ex_fill_key {
#define X(id, text) EX_FILL_##id,
    EX_FILL_MAP(X)
#undef X
        EX_N_FILLS
};

struct ex_fill {
    const char *value[EX_N_FILLS]; /**< NULL: "" */
};

/**
 * Copy @pattern to @to with every {key} replaced. Values are copied as they are, never
 * searched for placeholders again: they may hold a server's text.
 *
 * Returns: false when @pattern has a key that is none, or an open brace; it then
 *          stands in the text as it was. Cut, never overrun.
 */
bool ex_fill(char *to, size_t size, const char *pattern, const struct ex_fill *fill);

#endif
