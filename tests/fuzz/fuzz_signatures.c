// SPDX-License-Identifier: MIT
#include "data/load.h"
#include "inspect/signatures.h"

#include "fuzz.h"

/* Variables first, a line each (status, path, content type, location, class of the page, class
 * expected, "d" and "c" for dynamic and cut, status and Location of the random names), then the
 * body. */
enum { N_TEXTS = 9, TEXT_MAX = 512 };

static struct ex_scanner *scanner(void)
{
    static struct ex_scanner *made;
    static struct ex_signatures *signatures;
    static struct ex_dataset *set;
    struct ex_error err;

    if (!made) {
        MUST(ex_data_load(&set, NULL, &err) == EX_OK);
        MUST(ex_signatures_new(&signatures, ex_data_catalog(set), NULL, 0, &err) == EX_OK);
        MUST(ex_scanner_new(&made, signatures) == EX_OK);
    }
    return made;
}

static int number(const char *text)
{
    int n = 0;

    for (; *text >= '0' && *text <= '9' && n < 1000; text++)
        n = n * 10 + (*text - '0');
    return n;
}

static void check(const struct ex_sample *s, const struct ex_hits *hits)
{
    MUST(hits->n <= EX_HITS_MAX && !hits->failed);
    for (uint8_t i = 0; i < hits->n; i++) {
        const struct ex_hit *h = &hits->at[i];

        MUST(h->id && h->id[0] && h->title && h->title[0]);
        MUST(h->strength > EX_STRENGTH_NONE && h->strength <= EX_STRENGTH_CONFIRMED);
        MUST(i == 0 || h->strength <= h[-1].strength);
        /* What every rule asks for. */
        if (h->strength > EX_STRENGTH_SUSPICIOUS)
            MUST(s->status == 200);
        if (h->strength == EX_STRENGTH_CONFIRMED)
            MUST(s->body.n >= 8);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static char text[N_TEXTS][TEXT_MAX];
    struct ex_span rest = { data, n };
    struct ex_hits hits, again;
    struct ex_sample s;

    for (size_t i = 0; i < N_TEXTS; i++) {
        const size_t at = ex_span_find(rest, "\n");
        const size_t length = at == SIZE_MAX ? rest.n : at;

        ex_span_copy(text[i], TEXT_MAX, ex_span_part(rest, 0, length));
        rest = at == SIZE_MAX ? (struct ex_span){ 0 } : ex_span_part(rest, at + 1, rest.n);
    }
    s = (struct ex_sample){
        .body = rest,
        .status = number(text[0]),
        .path = text[1],
        .content_type = text[2],
        .location = text[3],
        .owa_page = text[4],
        .expected_page = text[5],
        .dynamic = strchr(text[6], 'd') != NULL,
        .body_cut = strchr(text[6], 'c') != NULL,
        .baseline_status = number(text[7]),
        .baseline_location = text[8],
    };
    ex_scanner_scan(scanner(), &s, &hits);
    check(&s, &hits);
    /* The same answer says the same, whatever was scanned before. */
    ex_scanner_scan(scanner(), &s, &again);
    MUST(again.n == hits.n);
    for (uint8_t i = 0; i < hits.n; i++)
        MUST(again.at[i].id == hits.at[i].id);
    return 0;
}
