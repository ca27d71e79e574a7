// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "out/json_parts.h"

static void tags(struct ex_json *j, const struct ex_target *t)
{
    const char *p = t->tags;

    ex_json_object(j, "tags");
    while (*p) {
        const char *value = p + strlen(p) + 1;

        ex_json_text(j, p, value);
        p = value + strlen(value) + 1;
    }
    ex_json_close(j);
}

static void exposure(struct ex_json *j, const struct ex_exposure *e)
{
    ex_json_object(j, NULL);
    ex_json_text(j, "id", e->id);
    ex_json_text(j, "url", e->path);
    ex_json_int_if(j, "status", e->status != 0, e->status);
    ex_json_text_or_null(j, "value", e->value);
    ex_json_close(j);
}

static void exposures(struct ex_json *j, const struct ex_result *r)
{
    ex_json_array(j, "exposure");
    for (uint8_t i = 0; i < r->n_exposures; i++)
        exposure(j, &r->exposures[i]);
    ex_json_close(j);
}

static void ntlm(struct ex_json *j, const struct ex_ntlm_facts *n)
{
    char version[32];

    if (!n->present) {
        ex_json_null(j, "ntlm");
        return;
    }
    snprintf(version, sizeof(version), "%u.%u.%u", n->os_major, n->os_minor, n->os_build);
    ex_json_object(j, "ntlm");
    ex_json_text_or_null(j, "netbios_computer", n->nb_computer);
    ex_json_text_or_null(j, "netbios_domain", n->nb_domain);
    ex_json_text_or_null(j, "dns_computer", n->dns_computer);
    ex_json_text_or_null(j, "dns_domain", n->dns_domain);
    ex_json_text_or_null(j, "dns_tree", n->dns_tree);
    ex_json_text(j, "os_version", n->os_major ? version : NULL);
    ex_json_close(j);
}

static void auth(struct ex_json *j, const struct ex_auth_metadata *a)
{
    if (!a->present) {
        ex_json_null(j, "auth");
        return;
    }
    ex_json_object(j, "auth");
    ex_json_text_or_null(j, "realm", a->realm);
    ex_json_cert(j, "certificate", &a->cert);
    ex_json_close(j);
}

static void what_was_asked(struct ex_json *j, const struct ex_result *r)
{
    const struct ex_target *t = &r->target;
    char text[EX_TARGET_TEXT], address[EX_ADDR_TEXT];

    ex_json_text(j, "target", ex_target_format(text, t));
    ex_json_int_if(j, "line", t->line != 0, (int64_t)t->line);
    tags(j, t);
    ex_json_text(j, "address", r->has_address ? ex_addr_format(address, &r->address) : NULL);
    if (r->n_addresses > 1)
        ex_json_int(j, "addresses", r->n_addresses);
    ex_json_int(j, "port", t->port);
    ex_json_text(j, "server_name", t->kind == EX_TARGET_NAME ? t->name : NULL);
}

const char *ex_jsonl_host(struct ex_json *j, const struct ex_result *r, const struct ex_findings *f,
                          const struct ex_catalog *cat, const char *user_agent, size_t *n)
{
    ex_json_begin(j);
    ex_json_text(j, "type", "host");
    what_was_asked(j, r);
    ex_json_text(j, "state", ex_state_str(r->state));
    ex_json_text_or_null(j, "detail", r->detail);
    ex_json_time_ms(j, "started", r->started_unix_ms);
    ex_json_int(j, "duration_ms", r->duration_ms);
    ex_json_int(j, "requests", r->requests);
    ex_json_int(j, "bytes", (int64_t)r->bytes);
    ex_json_exchange(j, &r->fingerprint);
    ex_json_patch(j, &r->verdict, cat, &r->fingerprint);
    ex_json_support(j, &r->verdict);
    ex_json_backdoor(j, r, cat, user_agent);
    ex_json_logon(j, r);
    exposures(j, r);
    ex_json_tls(j, "tls", &r->tls);
    ex_json_text_or_null(j, "server", r->server);
    ex_json_text_or_null(j, "aspnet_version", r->aspnet_version);
    ntlm(j, &r->ntlm);
    auth(j, &r->auth);
    ex_json_findings(j, r, f, user_agent);
    ex_json_text(j, "severity", ex_severity_str(f->severity));
    return ex_json_end(j, n);
}
