// SPDX-License-Identifier: MIT
#include "out/json_parts.h"

static json_t *tags(const struct ex_target *t)
{
    struct ex_json j = ex_json_object();
    const char *p = t->tags;

    while (*p) {
        const char *value = p + strlen(p) + 1;

        ex_json_set(&j, p, ex_json_text(value));
        p = value + strlen(value) + 1;
    }
    return ex_json_done(&j);
}

static json_t *exposure(const struct ex_exposure *e)
{
    struct ex_json j = ex_json_object();

    ex_json_set(&j, "id", json_string(e->id));
    ex_json_set(&j, "url", ex_json_text(e->path));
    ex_json_set(&j, "status", e->status ? json_integer(e->status) : json_null());
    ex_json_set(&j, "value", ex_json_text_or_null(e->value));
    return ex_json_done(&j);
}

static json_t *exposures(const struct ex_result *r)
{
    struct ex_json j = ex_json_array();

    for (uint8_t i = 0; i < r->n_exposures; i++)
        ex_json_push(&j, exposure(&r->exposures[i]));
    return ex_json_done(&j);
}

static json_t *ntlm(const struct ex_ntlm_facts *n)
{
    struct ex_json j;
    char version[32];

    if (!n->present)
        return json_null();
    snprintf(version, sizeof(version), "%u.%u.%u", n->os_major, n->os_minor, n->os_build);
    j = ex_json_object();
    ex_json_set(&j, "netbios_computer", ex_json_text_or_null(n->nb_computer));
    ex_json_set(&j, "netbios_domain", ex_json_text_or_null(n->nb_domain));
    ex_json_set(&j, "dns_computer", ex_json_text_or_null(n->dns_computer));
    ex_json_set(&j, "dns_domain", ex_json_text_or_null(n->dns_domain));
    ex_json_set(&j, "dns_tree", ex_json_text_or_null(n->dns_tree));
    ex_json_set(&j, "os_version", n->os_major ? json_string(version) : json_null());
    return ex_json_done(&j);
}

static json_t *auth(const struct ex_auth_metadata *a)
{
    struct ex_json j;

    if (!a->present)
        return json_null();
    j = ex_json_object();
    ex_json_set(&j, "realm", ex_json_text_or_null(a->realm));
    ex_json_set(&j, "certificate", ex_json_cert(&a->cert));
    return ex_json_done(&j);
}

static void set_what_was_asked(struct ex_json *j, const struct ex_result *r)
{
    const struct ex_target *t = &r->target;
    char text[EX_TARGET_TEXT], address[EX_ADDR_TEXT];

    ex_json_set(j, "target", ex_json_text(ex_target_format(text, t)));
    ex_json_set(j, "line", t->line ? json_integer((json_int_t)t->line) : json_null());
    ex_json_set(j, "tags", tags(t));
    ex_json_set(j, "address",
                r->has_address ? json_string(ex_addr_format(address, &r->address)) : json_null());
    if (r->n_addresses > 1)
        ex_json_set(j, "addresses", json_integer(r->n_addresses));
    ex_json_set(j, "port", json_integer(t->port));
    ex_json_set(j, "server_name", t->kind == EX_TARGET_NAME ? ex_json_text(t->name) : json_null());
}

char *ex_jsonl_host(const struct ex_result *r, const struct ex_findings *f,
                    const struct ex_catalog *cat, const char *user_agent, size_t *n)
{
    struct ex_json j = ex_json_object();

    ex_json_set(&j, "type", json_string("host"));
    set_what_was_asked(&j, r);
    ex_json_set(&j, "state", json_string(ex_state_str(r->state)));
    ex_json_set(&j, "detail", ex_json_text_or_null(r->detail));
    ex_json_set(&j, "started", ex_json_time_ms(r->started_unix_ms));
    ex_json_set(&j, "duration_ms", json_integer(r->duration_ms));
    ex_json_set(&j, "requests", json_integer(r->requests));
    ex_json_set(&j, "bytes", json_integer((json_int_t)r->bytes));
    ex_json_set(&j, "exchange", ex_json_exchange(&r->fingerprint));
    ex_json_set(&j, "patch", ex_json_patch(&r->verdict, cat, &r->fingerprint));
    ex_json_set(&j, "support", ex_json_support(&r->verdict));
    ex_json_set(&j, "backdoor", ex_json_backdoor(r, cat, user_agent));
    ex_json_set(&j, "logon_page", ex_json_logon(r));
    ex_json_set(&j, "exposure", exposures(r));
    ex_json_set(&j, "tls", ex_json_tls(&r->tls));
    ex_json_set(&j, "server", ex_json_text_or_null(r->server));
    ex_json_set(&j, "aspnet_version", ex_json_text_or_null(r->aspnet_version));
    ex_json_set(&j, "ntlm", ntlm(&r->ntlm));
    ex_json_set(&j, "auth", auth(&r->auth));
    ex_json_set(&j, "findings", ex_json_findings(r, f, user_agent));
    ex_json_set(&j, "severity", json_string(ex_severity_str(f->severity)));
    return ex_json_line(ex_json_done(&j), n);
}
