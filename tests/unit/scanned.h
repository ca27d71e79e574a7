// SPDX-License-Identifier: MIT
#ifndef TESTS_SCANNED_H
#define TESTS_SCANNED_H

/* Answers as rows of a table, and a scanner with the rules compiled in. Include cmocka.h first. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "data/load.h"
#include "inspect/signatures.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define MISS    "/owa/auth/errorFE.aspx?httpCode=404"

/* An answer: what is left out is that of a page at a name of a web shell whose random names
 * are missing, as Exchange 2016 says it below /owa/auth/. */
struct row {
    const char *want; /* ids, strongest first, joined by commas */
    const char *body;
    size_t n; /* 0: strlen(body) */
    int status;
    const char *path, *type, *location, *owa_page, *expected;
    int baseline; /* -1: none */
    const char *baseline_location;
    bool is_static, cut;
};

static inline const char *text_or(const char *text, const char *otherwise)
{
    return text ? text : otherwise;
}

static inline struct ex_sample sample_of(const struct row *r)
{
    return (struct ex_sample){
        .body = { (const uint8_t *)r->body, r->n ? r->n : strlen(r->body) },
        .status = r->status ? r->status : 200,
        .path = text_or(r->path, "/owa/auth/OutlookEN.aspx"),
        .content_type = text_or(r->type, "text/html; charset=utf-8"),
        .location = text_or(r->location, ""),
        .owa_page = text_or(r->owa_page, ""),
        .expected_page = text_or(r->expected, ""),
        .dynamic = !r->is_static,
        .body_cut = r->cut,
        .baseline_status = r->baseline == -1 ? 0
                           : r->baseline     ? r->baseline
                                             : 302,
        .baseline_location = text_or(r->baseline_location, MISS),
    };
}

struct fixture {
    struct ex_dataset *set;
    struct ex_signatures *signatures;
    struct ex_scanner *scanner;
};

static inline int scanned_setup(void **state)
{
    static struct fixture f;
    struct ex_error err = { "" };

    if (ex_data_load(&f.set, NULL, &err) != EX_OK ||
        ex_signatures_new(&f.signatures, ex_data_catalog(f.set), NULL, 0, &err) != EX_OK ||
        ex_scanner_new(&f.scanner, f.signatures) != EX_OK) {
        fprintf(stderr, "%s\n", err.text);
        return -1;
    }
    *state = &f;
    return 0;
}

static inline int scanned_teardown(void **state)
{
    struct fixture *f = *state;

    ex_scanner_free(f->scanner);
    ex_signatures_free(f->signatures);
    ex_data_free(f->set);
    return 0;
}

static inline void ids_of(char to[static 512], const struct ex_hits *hits)
{
    size_t used = 0;

    to[0] = '\0';
    for (uint8_t i = 0; i < hits->n; i++)
        used += (size_t)snprintf(to + used, 512 - used, "%s%s", i ? "," : "", hits->at[i].id);
}

#endif
