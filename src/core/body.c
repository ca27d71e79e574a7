// SPDX-License-Identifier: MIT
#include "core/base64.h"
#include "core/extract.h"

enum {
    TOP_BYTES = 4096,
    DER_BYTES_MAX = 4096,
    NAME_BYTES_MAX = 253,
};

/* The token of the .NET framework's own key: a manifest that shows it was made up. */
#define FRAMEWORK_TOKEN "b03f5f7f11d50a3a"

static bool top_has(const struct ex_reading *r, const char *text)
{
    return ex_span_find_nocase(ex_span_part(r->x->body, 0, TOP_BYTES), text) != SIZE_MAX;
}

/* The text between @before and the next @end, empty when there is none. */
static struct ex_span between(struct ex_span s, const char *before, char end)
{
    const size_t at = ex_span_find(s, before);
    struct ex_span rest;
    size_t n = 0;

    if (at == SIZE_MAX)
        return (struct ex_span){ 0 };
    rest = ex_span_part(s, at + strlen(before), s.n);
    while (n < rest.n && rest.p[n] != (uint8_t)end)
        n++;
    return n < rest.n ? ex_span_part(rest, 0, n) : (struct ex_span){ 0 };
}

/* RFC 7230 3.1.2: the reason is ours to ignore, but Exchange puts words of its own there. */
static void read_reason(struct ex_reading *r)
{
    if (r->a->status != 401 || !ex_span_eq_nocase(r->x->reason, "Anonymous Request Disallowed"))
        return;
    r->a->marks |= EX_MARK_REASON;
    ex_evidence_add(r->ev, EX_SRC_REASON, r->a, r->x->reason);
}

static bool is_own_host(const struct ex_reading *r, struct ex_span host)
{
    const size_t port = ex_span_find(host, ":");

    return ex_span_eq_nocase(port == SIZE_MAX ? host : ex_span_part(host, 0, port), r->ev->target);
}

static void read_page(struct ex_reading *r)
{
    struct ex_page page;
    struct ex_page_texts texts;
    const bool is_page = ex_page_scan(r->x->body, &page, &texts);

    if (!is_page || page.error_fe)
        return;
    page.absolute = page.absolute && !is_own_host(r, texts.host); /* some proxies write it out */
    r->a->marks |= EX_MARK_PAGE;
    if (r->a->probe == EX_PROBE_CONTROL || r->ev->page.owa_page || r->ev->page.logon_form)
        return;
    r->ev->page = page;
    r->ev->page_answer = (uint8_t)(r->a - r->ev->answers);
    ex_evidence_add(r->ev, EX_SRC_PAGE_MARK, r->a,
                    ex_span_str(page.stub         ? "stub"
                                : page.logon_form ? "logonForm"
                                                  : "OwaPage"));
    if (texts.path.n > 0)
        ex_evidence_add(r->ev, EX_SRC_PAGE_PATH, r->a, texts.path);
    if (texts.saved_from.n > 0)
        ex_evidence_add(r->ev, EX_SRC_SAVED_FROM, r->a, texts.saved_from);
    if (page.logon_form && page.action != EX_FORM_GENUINE)
        ex_evidence_add(r->ev, EX_SRC_FORM_ACTION, r->a, texts.action);
}

/* IIS names its sub-status in the standard error page. */
static void read_sub_status(struct ex_reading *r)
{
    if (r->a->status != 403)
        return;
    if (top_has(r, "403.7") || top_has(r, "client certificate is required"))
        r->a->marks |= EX_MARK_CERT_WANTED;
    else if (top_has(r, "403.4"))
        r->a->marks |= EX_MARK_SSL_WANTED;
}

/* "200 OK<br/>ex01.corp.example.com", from the front end itself. */
static void read_health(struct ex_reading *r)
{
    static const char start[] = "200 OK<br/>";
    struct ex_span name;

    if (r->a->status != 200 || !ex_span_starts_nocase(r->x->body, start))
        return;
    name = ex_span_trim(ex_span_part(r->x->body, sizeof(start) - 1, NAME_BYTES_MAX));
    if (name.n == 0 || ex_span_find(name, "<") != SIZE_MAX)
        return;
    r->a->marks |= EX_MARK_HEALTH;
    ex_span_copy(r->ev->health_name, sizeof(r->ev->health_name), name);
    ex_evidence_add(r->ev, EX_SRC_HEALTH, r->a, name);
}

static void read_manifest(struct ex_reading *r)
{
    const struct ex_span body = r->x->body;
    const size_t at =
        ex_span_find_nocase(body, "name=\"microsoft.exchange.ediscovery.exporttool.application\"");
    struct ex_span element, number;
    struct ex_build b;
    bool padded = false;

    if (r->a->status != 200 || at == SIZE_MAX)
        return;
    element = ex_span_part(body, at, 512);
    number = between(element, " version=\"", '"');
    if (ex_build_parse(number, &b, &padded) != EX_OK)
        return;
    if (padded || ex_span_eq_nocase(between(element, "publicKeyToken=\"", '"'), FRAMEWORK_TOKEN))
        r->a->marks |= EX_MARK_WRONG_TOKEN;
    else
        r->ev->manifest = b;
    ex_evidence_add(r->ev, EX_SRC_MANIFEST, r->a, number);
}

/*
 * /autodiscover/metadata/json/1: {"realm": "...", "keys": [{"usage": "signing", "keyvalue":
 * {"type": "x509Certificate", "value": "<base64>"}}, ...]}. The first key is the current one.
 * Two strings are all that is wanted, so they are looked for and the rest is left alone.
 */
static void read_auth_metadata(struct ex_reading *r)
{
    const struct ex_span body = r->x->body;
    uint8_t der[DER_BYTES_MAX];
    struct ex_span value;
    size_t at, n;

    if (r->a->status != 200 || ex_span_find(body, "\"serviceName\"") == SIZE_MAX)
        return;
    value = between(between(body, "\"realm\"", ','), "\"", '"');
    ex_span_copy(r->ev->auth.realm, sizeof(r->ev->auth.realm), value);
    r->ev->auth.present = true;
    at = ex_span_find(body, "\"x509Certificate\"");
    if (at == SIZE_MAX || !r->cert_of_der)
        return;
    value = between(between(ex_span_part(body, at, body.n), "\"value\"", '}'), "\"", '"');
    if (ex_base64_decode(value, der, sizeof(der), &n) != EX_OK)
        return;
    if (!r->cert_of_der((struct ex_span){ der, n }, &r->ev->auth.cert))
        r->ev->auth.cert = (struct ex_cert){ 0 };
}

/* What else a body can say, by the request that it answers. To add one: a function, a row. */
static const struct {
    uint32_t probes; /* bit set of enum ex_probe; 0: all */
    void (*run)(struct ex_reading *r);
} bodies[] = {
    { 0, read_sub_status },
    { 1u << EX_PROBE_LOGON | 1u << EX_PROBE_OWA | 1u << EX_PROBE_EXCHANGE | 1u << EX_PROBE_ECP |
          1u << EX_PROBE_CONTROL | 1u << EX_PROBE_AGAIN,
      read_page },
    { 1u << EX_PROBE_HEALTH, read_health },
    { 1u << EX_PROBE_MANIFEST, read_manifest },
    { 1u << EX_PROBE_AUTH_METADATA, read_auth_metadata },
};

void ex_extract_body(struct ex_reading *r)
{
    read_reason(r);
    if (r->x->head || r->x->body.n == 0)
        return;
    for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
        if (bodies[i].probes == 0 || bodies[i].probes >> r->a->probe & 1)
            bodies[i].run(r);
    if (r->a->status == 200 && !ex_has(r->a, EX_MARK_PAGE) && top_has(r, "http-equiv=\"refresh\""))
        r->a->marks |= EX_MARK_META_REFRESH;
}
