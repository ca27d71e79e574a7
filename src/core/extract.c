// SPDX-License-Identifier: MIT
#include "core/extract.h"

#include "core/auth.h"
#include "core/front.h"
#include "core/location.h"
#include "core/retry_after.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum {
    HASH_BYTES_MAX = 4096, /* tells pages apart without reading all of a large one */
    GUID_BYTES = 36,
};

typedef void field_fn(struct ex_reading *r, struct ex_span value);

static void mark(struct ex_reading *r, uint32_t marks)
{
    r->a->marks |= marks;
}

static void quote(struct ex_reading *r, enum ex_source_id source, struct ex_span value)
{
    ex_evidence_add(r->ev, source, r->a, value);
}

static void from_fe_server(struct ex_reading *r, struct ex_span value)
{
    struct ex_span rest;
    const struct ex_span name = ex_first_of_list(value, &rest);

    if (name.n == 0)
        return;
    if (rest.n > 0 || r->a->marks & EX_MARK_FE)
        mark(r, EX_MARK_TWO_FE);
    mark(r, EX_MARK_FE);
    if (r->a->front_end < 0)
        r->a->front_end = ex_evidence_front_end(r->ev, name);
    quote(r, EX_SRC_FE_SERVER, name);
}

static bool is_guid(struct ex_span v)
{
    if (v.n != GUID_BYTES)
        return false;
    for (size_t i = 0; i < v.n; i++) {
        const uint8_t c = v.p[i];
        const bool hyphen = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');

        if (hyphen ? c != '-' : !hex)
            return false;
    }
    return true;
}

static void from_request_id(struct ex_reading *r, struct ex_span value)
{
    if (!is_guid(value))
        return;
    mark(r, EX_MARK_REQUEST_ID);
    r->a->request_id = ex_hash(value);
}

static void from_service_field(struct ex_reading *r, struct ex_span value)
{
    (void)value;
    if (++r->n_service_fields == 2) {
        mark(r, EX_MARK_SERVICE);
        quote(r, EX_SRC_SERVICE_MARKS, ex_span_str("X-SOAP-Enabled, X-WSSecurity, X-OAuth"));
    }
}

static bool in_outlook_com(struct ex_span v)
{
    return ex_span_find_nocase(v, ".outlook.com") != SIZE_MAX;
}

static void from_be_target(struct ex_reading *r, struct ex_span value)
{
    if (value.n == 0)
        return;
    mark(r, in_outlook_com(value) ? EX_MARK_ONLINE_TARGET : EX_MARK_BACK_END);
    quote(r, in_outlook_com(value) ? EX_SRC_ONLINE_MARK : EX_SRC_BACK_END, value);
}

static void from_be_server(struct ex_reading *r, struct ex_span value)
{
    if (value.n > 0 && !in_outlook_com(value))
        mark(r, EX_MARK_BACK_END);
}

static void from_cas_error(struct ex_reading *r, struct ex_span value)
{
    mark(r, EX_MARK_CAS_ERROR);
    quote(r, EX_SRC_CAS_ERROR, value);
}

static void from_federation(struct ex_reading *r, struct ex_span value)
{
    mark(r, EX_MARK_HYBRID);
    quote(r, EX_SRC_FEDERATION, value);
}

/* Exchange 2003 names its store in answers of /exchange: 6.5 and a number. */
static void from_web_storage(struct ex_reading *r, struct ex_span value)
{
    if (!ex_span_starts_nocase(value, "6.5."))
        return;
    mark(r, EX_MARK_WEB_STORAGE);
    quote(r, EX_SRC_WEB_STORAGE, value);
}

static void from_fe_target(struct ex_reading *r, struct ex_span value)
{
    if (in_outlook_com(value)) {
        mark(r, EX_MARK_ONLINE_TARGET);
        quote(r, EX_SRC_ONLINE_MARK, value);
    }
}

static void from_fe_proxy(struct ex_reading *r, struct ex_span value)
{
    if (in_outlook_com(value)) {
        mark(r, EX_MARK_ONLINE_PROXY);
        quote(r, EX_SRC_ONLINE_MARK, value);
    }
}

static void from_fe_efz(struct ex_reading *r, struct ex_span value)
{
    if (value.n > 0)
        mark(r, EX_MARK_ONLINE_EFZ);
}

static void from_rum(struct ex_reading *r, struct ex_span value)
{
    (void)value;
    mark(r, EX_MARK_ONLINE_RUM);
}

static void from_cookie(struct ex_reading *r, struct ex_span value)
{
    if (ex_span_starts_nocase(value, "ClientId=") ||
        ex_span_starts_nocase(value, "OutlookSession="))
        mark(r, EX_MARK_CLIENT_ID);
    else if (ex_span_starts_nocase(value, "cadata="))
        mark(r, EX_MARK_CADATA);
}

/* Microsoft-IIS/7.5 -> 75. */
static uint8_t iis_version(struct ex_span v)
{
    struct ex_span digits;
    unsigned version = 0;

    if (!ex_span_sub(v, 14, v.n - 14, &digits))
        return 0;
    for (size_t i = 0; i < digits.n && i < 5 && version < 100; i++) {
        if (digits.p[i] >= '0' && digits.p[i] <= '9')
            version = version * 10 + (digits.p[i] - '0');
        else if (digits.p[i] != '.')
            break;
    }
    return version <= 200 ? (uint8_t)version : 0;
}

static void from_server(struct ex_reading *r, struct ex_span value)
{
    static const char *const others[] = { "Kerio",   "Zimbra", "SOGo",   "MDaemon",
                                          "IceWarp", "Axigen", "Domino", "CommuniGate" };

    if (r->ev->server[0] == '\0')
        ex_span_copy(r->ev->server, sizeof(r->ev->server), value);
    if (ex_span_starts_nocase(value, "Microsoft-IIS/")) {
        mark(r, EX_MARK_IIS);
        r->a->iis = iis_version(value);
    }
    for (size_t i = 0; i < N_OF(others); i++)
        if (ex_span_find_nocase(value, others[i]) != SIZE_MAX)
            mark(r, EX_MARK_OTHER_PRODUCT);
}

static void from_aspnet(struct ex_reading *r, struct ex_span value)
{
    if (r->ev->aspnet_version[0] == '\0')
        ex_span_copy(r->ev->aspnet_version, sizeof(r->ev->aspnet_version), value);
}

static void from_other_product(struct ex_reading *r, struct ex_span value)
{
    (void)value;
    mark(r, EX_MARK_OTHER_PRODUCT);
}

static void from_ms_proxy(struct ex_reading *r, struct ex_span value)
{
    (void)value;
    mark(r, EX_MARK_MS_PROXY);
}

static void from_hsts(struct ex_reading *r, struct ex_span value)
{
    if (value.n > 0)
        mark(r, EX_MARK_HSTS);
}

static void from_location(struct ex_reading *r, struct ex_span value)
{
    uint32_t marks;

    if (r->a->location != EX_LOC_NONE || r->a->status < 300 || r->a->status > 399)
        return;
    r->a->location = (uint8_t)ex_location_of(value, r->ev->target, &marks);
    mark(r, marks);
    quote(r, EX_SRC_LOCATION, value);
    if (r->a->probe == EX_PROBE_NO_HOST) {
        const struct ex_span host = ex_location_host(value);
        struct ex_addr addr;

        if (ex_addr_parse(host, &addr) == EX_OK && !ex_span_eq_nocase(host, r->ev->target))
            ex_span_copy(r->ev->internal_address, sizeof(r->ev->internal_address), host);
    }
}

static void from_authenticate(struct ex_reading *r, struct ex_span value)
{
    ex_auth_read(r->ev, r->a, value);
}

static void from_retry_after(struct ex_reading *r, struct ex_span value)
{
    (void)value; /* a date says nothing without the field Date */
    r->a->retry_after_s = ex_retry_after_s(r->x);
}

/* Every header field that says something. To add one: a function, a row, a row in
 * tests/unit/test_extract.c. A name that ends with '-' stands for all that begin so. */
static const struct {
    const char *name;
    field_fn *run;
} fields[] = {
    { "X-OWA-Version", ex_read_owa_version },
    { "X-FEServer", from_fe_server },
    { "request-id", from_request_id },
    { "X-SOAP-Enabled", from_service_field },
    { "X-WSSecurity-Enabled", from_service_field },
    { "X-WSSecurity-For", from_service_field },
    { "X-OAuth-Enabled", from_service_field },
    { "X-CalculatedBETarget", from_be_target },
    { "X-BEServer", from_be_server },
    { "X-CasErrorCode", from_cas_error },
    { "X-FederationTrustTokenIssuerUri", from_federation },
    { "X-CalculatedFETarget", from_fe_target },
    { "X-FEProxyInfo", from_fe_proxy },
    { "X-FEEFZInfo", from_fe_efz },
    { "X-RUM-", from_rum },
    { "MS-WebStorage", from_web_storage },
    { "WWW-Authenticate", from_authenticate },
    { "Location", from_location },
    { "Set-Cookie", from_cookie },
    { "Server", from_server },
    { "X-AspNet-Version", from_aspnet },
    { "Strict-Transport-Security", from_hsts },
    { "Retry-After", from_retry_after },
    { "x-ms-proxy-", from_ms_proxy },
    { "X-Z-Push-Version", from_other_product },
    { "X-Zimbra-", from_other_product },
    { "MicrosoftSharePointTeamServices", from_other_product },
};

static bool name_matches(struct ex_span name, const char *want)
{
    return want[strlen(want) - 1] == '-' ? ex_span_starts_nocase(name, want)
                                         : ex_span_eq_nocase(name, want);
}

static void read_fields(struct ex_reading *r)
{
    for (size_t i = 0; i < r->x->n_headers && i < EX_HEADERS_MAX; i++) {
        const struct ex_header *h = &r->x->headers[i];

        for (size_t k = 0; k < N_OF(fields); k++) {
            if (!name_matches(h->name, fields[k].name))
                continue;
            fields[k].run(r, ex_span_trim(h->value));
            break;
        }
    }
}

/* A front end is known by the first full number that it names. */
static void note_front_end(struct ex_reading *r)
{
    struct ex_front_end *fe;

    if (r->a->front_end < 0)
        return;
    fe = &r->ev->front_ends[r->a->front_end];
    if (fe->build.n_parts == 0 && r->a->version_header == EX_VH_FULL &&
        !ex_has(r->a, EX_MARK_TWO_VERSIONS))
        fe->build = r->a->build;
}

const struct ex_answer *ex_extract(struct ex_evidence *ev, enum ex_probe probe,
                                   const struct ex_exchange *x, const struct ex_catalog *cat,
                                   ex_cert_of_der_fn *cert_of_der)
{
    struct ex_reading r = { .x = x, .cat = cat, .cert_of_der = cert_of_der, .ev = ev };

    r.a = ex_evidence_answer(ev, probe);
    if (!r.a)
        return NULL;
    r.a->outcome = (uint8_t)x->outcome;
    if (x->status < 100 || x->status > 999)
        return r.a;
    r.a->status = (uint16_t)x->status;
    read_fields(&r);
    if (!x->head) {
        const size_t n = x->body.n < HASH_BYTES_MAX ? x->body.n : HASH_BYTES_MAX;

        r.a->body_bytes = (uint32_t)x->body.n;
        r.a->body_hash = ex_hash((struct ex_span){ x->body.p, n });
    }
    ex_extract_body(&r);
    note_front_end(&r);
    r.a->device = (int16_t)ex_front_match(cat, x, !x->head && !ex_has(r.a, EX_MARKS_EXCHANGE));
    if (r.a->device >= 0)
        ex_evidence_add(ev, EX_SRC_DEVICE, r.a, ex_span_str(cat->devices[r.a->device].name));
    return r.a;
}
