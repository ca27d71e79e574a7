// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "core/extract.h"
#include "core/host.h"
#include "library/library.h"
#include "net/clock.h"
#include "net/head.h"
#include "net/tls.h"
#include "out/jsonl.h"

struct exprobe_host {
    const struct ex_catalog *cat;
    struct ex_host_options options;
    struct ex_target target;
    int64_t begun_unix_ms;
    uint64_t n_bytes;
    struct ex_host host;
};

/* In the order of the plan; one for each path that is always the same. */
static const enum ex_probe asked[] = { EX_PROBE_LOGON,  EX_PROBE_EWS,        EX_PROBE_AUTODISCOVER,
                                       EX_PROBE_EAS,    EX_PROBE_OWA,        EX_PROBE_EXCHANGE,
                                       EX_PROBE_ECP,    EX_PROBE_POWERSHELL, EX_PROBE_AUTH_METADATA,
                                       EX_PROBE_HEALTH, EX_PROBE_MAPI,       EX_PROBE_OAB,
                                       EX_PROBE_RPC,    EX_PROBE_API,        EX_PROBE_MANIFEST };
enum { N_ASKED = sizeof(asked) / sizeof(asked[0]) };

const char *exprobe_answer_path(size_t i)
{
    return i < N_ASKED ? ex_probe_path(asked[i]) : NULL;
}

enum exprobe_status exprobe_host_new(struct exprobe_host **out, const struct exprobe_data *d,
                                     const char *target, struct exprobe_error *err)
{
    struct exprobe_host *h = calloc(1, sizeof(*h));
    struct ex_error inner = { 0 };

    *out = NULL;
    if (!h)
        return exprobe_end(EX_ENOMEM, NULL, err);
    enum ex_status st = exprobe_target(target, &h->target, &inner);
    if (st == EX_OK && h->target.kind == EX_TARGET_NETWORK) {
        ex_error_set(&inner, "%.80s: a network is not one host", target);
        st = EX_EINPUT;
    }
    if (st != EX_OK) {
        free(h);
        return exprobe_end(st, &inner, err);
    }
    h->cat = ex_data_catalog(d->set);
    h->options = (struct ex_host_options){ .cert_of_der = ex_cert_of_der };
    h->begun_unix_ms = ex_unix_ms();
    ex_host_init(&h->host, &h->options, h->cat, &h->target, 1);
    *out = h;
    return exprobe_end(EX_OK, NULL, err);
}

static bool find_probe(const char *path, enum ex_probe *out)
{
    if (!path) {
        *out = EX_PROBE_CONTROL;
        return true;
    }
    for (size_t i = 0; i < N_ASKED; i++) {
        if (strcmp(ex_probe_path(asked[i]), path) == 0) {
            *out = asked[i];
            return true;
        }
    }
    return false;
}

/* The bytes of the header with the empty line behind it; @all.n when that is not there. */
static size_t head_bytes(struct ex_span all)
{
    const size_t crlf = ex_span_find(all, "\r\n\r\n"), lf = ex_span_find(all, "\n\n");
    const size_t with_crlf = crlf != SIZE_MAX ? crlf + 4 : SIZE_MAX;
    const size_t with_lf = lf != SIZE_MAX ? lf + 2 : SIZE_MAX;
    const size_t n = with_crlf < with_lf ? with_crlf : with_lf;

    return n < all.n ? n : all.n;
}

enum exprobe_status exprobe_host_answer(struct exprobe_host *h, const char *path,
                                        const void *answer, size_t n, struct exprobe_error *err)
{
    const struct ex_span all = { answer, n };
    const size_t head_n = head_bytes(ex_span_part(all, 0, EX_HEAD_BYTES_MAX));
    struct ex_header fields[EX_HEADERS_MAX];
    struct ex_exchange x = { .outcome = EX_OUT_OK, .at_unix_ms = ex_unix_ms() };
    enum ex_probe probe;

    if (!find_probe(path, &probe))
        return exprobe_fail(EXPROBE_INPUT, err,
                            "%.200s: nothing is read out of answers to this path", path);
    if (!ex_head_parse(ex_span_part(all, 0, head_n), fields, &x))
        return exprobe_fail(EXPROBE_INPUT, err,
                            "the answer does not begin with a status line of HTTP/1.x");
    x.path = path ? path : h->host.evidence.control_path;
    x.body = ex_span_part(all, head_n, EX_BODY_MAX);
    x.body_cut = n - head_n > x.body.n;
    if (!ex_extract(&h->host.evidence, probe, &x, h->cat, ex_cert_of_der))
        return exprobe_fail(EXPROBE_INPUT, err, "too many answers: %d at most", EX_ANSWERS_MAX);
    h->host.n_requests++;
    h->n_bytes += n;
    return exprobe_end(EX_OK, NULL, err);
}

static enum ex_status record_of(const struct exprobe_host *h, struct ex_result *r,
                                struct exprobe_record **out)
{
    struct ex_findings *findings = malloc(sizeof(*findings));
    struct ex_json j = { 0 };
    size_t n = 0;

    if (!findings)
        return EX_ENOMEM;
    ex_findings_of(r, h->cat, findings);
    const char *line = ex_jsonl_host(&j, r, findings, h->cat, "", &n);
    *out = line ? exprobe_record_of(line, n) : NULL;
    ex_json_free(&j);
    free(findings);
    return *out ? EX_OK : EX_ENOMEM;
}

enum exprobe_status exprobe_host_judge(const struct exprobe_host *h, const char *day,
                                       struct exprobe_record **out, struct exprobe_error *err)
{
    int32_t today;

    *out = NULL;
    if (!exprobe_day(day, &today))
        return exprobe_fail(EXPROBE_INPUT, err, "%.40s: give a day as YYYY-MM-DD", day);
    if (h->host.n_requests == 0)
        return exprobe_fail(EXPROBE_INPUT, err, "no answer was added yet");
    struct ex_host *done = malloc(sizeof(*done));
    struct ex_result *r = calloc(1, sizeof(*r));
    enum ex_status st = done && r ? EX_OK : EX_ENOMEM;
    if (st == EX_OK) {
        *done = h->host;
        done->state = EX_HOST_DONE;
        done->final = EX_STATE_ANSWERED;
        r->target = h->target;
        r->has_address = h->target.kind == EX_TARGET_ADDRESS;
        r->address = h->target.addr;
        r->started_unix_ms = h->begun_unix_ms;
        r->bytes = h->n_bytes;
        r->not_hunted = EX_BDR_SWITCHED_OFF;
        ex_host_result(done, r);
        ex_verdict(h->cat, &r->fingerprint, today, &r->verdict);
        st = record_of(h, r, out);
    }
    free(done);
    free(r);
    return exprobe_end(st, NULL, err);
}

void exprobe_host_free(struct exprobe_host *h)
{
    free(h);
}
