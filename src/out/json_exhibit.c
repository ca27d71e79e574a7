// SPDX-License-Identifier: MIT
#include "out/json_parts.h"

/* ["Name", "value"]: a name may come more than once, and the order is evidence, too. */
static void pair(struct ex_json *j, struct ex_span line)
{
    const size_t colon = ex_span_find(line, ":");

    ex_json_array(j, NULL);
    ex_json_span(j, NULL, ex_span_part(line, 0, colon));
    ex_json_span(j, NULL,
                 colon < line.n ? ex_span_trim(ex_span_part(line, colon + 1, line.n))
                                : (struct ex_span){ 0 });
    ex_json_close(j);
}

/* All fields, or of an answer like many others where it leads to. */
static void headers(struct ex_json *j, const char *text, bool whole)
{
    ex_json_array(j, "headers");
    while (*text) {
        const size_t n = strcspn(text, "\n");
        const struct ex_span line = { (const uint8_t *)text, n };

        if (whole || ex_span_starts_nocase(line, "location:"))
            pair(j, line);
        text += n + (text[n] == '\n');
    }
    ex_json_close(j);
}

static void exhibit(struct ex_json *j, const char *key, const struct ex_exhibit *e, bool whole)
{
    if (!e) {
        ex_json_null(j, key);
        return;
    }
    ex_json_object(j, key);
    ex_json_text(j, "url", e->path);
    ex_json_time_ms(j, "time", e->at_unix_ms);
    ex_json_int(j, "status", e->status);
    headers(j, e->headers, whole);
    ex_json_int(j, "bytes", e->body_bytes);
    ex_json_bool(j, "cut", e->body_cut);
    ex_json_text_or_null(j, "sha256", e->sha256);
    if (whole)
        ex_json_bytes(j, "excerpt", (struct ex_span){ e->excerpt, e->n_excerpt });
    else
        ex_json_null(j, "excerpt");
    ex_json_close(j);
}

void ex_json_exhibit(struct ex_json *j, const char *key, const struct ex_exhibit *e)
{
    exhibit(j, key, e, true);
}

void ex_json_exhibit_brief(struct ex_json *j, const char *key, const struct ex_exhibit *e)
{
    exhibit(j, key, e, false);
}
