// SPDX-License-Identifier: MIT
/*
 * The host machine on a string, and the hunt for back doors after it: reads events as JSON lines
 * from stdin, writes its actions as JSON lines to stdout. No socket, no clock:
 * tests/integration/replay.py plays the server and gets a record for a hundred servers in a second.
 *
 * in:  {"start": {"target": "mail.example.test:443", "deep": false, "ntlm_info": false,
 *                 "fingerprint_only": false, "retries": 1, "seed": 1, "as_of": "2026-10-08",
 *                 "backdoor": false, "known_good": ["<sha256>"]}}
 *      {"outcome": "ok", "status": 200, "reason": "OK", "headers": [["Server", "x"]],
 *       "body": "<base64>", "tls": {"version": "TLSv1.3", "alert": 0, "client_cert": false}}
 *      {"timer": true}    {"give_up": "timeout"}
 * out: {"action": "request", "method": "GET", "path": "/owa/", ...}, {"action": "sleep", ...},
 *      {"action": "finish", "host": {<host record>}}
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "backdoor/hunt.h"
#include "core/base64.h"
#include "core/host.h"
#include "data/load.h"
#include "inspect/inspect.h"
#include "inspect/keep.h"
#include "out/jsonl.h"

enum { LINE_BYTES_MAX = 4 << 20, KNOWN_GOOD_MAX = 64 };

static struct ex_host host;
static struct ex_host_options options;
static struct ex_target target;
static struct ex_tls tls;
static const struct ex_catalog *catalog;
static int32_t today;

static struct ex_hunt hunt;
static struct ex_hunt_options hunt_options;
static struct ex_signatures *signatures;
static struct ex_inspect *inspect;
static struct ex_store store;
static struct ex_result result;
static char known_texts[KNOWN_GOOD_MAX][EX_SHA256_TEXT];
static struct ex_known_good known = { .at = known_texts };
static bool wants_hunt, is_hunting;

static void fail(const char *what)
{
    fprintf(stderr, "casehost: %s\n", what);
    exit(1);
}

static const char *text_of(const json_t *o, const char *key, const char *otherwise)
{
    const char *s = json_string_value(json_object_get(o, key));

    return s ? s : otherwise;
}

static bool flag_of(const json_t *o, const char *key)
{
    return json_is_true(json_object_get(o, key));
}

/* A certificate without reading it: the tests of the reader are elsewhere. */
static bool any_cert(struct ex_span der, struct ex_cert *out)
{
    *out = (struct ex_cert){ .present = der.n > 0 };
    ex_span_copy(out->subject, sizeof(out->subject),
                 ex_span_str("CN=Microsoft Exchange Server Auth Certificate"));
    return true;
}

static void print_record(void)
{
    static struct ex_findings findings;
    static struct ex_json json;
    size_t n;
    const char *line;

    ex_verdict(catalog, &result.fingerprint, today, &result.verdict);
    ex_findings_of(&result, catalog, &findings);
    line = ex_jsonl_host(&json, &result, &findings, catalog, "casehost", &n);
    if (!line)
        fail("out of memory");
    printf("{\"action\":\"finish\",\"host\":%.*s}\n", (int)(n - 1), line);
}

/* The end of the fingerprint, or of the hunt that follows it. Returns the next action. */
static struct ex_action on_finish(struct ex_action finish)
{
    const struct ex_event ev = { .kind = EX_EV_START };

    if (is_hunting) {
        ex_hunt_result(&hunt);
        result.backdoor = &hunt.found;
        result.logon = &hunt.page;
        result.requests += hunt.found.n_requests;
        return finish;
    }
    result = (struct ex_result){ .target = target, .tls = tls, .not_hunted = EX_BDR_SWITCHED_OFF };
    ex_host_result(&host, &result);
    if (!wants_hunt || !ex_hunt_wanted(&result, &result.not_hunted))
        return finish;
    is_hunting = true;
    ex_hunt_init(&hunt, &hunt_options, catalog, &target, &store, 1);
    return ex_hunt_step(&hunt, &ev);
}

static struct ex_action step(const struct ex_event *ev)
{
    return is_hunting ? ex_hunt_step(&hunt, ev) : ex_host_step(&host, ev);
}

static void print_action(struct ex_action a)
{
    if (a.kind == EX_ACT_FINISH)
        a = on_finish(a);
    switch (a.kind) {
    case EX_ACT_REQUEST: {
        json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s?, s:b, s:b, s:b}", "action", "request",
                              "method", a.method == EX_HEAD ? "HEAD" : "GET", "path", a.path,
                              "probe", a.probe, "authorization", a.authorization, "last", a.last,
                              "fresh", a.fresh, "no_host", a.http10_no_host);
        json_dumpf(o, stdout, JSON_COMPACT);
        json_decref(o);
        putchar('\n');
        break;
    }
    case EX_ACT_SLEEP:
        printf("{\"action\":\"sleep\",\"ms\":%u}\n", a.delay_ms);
        break;
    case EX_ACT_FINISH:
        print_record();
        break;
    case EX_ACT_NONE:
        printf("{\"action\":\"none\"}\n");
        break;
    }
    fflush(stdout);
}

static void prepare_hunt(const json_t *o)
{
    const json_t *hashes = json_object_get(o, "known_good");

    known.n = 0;
    for (size_t i = 0; i < json_array_size(hashes) && i < KNOWN_GOOD_MAX; i++)
        ex_span_copy(known_texts[known.n++], EX_SHA256_TEXT,
                     ex_span_str(json_string_value(json_array_get(hashes, i))));
    ex_store_free(&store);
    ex_inspect_free(inspect);
    if (ex_inspect_new(&inspect, signatures, catalog, &known) != EX_OK)
        fail("out of memory");
    hunt_options = (struct ex_hunt_options){
        .deep = flag_of(o, "deep"),
        .retries = options.retries,
        .budget = (uint16_t)ex_hunt_budget(catalog, flag_of(o, "deep"), NULL, 0),
        .inspector = ex_inspect_inspector(inspect),
    };
    wants_hunt = flag_of(o, "backdoor");
    is_hunting = false;
}

static void start(const json_t *o)
{
    const struct ex_event ev = { .kind = EX_EV_START };
    struct ex_error err;
    enum ex_line_kind kind;

    if (ex_target_parse_line(ex_span_str(text_of(o, "target", "mail.example.test")), &target, &kind,
                             &err) != EX_OK)
        fail(err.text);
    if (ex_day_parse(ex_span_str(text_of(o, "as_of", "2026-10-08")), &today) != EX_OK)
        fail("as_of is no day");
    options = (struct ex_host_options){
        .deep = flag_of(o, "deep"),
        .ntlm_info = flag_of(o, "ntlm_info"),
        .fingerprint_only = flag_of(o, "fingerprint_only"),
        .retries = (uint8_t)json_integer_value(json_object_get(o, "retries")),
        .budget = EX_BUDGET_FINGERPRINT,
        .budget_deep = EX_BUDGET_DEEP,
        .cert_of_der = any_cert,
    };
    tls = (struct ex_tls){ 0 };
    prepare_hunt(o);
    ex_host_init(&host, &options, catalog, &target,
                 (uint64_t)json_integer_value(json_object_get(o, "seed")));
    print_action(ex_host_step(&host, &ev));
}

static enum ex_outcome outcome_of(const char *text)
{
#define X(id, word)                                                                                \
    if (strcmp(text, word) == 0)                                                                   \
        return EX_OUT_##id;
    EX_OUTCOME_MAP(X)
#undef X
    fail("unknown outcome");
    return EX_OUT_INTERNAL;
}

static void exchanged(const json_t *o)
{
    static uint8_t body[3 << 20];
    static struct ex_header headers[EX_HEADERS_MAX];
    const json_t *fields = json_object_get(o, "headers"), *t = json_object_get(o, "tls");
    const struct ex_span encoded = ex_span_str(text_of(o, "body", ""));
    struct ex_exchange x = { .outcome = outcome_of(text_of(o, "outcome", "ok")),
                             .status = (int)json_integer_value(json_object_get(o, "status")),
                             .path = is_hunting ? hunt.path : host.path,
                             .reason = ex_span_str(text_of(o, "reason", "")),
                             .headers = headers };
    size_t n = 0;

    for (size_t i = 0; i < json_array_size(fields) && x.n_headers < EX_HEADERS_MAX; i++) {
        const json_t *field = json_array_get(fields, i);

        headers[x.n_headers].name = ex_span_str(json_string_value(json_array_get(field, 0)));
        headers[x.n_headers++].value = ex_span_str(json_string_value(json_array_get(field, 1)));
    }
    if (encoded.n > 0 && ex_base64_decode(encoded, body, sizeof(body), &n) != EX_OK)
        fail("body is no base64");
    x.head = flag_of(o, "head");
    x.body_cut = n > EX_BODY_MAX;
    x.body = (struct ex_span){ body, n < EX_BODY_MAX ? n : EX_BODY_MAX };
    ex_span_copy(tls.version, sizeof(tls.version), ex_span_str(text_of(t, "version", "")));
    tls.alert = (uint8_t)json_integer_value(json_object_get(t, "alert"));
    tls.client_cert_requested = flag_of(t, "client_cert");
    const struct ex_event ev = { .kind = EX_EV_EXCHANGED, .exchange = &x, .tls = &tls };
    print_action(step(&ev));
}

static void on_line(const json_t *o)
{
    if (json_object_get(o, "start")) {
        start(json_object_get(o, "start"));
    } else if (json_object_get(o, "timer")) {
        const struct ex_event ev = { .kind = EX_EV_TIMER };

        print_action(step(&ev));
    } else if (json_object_get(o, "give_up")) {
        const struct ex_event ev = { .kind = EX_EV_GIVE_UP, .state = EX_STATE_TIMEOUT };

        print_action(step(&ev));
    } else {
        exchanged(o);
    }
}

int main(int argc, char **argv)
{
    struct ex_dataset *data;
    struct ex_error err;
    static char line[LINE_BYTES_MAX];

    if (ex_data_load(&data, argc > 1 ? argv[1] : NULL, &err) != EX_OK)
        fail(err.text);
    catalog = ex_data_catalog(data);
    if (ex_signatures_new(&signatures, catalog, NULL, 0, &err) != EX_OK)
        fail(err.text);
    while (fgets(line, sizeof(line), stdin)) {
        json_error_t je;
        json_t *o = json_loads(line, 0, &je);

        if (!o)
            fail(je.text);
        on_line(o);
        json_decref(o);
    }
    ex_store_free(&store);
    ex_inspect_free(inspect);
    ex_signatures_free(signatures);
    ex_data_free(data);
    return 0;
}
