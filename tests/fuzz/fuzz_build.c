// SPDX-License-Identifier: MIT
#include "exprobe/build.h"

#include "fuzz.h"

/* A build number that is accepted has three or four parts, is ordered, and is the
 * same number when it is written and read again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct ex_span s = { data, n };
    char text[EX_BUILD_TEXT];
    struct ex_build b, again;
    bool padded = false;
    enum ex_status st;

    st = ex_build_parse(s, &b, &padded);
    MUST(st == EX_OK || st == EX_ESYNTAX || st == EX_ERANGE);
    if (st != EX_OK)
        return 0;
    MUST(b.n_parts == 3 || b.n_parts == 4);
    ex_build_format(text, &b);
    MUST(strlen(text) < EX_BUILD_TEXT);
    MUST(padded != ex_span_eq(s, text));
    MUST(ex_build_parse(ex_span_str(text), &again, &padded) == EX_OK && !padded);
    MUST(ex_build_cmp(&b, &again) == 0 && again.n_parts == b.n_parts);
    MUST(ex_build_same_branch(&b, &again));
    MUST(ex_build_generation(&b) == ex_build_generation(&again));
    if (b.n_parts == 4) {
        again.n_parts = 3;
        MUST(ex_build_cmp(&again, &b) < 0 && ex_build_cmp(&b, &again) > 0);
        MUST(ex_build_generation(&b) == ex_build_generation(&again));
    }
    return 0;
}
