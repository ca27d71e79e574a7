// SPDX-License-Identifier: MIT
#include "input/idna.h"

#include <idn2.h>

#include "core/name.h"
#include "core/quote.h"

enum ex_status ex_idna_to_ascii(char name[static EX_NAME_SIZE], struct ex_error *err)
{
    char q[EX_QUOTE_SIZE], q_result[EX_QUOTE_SIZE], ascii[EX_NAME_SIZE] = "";
    char *result = NULL;
    const char *why;
    const int rc = idn2_to_ascii_8z(name, &result, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);

    if (rc == IDN2_MALLOC)
        return EX_ENOMEM;
    if (rc != IDN2_OK) {
        ex_error_set(err, "%s: not an international name: %s; mend it, or write its xn-- form",
                     ex_quote(q, ex_span_str(name)), idn2_strerror(rc));
        const bool too_long =
            rc == IDN2_TOO_BIG_DOMAIN || rc == IDN2_TOO_BIG_LABEL || rc == IDN2_PUNYCODE_BIG_OUTPUT;
        return too_long ? EX_ERANGE : EX_ESYNTAX;
    }
    const bool fits = strlen(result) < sizeof(ascii);
    if (fits)
        memcpy(ascii, result, strlen(result) + 1);
    idn2_free(result);
    if (!fits) {
        ex_error_set(err, "%s: the name is longer than 253 bytes in its xn-- form",
                     ex_quote(q, ex_span_str(name)));
        return EX_ERANGE;
    }
    const enum ex_status st = ex_name_explain(ascii, &why);
    if (st != EX_OK) {
        ex_error_set(err, "%s: means %s, and %s", ex_quote(q, ex_span_str(name)),
                     ex_quote(q_result, ex_span_str(ascii)), why);
        return st;
    }
    memcpy(name, ascii, sizeof(ascii));
    return EX_OK;
}
