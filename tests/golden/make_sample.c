// SPDX-License-Identifier: MIT
/*
 * Prints a run with one host of every kind: each state, each verdict, and texts of
 * servers that try to break the report; with the argument "interrupted" the first few, of a run
 * that was stopped. tests/golden/sample.jsonl is its output at
 * some time; tests/integration/test_schema.py validates what it prints today.
 */
#include <stdio.h>
#include <stdlib.h>

#include "data/load.h"
#include "hunts.h"
#include "out/jsonl.h"

static const int64_t now_ms = 1795419660000; /* 2026-11-23T07:41:00Z */
static const char user_agent[] = "exprobe/0.1.0 (scans@example.com)";

struct sample {
    const char *target; /* a line of a list */
    const char *address;
    const char *build; /* "" none */
    uint64_t notes;
    enum ex_presence present;
    enum ex_state state;
    const char *detail;
    const char *device;   /* id */
    const char *exposure; /* "status id path value", a comma between two */
    int cert_days;        /* until the certificate ends; 0: none was seen */
    const char *cert_name;
    const char *tls;
    const char *hunt; /* name of hunts.c; NULL: it was not begun */
};

#define NOTE(id) (UINT64_C(1) << EX_NOTE_##id)

static const char published[] = "302 ecp-reachable /ecp/ ,401 basic-auth-offered "
                                "/Microsoft-Server-ActiveSync Basic,200 hsts-missing /owa/ ";

static const struct sample samples[] = {
    { "mail.acme.example client=acme site=berlin", "192.0.2.10", "15.2.1748.43",
      .present = EX_PRESENT_YES, .exposure = published, .cert_days = 200, .cert_name = "acme",
      .hunt = "none" },
    { "owa.globex.example client=globex", "192.0.2.11", "15.2.1748", NOTE(HEADER_STRIPPED),
      .present = EX_PRESENT_YES, .cert_days = 12, .cert_name = "*.globex.example",
      .hunt = "proxied" },
    { "mail.initech.example", "192.0.2.12", "15.2.2562.17", .present = EX_PRESENT_YES,
      .cert_days = 300, .cert_name = "mail.initech.example", .hunt = "stealer" },
    { "mail2.initech.example", "192.0.2.13", "15.2.2562.49", .present = EX_PRESENT_YES,
      .cert_days = 300, .cert_name = "mail.initech.example", .hunt = "branding" },
    { "exchange.hooli.example", "192.0.2.14", "15.2.2562.53", .present = EX_PRESENT_YES,
      .hunt = "none" },
    { "exchange2.hooli.example", "192.0.2.15", "15.2.2562.60", NOTE(NEWER_THAN_DATA),
      .present = EX_PRESENT_YES, .hunt = "suspicious" },
    { "mx.umbrella.example", "192.0.2.16", "15.0.1497.48", .present = EX_PRESENT_YES,
      .cert_days = -40, .cert_name = "mx.umbrella.example", .hunt = "guarded" },
    { "legacy.umbrella.example", "192.0.2.17", "14.3.123.4", NOTE(BUILD_ALIAS),
      .present = EX_PRESENT_YES, .cert_days = 4000, .cert_name = "EX2010", .tls = "TLSv1",
      .hunt = "blocked" },
    { "mail.stark.example", "192.0.2.18", "15.2.986.5", .present = EX_PRESENT_YES,
      .exposure = "401 powershell-reachable /powershell ,302 internal-name-leak /owa/ EX07",
      .hunt = "oab" },
    { "mail.wayne.example", "192.0.2.19", "15.1.2507.40", NOTE(UNLISTED_BUILD),
      .present = EX_PRESENT_YES, .hunt = "none" },
    { "mail.wayne.example", "192.0.2.20", "15.1.2507.75", .present = EX_PRESENT_YES,
      .hunt = "none-too" },
    { "mail.wayne.example", "2001:db8::20", "15.1.2507", NOTE(MIXED_BUILDS),
      .present = EX_PRESENT_YES, .hunt = "none-too" },
    { "webmail.tyrell.example:8443", "192.0.2.21", "15.1.2375", NOTE(HEADER_ABSENT),
      .present = EX_PRESENT_YES, .hunt = "foreign" },
    { "owa.cyberdyne.example", "192.0.2.22", "15.2.529.13", .present = EX_PRESENT_YES,
      .hunt = "two" },
    { "[2001:db8::25]:443", "2001:db8::25", "15.1.2507.61", .present = EX_PRESENT_YES,
      .cert_days = 30, .cert_name = "mail.example.org", .hunt = "odd-page" },
    { "sso.massive.example", "192.0.2.26", "", NOTE(PREAUTHENTICATION), .present = EX_PRESENT_MAYBE,
      .device = "f5-apm" },
    { "trap.honey.example", "192.0.2.27", "15.2.1118.26",
      NOTE(SIMULATOR_SUSPECTED) | NOTE(HEADER_PADDED), .present = EX_PRESENT_MAYBE },
    { "mail.cloud.example", "192.0.2.28", "", .present = EX_PRESENT_ONLINE },
    { "www.acme.example client=acme", "192.0.2.29", "", .present = EX_PRESENT_NO },
    { "evil.example", "192.0.2.30", "15.2.2562.17", .present = EX_PRESENT_YES,
      .exposure = "302 internal-name-leak /owa/ \033[31mEX\xe2\x80\xae\xff\xc2\x9b\x07\xe6\x97\xa5"
                  "\xe6\x9c\xac$(id)`id`'\"",
      .hunt = "hostile" },
    { "a-very-long-host-name-of-a-branch-office.mail.subsidiary.conglomerate.example", "192.0.2.31",
      "15.2.1258.39", .present = EX_PRESENT_YES, .hunt = "likely-stealer" },
    { "gone.example", "", "", .state = EX_STATE_DNS_FAILED, .detail = "nxdomain" },
    { "closed.example", "192.0.2.40", "", .state = EX_STATE_REFUSED },
    { "away.example", "192.0.2.41", "", .state = EX_STATE_UNREACHABLE, .detail = "no route" },
    { "silent.example", "192.0.2.42", "", .state = EX_STATE_CONNECT_TIMEOUT },
    { "oldtls.example", "192.0.2.43", "", .state = EX_STATE_TLS_FAILED,
      .detail = "alert 40 handshake failure" },
    { "garbage.example", "192.0.2.44", "", .state = EX_STATE_HTTP_FAILED,
      .detail = "\033]0;owned\007\xe6\x96\x87\xe5\xad\x97\xe5\x8c\x96\xe3\x81\x91\xff not HTTP" },
    { "tarpit.example", "192.0.2.45", "", .state = EX_STATE_TIMEOUT, .detail = "slow headers" },
    { "waf.example", "192.0.2.46", "", .state = EX_STATE_BLOCKED, .detail = "reset after 1" },
    { "others.example", "192.0.2.47", "", .state = EX_STATE_OUT_OF_SCOPE,
      .detail = "its address is not in the scope" },
    { "please-not.example", "192.0.2.48", "", .state = EX_STATE_OPTED_OUT,
      .detail = "2026-03-01: asked by mail, ticket #4711" },
    { "broken.example", "192.0.2.50", "", .state = EX_STATE_INTERNAL_ERROR },
};

static const struct sample late = { "late.example", "192.0.2.49", "",
                                    .state = EX_STATE_INTERRUPTED };

static void die(const char *what)
{
    fprintf(stderr, "make_sample: %s\n", what);
    abort();
}

static void witness(struct ex_fingerprint *fp, const char *source, const char *value)
{
    struct ex_witness *w = &fp->witnesses[fp->n_witnesses++];

    *w = (struct ex_witness){ .source = source, .status = 200 };
    ex_span_copy(w->path, sizeof(w->path), ex_span_str("/owa/auth/logon.aspx?replaceCurrent=1"));
    ex_span_copy(w->value, sizeof(w->value), ex_span_str(value));
}

/* Two servers behind one name, as the fingerprint describes them. */
static void mix(struct ex_fingerprint *fp)
{
    static const struct ex_front_end ends[] = { { "EX01", { { 15, 1, 2507, 61 }, 4 } },
                                                { "EX02", { { 15, 1, 2507, 75 }, 4 } } };

    for (int i = 0; i < 2; i++) {
        fp->front_ends[i] = ends[i];
        fp->candidates[i] = ends[i].build;
    }
    fp->n_front_ends = 2;
    fp->n_candidates = 2;
    fp->min = ends[0].build;
    fp->max = ends[1].build;
}

static void fingerprint(const struct ex_catalog *cat, const struct sample *s,
                        struct ex_fingerprint *fp)
{
    struct ex_build build;

    if (s->build[0]) {
        if (ex_build_parse(ex_span_str(s->build), &build, NULL) != EX_OK)
            die(s->build);
        ex_fingerprint_of_build(cat, &build, fp);
        witness(fp, build.n_parts == 4 ? "header:x-owa-version" : "body:theme-path", s->build);
    }
    fp->present = s->present;
    fp->notes |= s->notes;
    if (s->notes & NOTE(MIXED_BUILDS))
        mix(fp);
    for (size_t i = 0; s->device && i < cat->n_devices; i++)
        if (strcmp(cat->devices[i].id, s->device) == 0)
            fp->device = &cat->devices[i];
    if (s->device)
        witness(fp, "device", s->device);
}

/* The text up to @end, which is passed over. */
static struct ex_span take(const char **at, char end)
{
    const size_t n = strcspn(*at, (const char[]){ end, '\0' });
    const struct ex_span s = { (const uint8_t *)*at, n };

    *at += n + ((*at)[n] != '\0');
    return s;
}

static void expose(const struct ex_catalog *cat, struct ex_result *r, const char *text)
{
    while (text && *text) {
        struct ex_exposure *e = &r->exposures[r->n_exposures++];
        char id[40];

        e->status = (int)strtol((const char *)take(&text, ' ').p, NULL, 10);
        ex_span_copy(id, sizeof(id), take(&text, ' '));
        if (!ex_catalog_rule(cat, id))
            die(id);
        e->id = ex_catalog_rule(cat, id)->id;
        ex_span_copy(e->path, sizeof(e->path), take(&text, ' '));
        ex_span_copy(e->value, sizeof(e->value), take(&text, ','));
    }
}

static void handshake(struct ex_tls *tls, const struct sample *s)
{
    struct ex_cert *c = &tls->cert;

    if (s->state != EX_STATE_ANSWERED)
        return;
    ex_span_copy(tls->version, sizeof(tls->version), ex_span_str(s->tls ? s->tls : "TLSv1.2"));
    ex_span_copy(tls->cipher, sizeof(tls->cipher), ex_span_str("ECDHE-RSA-AES256-GCM-SHA384"));
    if (s->cert_days == 0)
        return;
    *c = (struct ex_cert){ .present = true, .key_bits = 2048, .n_san = 1, .key_type = "RSA" };
    c->not_before = now_ms / 1000 - 86400 * 400;
    c->not_after = now_ms / 1000 + (int64_t)s->cert_days * 86400;
    c->self_signed = !strchr(s->cert_name, '.');
    c->name_match = strchr(s->cert_name, '.') != NULL;
    c->trusted = c->self_signed || s->cert_days < 0 ? EX_TRUST_NO : EX_TRUST_YES;
    snprintf(c->subject, sizeof(c->subject), "CN=%s", s->cert_name);
    snprintf(c->issuer, sizeof(c->issuer), "CN=%s", c->self_signed ? s->cert_name : "Some CA");
    snprintf(c->san, sizeof(c->san) - 1, "DNS:%s", s->cert_name);
    memset(c->sha256, 'a', sizeof(c->sha256) - 1);
}

static void write_line(const char *line, size_t n)
{
    if (!line || fwrite(line, 1, n, stdout) != n)
        die("cannot write");
}

static void host(struct ex_json *j, const struct ex_catalog *cat, const struct sample *s, size_t i,
                 struct ex_totals *totals)
{
    static struct ex_findings findings;
    static struct ex_result r;
    static struct hunt hunt;
    struct ex_error err = { "" };
    enum ex_line_kind kind;
    size_t n;

    memset(&r, 0, sizeof(r));
    if (ex_target_parse_line(ex_span_str(s->target), &r.target, &kind, &err) != EX_OK)
        die(err.text);
    r.target.line = i + 1;
    r.has_address = s->address[0] != '\0';
    if (r.has_address && ex_addr_parse(ex_span_str(s->address), &r.address) != EX_OK)
        die(s->address);
    r.state = s->state;
    if (s->detail)
        ex_span_copy(r.detail, sizeof(r.detail), ex_span_str(s->detail));
    r.started_unix_ms = now_ms + (int64_t)i * 37;
    r.duration_ms = 412;
    r.requests = s->state == EX_STATE_ANSWERED ? 4 : 1;
    r.bytes = s->state == EX_STATE_ANSWERED ? 51234 : 0;
    r.not_hunted = s->state != EX_STATE_ANSWERED  ? EX_BDR_NONE
                   : s->present != EX_PRESENT_YES ? EX_BDR_NOT_EXCHANGE
                                                  : EX_BDR_SWITCHED_OFF;
    if (s->hunt && !hunt_fill(&hunt, &r, s->hunt, now_ms + (int64_t)i * 37))
        die(s->hunt);
    fingerprint(cat, s, &r.fingerprint);
    ex_verdict(cat, &r.fingerprint, ex_day_of_unix_ms(now_ms), &r.verdict);
    expose(cat, &r, s->exposure);
    handshake(&r.tls, s);
    if (s->build[0])
        ex_span_copy(r.server, sizeof(r.server), ex_span_str("Microsoft-IIS/10.0"));
    ex_findings_of(&r, cat, &findings);
    totals->states[r.state]++;
    totals->severities[findings.severity]++;
    totals->hosts++;
    totals->requests += r.requests;
    totals->bytes += r.bytes;
    const char *line = ex_jsonl_host(j, &r, &findings, cat, user_agent, &n);
    write_line(line, n);
}

/* Where the sample that is broken off ends. */
enum { WHOLE = sizeof(samples) / sizeof(samples[0]), PART = 3 };

int main(int argc, char **argv)
{
    const bool part = argc > 1 && strcmp(argv[1], "interrupted") == 0;
    const struct ex_run_info run = { .run_id = "01968f1e-7c44-7d52-9a07-1f6b6d6f0001",
                                     .version = "0.1.0",
                                     .started_unix_ms = now_ms,
                                     .shard = "1/1",
                                     .as_of = ex_day_of_unix_ms(now_ms),
                                     .contact = "scans@example.com",
                                     .backdoor = true };
    struct ex_totals totals = { .bad_lines = 2, .duplicates = 1, .duration_ms = 9120 };
    struct ex_dataset *data = NULL;
    struct ex_error err = { "" };
    struct ex_json j = { 0 };
    size_t n;

    if (ex_data_load(&data, NULL, &err) != EX_OK)
        die(err.text);
    const char *line = ex_jsonl_run(&j, &run, ex_data_catalog(data), &n);
    write_line(line, n);
    for (size_t i = 0; i < (part ? PART : WHOLE); i++)
        host(&j, ex_data_catalog(data), &samples[i], i, &totals);
    if (part)
        host(&j, ex_data_catalog(data), &late, PART, &totals);
    totals.interrupted = part;
    totals.list_finished = !part;
    totals.targets = totals.hosts - (part ? 0 : 2); /* one name has three addresses */
    line = ex_jsonl_end(&j, &totals, &n);
    write_line(line, n);
    ex_json_free(&j);
    ex_data_free(data);
    return 0;
}
