// SPDX-License-Identifier: MIT
#include "out/json_parts.h"

/* ["Name", "value"]: a name may come more than once, and the order is evidence, too. */
static json_t *pair(struct ex_span line)
{
    const size_t colon = ex_span_find(line, ":");
    struct ex_json j = ex_json_array();

    ex_json_push(&j, ex_json_span(ex_span_part(line, 0, colon)));
    ex_json_push(&j,
                 ex_json_span(colon < line.n ? ex_span_trim(ex_span_part(line, colon + 1, line.n))
                                             : (struct ex_span){ 0 }));
    return ex_json_done(&j);
}

/* All fields, or of an answer like many others where it leads to. */
static json_t *headers(const char *text, bool whole)
{
    struct ex_json j = ex_json_array();

    while (*text) {
        const size_t n = strcspn(text, "\n");
        const struct ex_span line = { (const uint8_t *)text, n };

        if (whole || ex_span_starts_nocase(line, "location:"))
            ex_json_push(&j, pair(line));
        text += n + (text[n] == '\n');
    }
    return ex_json_done(&j);
}

static json_t *exhibit(const struct ex_exhibit *e, bool whole)
{
    struct ex_json j;

    if (!e)
        return json_null();
    j = ex_json_object();
    ex_json_set(&j, "url", ex_json_text(e->path));
    ex_json_set(&j, "time", ex_json_time_ms(e->at_unix_ms));
    ex_json_set(&j, "status", json_integer(e->status));
    ex_json_set(&j, "headers", headers(e->headers, whole));
    ex_json_set(&j, "bytes", json_integer(e->body_bytes));
    ex_json_set(&j, "cut", json_boolean(e->body_cut));
    ex_json_set(&j, "sha256", ex_json_text_or_null(e->sha256));
    ex_json_set(&j, "excerpt",
                whole ? ex_json_bytes((struct ex_span){ e->excerpt, e->n_excerpt }) : json_null());
    return ex_json_done(&j);
}

json_t *ex_json_exhibit(const struct ex_exhibit *e)
{
    return exhibit(e, true);
}

json_t *ex_json_exhibit_brief(const struct ex_exhibit *e)
{
    return exhibit(e, false);
}
