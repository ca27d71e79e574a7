// SPDX-License-Identifier: MIT
#include "core/extract.h"
#include "core/fingerprint.h"
#include "fuzz.h"

enum { FIELDS_MAX = EX_HEADERS_MAX + 8, ROUNDS_MAX = 40 };

static const struct ex_device_row devices[] = {
    { "a", "A", EX_DW_BODY, EX_ROLE_BLOCK, "", "Request Rejected", "" },
    { "b", "B", EX_DW_COOKIE, EX_ROLE_PASS, "", "TS0", "" },
    { "c", "C", EX_DW_HEADER, EX_ROLE_PASS, "Via", "", "" },
    { "d", "D", EX_DW_LOCATION, EX_ROLE_PREAUTH, "", "/my.policy", "" },
};

static const struct ex_build_row builds[] = {
    { .build = { { 15, 1, 2507, 6 }, 4 },
      .generation = EX_GEN_2016,
      .product = "",
      .cu = "CU23",
      .update = "",
      .kb = "",
      .security_level = "",
      .rerelease_of = "",
      .notes = "",
      .source = "" },
};

static const struct ex_catalog catalog = {
    .builds = builds, .n_builds = 1, .devices = devices, .n_devices = 4
};

static bool cert_of_der(struct ex_span der, struct ex_cert *out)
{
    *out = (struct ex_cert){ .present = der.n > 0 };
    return der.n % 2 == 0;
}

static bool is_ended(const char *s, size_t size)
{
    return memchr(s, '\0', size) != NULL;
}

static struct ex_span line_of(struct ex_span *rest)
{
    const uint8_t *nl = rest->n ? memchr(rest->p, '\n', rest->n) : NULL;
    const size_t n = nl ? (size_t)(nl - rest->p) : rest->n;
    const struct ex_span line = { rest->p, n };

    rest->p += n + (nl != NULL);
    rest->n -= n + (nl != NULL);
    return line;
}

/* The evidence is bounded and says only what its types allow. */
static void is_sound(const struct ex_evidence *ev)
{
    MUST(ev->n_answers <= EX_ANSWERS_MAX && ev->n_facts <= EX_FACTS_MAX);
    MUST(ev->n_front_ends <= EX_FRONT_ENDS_MAX && ev->page_answer < EX_ANSWERS_MAX);
    for (size_t i = 0; i < ev->n_facts; i++) {
        MUST(ev->facts[i].source < EX_N_SOURCES && ev->facts[i].answer <= EX_ANSWERS_MAX);
        MUST(is_ended(ev->facts[i].value, EX_FACT_TEXT));
    }
    for (size_t i = 0; i < ev->n_front_ends; i++)
        MUST(ev->front_ends[i].name[0] && is_ended(ev->front_ends[i].name, EX_HOSTNAME_SIZE));
    for (size_t i = 0; i < ev->n_answers; i++) {
        const struct ex_answer *a = &ev->answers[i];

        MUST(a->front_end < (int)ev->n_front_ends && a->device < 4);
        MUST(a->version_header <= EX_VH_FULL && a->location <= EX_LOC_FOREIGN);
        MUST(a->version_header != EX_VH_FULL || a->build.n_parts == 4);
    }
    MUST(is_ended(ev->server, sizeof(ev->server)) &&
         is_ended(ev->health_name, sizeof(ev->health_name)));
    MUST(is_ended(ev->internal_address, sizeof(ev->internal_address)));
    MUST(ev->page.build.n_parts <= 4 && is_ended(ev->auth.realm, sizeof(ev->auth.realm)));
}

static void fingerprint_is_sound(const struct ex_evidence *ev)
{
    static struct ex_result r;

    ex_fingerprint(ev, &catalog, &r.fingerprint);
    ex_exposures(ev, &r);
    const struct ex_fingerprint *fp = &r.fingerprint;

    MUST(r.n_exposures <= EX_EXPOSURES_MAX && fp->n_witnesses <= EX_WITNESSES_MAX);
    MUST(fp->n_candidates <= EX_CANDIDATES_MAX);
    MUST(fp->precision != EX_PREC_EXACT || fp->exact.n_parts == 4);
    MUST(fp->precision == EX_PREC_EXACT || fp->exact.n_parts == 0);
    /* "yes" needs a control, and no contradiction. */
    if (fp->present == EX_PRESENT_YES) {
        bool controlled = false;

        for (size_t i = 0; i < ev->n_answers; i++)
            controlled |= ev->answers[i].probe == EX_PROBE_CONTROL;
        MUST(controlled && !ex_fp_has(fp, EX_NOTE_SIMULATOR_SUSPECTED));
    }
    if (fp->present == EX_PRESENT_NO || fp->present == EX_PRESENT_ONLINE)
        MUST(fp->precision == EX_PREC_NONE && fp->generation == EX_GEN_NONE);
}

/* Answers, one after the other: two bytes choose the request and the status, lines up to
 * an empty one are fields, lines up to one with a single dot are the body. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct ex_evidence ev;
    struct ex_span rest = { data, n };

    ex_evidence_init(&ev, "mail.example.com");
    for (int round = 0; round < ROUNDS_MAX && rest.n >= 2; round++) {
        static const int statuses[] = { 200, 302, 401, 403, 404, 440, 503, 0, 999, -1 };
        struct ex_header fields[FIELDS_MAX];
        struct ex_exchange x = { .path = "/", .headers = fields };
        const enum ex_probe probe = (enum ex_probe)(rest.p[0] % EX_PROBE_FOLDER);
        struct ex_span line;

        x.status = statuses[rest.p[1] % 10];
        x.outcome = x.status ? EX_OUT_OK : EX_OUT_RESET;
        rest.p += 2;
        rest.n -= 2;
        x.reason = line_of(&rest);
        while (rest.n > 0 && (line = line_of(&rest)).n > 0 && x.n_headers < FIELDS_MAX) {
            const uint8_t *colon = memchr(line.p, ':', line.n);
            const size_t at = colon ? (size_t)(colon - line.p) : line.n;

            fields[x.n_headers].name = (struct ex_span){ line.p, at };
            fields[x.n_headers++].value =
                colon ? (struct ex_span){ colon + 1, line.n - at - 1 } : (struct ex_span){ 0 };
        }
        x.body.p = rest.p;
        do {
            line = line_of(&rest);
        } while (rest.n > 0 && !ex_span_eq(line, "."));
        x.body.n = (size_t)(rest.p - x.body.p);
        ex_extract(&ev, probe, &x, &catalog, cert_of_der);
        is_sound(&ev);
    }
    fingerprint_is_sound(&ev);
    return 0;
}
