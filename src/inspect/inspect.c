// SPDX-License-Identifier: MIT
#include "inspect/inspect.h"

#include <stdlib.h>

#include "inspect/keep.h"

struct ex_inspect {
    struct ex_inspector inspector;
    struct ex_scanner *scanner; /* owned */
    struct ex_reader *reader;   /* owned */
};

static void scan(void *arg, const struct ex_sample *s, struct ex_hits *out)
{
    struct ex_inspect *i = arg;

    ex_scanner_scan(i->scanner, s, out);
}

static bool page(void *arg, const struct ex_exchange *x, enum ex_credential_page which,
                 const char *host, struct ex_logon_page *out)
{
    struct ex_inspect *i = arg;

    return ex_reader_page(i->reader, x, which, host, out);
}

static void script(void *arg, const struct ex_exchange *x, enum ex_credential_page which,
                   const char *host, size_t at, struct ex_logon_page *out)
{
    struct ex_inspect *i = arg;

    ex_reader_script(i->reader, x, which, host, at, out);
}

enum ex_status ex_inspect_new(struct ex_inspect **out, const struct ex_signatures *s,
                              const struct ex_catalog *cat, const struct ex_known_good *known)
{
    struct ex_inspect *i = calloc(1, sizeof(*i));
    enum ex_status st;

    *out = NULL;
    if (!i)
        return EX_ENOMEM;
    i->inspector = (struct ex_inspector){
        .arg = i, .scan = scan, .page = page, .script = script, .keep = ex_store_keep
    };
    st = ex_scanner_new(&i->scanner, s);
    if (st == EX_OK)
        st = ex_reader_new(&i->reader, cat, known);
    if (st != EX_OK) {
        ex_inspect_free(i);
        return st;
    }
    *out = i;
    return EX_OK;
}

const struct ex_inspector *ex_inspect_inspector(const struct ex_inspect *i)
{
    return &i->inspector;
}

void ex_inspect_free(struct ex_inspect *i)
{
    if (!i)
        return;
    ex_reader_free(i->reader);
    ex_scanner_free(i->scanner);
    free(i);
}
