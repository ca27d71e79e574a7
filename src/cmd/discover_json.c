// SPDX-License-Identifier: MIT
#include "cmd/discover.h"
#include "out/json.h"

static void tags_json(struct ex_json *j, const char *tags)
{
    ex_json_object(j, "tags");
    while (*tags) {
        const char *value = tags + strlen(tags) + 1;

        ex_json_text(j, tags, value);
        tags = value + strlen(value) + 1;
    }
    ex_json_close(j);
}

static enum ex_status domain_json(FILE *to, const struct ex_discovery *d, size_t i)
{
    const struct ex_domain_report *r = &d->reports[i];
    struct ex_json j = { 0 };

    ex_json_begin(&j);
    ex_json_text(&j, "type", "domain");
    ex_json_text(&j, "domain", r->name);
    ex_json_int_if(&j, "line", d->domains->at[i].line > 0, (int64_t)d->domains->at[i].line);
    tags_json(&j, d->domains->at[i].tags);
    ex_json_text(&j, "state", ex_domain_state_str(r->state));
    ex_json_text_or_null(&j, "why", r->why);
    ex_json_bool(&j, "takes_no_mail", r->takes_no_mail);
    ex_json_bool(&j, "wildcard", r->is_wild);
    ex_json_bool(&j, "wildcard_varies", r->varies);
    ex_json_array(&j, "services");
    for (size_t k = 0; k < r->n_services; k++) {
        ex_json_object(&j, NULL);
        ex_json_text(&j, "name", r->services[k]->what);
        ex_json_text(&j, "role", r->services[k]->kind == EX_MAIL_FILTER ? "filter" : "hosted");
        ex_json_close(&j);
    }
    ex_json_close(&j);
    ex_json_int(&j, "questions", r->n_questions);
    return ex_json_print(&j, to);
}

static enum ex_status found_json(FILE *to, const struct ex_discovery *d, size_t i,
                                 const struct ex_found *f)
{
    const struct {
        enum ex_found_by by;
        const char *word;
    } ways[] = { { EX_BY_MX, "mx" }, { EX_BY_SRV, "srv" }, { EX_BY_LABEL, "usual-name" } };
    struct ex_json j = { 0 };
    char text[EX_NAME_SIZE + 8];

    ex_json_begin(&j);
    ex_json_text(&j, "type", "candidate");
    ex_json_text(&j, "domain", d->reports[i].name);
    snprintf(text, sizeof(text), "%s:%u", f->name, f->port);
    ex_json_text(&j, "target", f->is_bad ? NULL : text);
    ex_json_text(&j, "name", f->name);
    ex_json_text(&j, "verdict", ex_found_verdict_str(f->verdict));
    ex_json_text_or_null(&j, "why", f->why);
    ex_json_array(&j, "found_by");
    for (size_t k = 0; k < sizeof(ways) / sizeof(ways[0]); k++)
        if (f->by & ways[k].by)
            ex_json_text(&j, NULL, ways[k].word);
    ex_json_close(&j);
    ex_json_int_if(&j, "preference", f->by & EX_BY_MX, f->preference);
    ex_json_array(&j, "addresses");
    for (size_t k = 0; k < f->n_addresses && k < EX_FOUND_ADDRESSES; k++) {
        char address[EX_ADDR_TEXT];

        ex_json_text(&j, NULL, ex_addr_format(address, &f->addresses[k]));
    }
    ex_json_close(&j);
    ex_json_int(&j, "addresses_count", (int64_t)f->n_addresses);
    ex_json_text_or_null(&j, "alias_of", f->alias);
    ex_json_text(&j, "service", f->service ? f->service->what : NULL);
    ex_json_bool(&j, "outside", f->is_outside || f->leads_outside);
    tags_json(&j, ex_discovery_tags(d, i, f));
    return ex_json_print(&j, to);
}

static enum ex_status end_json(FILE *to, const struct ex_discovery *d)
{
    struct ex_json j = { 0 };

    ex_json_begin(&j);
    ex_json_text(&j, "type", "end");
    ex_json_int(&j, "domains", (int64_t)d->domains->n);
    ex_json_object(&j, "states");
    for (int s = 0; s <= EX_DOMAIN_UNKNOWN; s++)
        ex_json_int(&j, ex_domain_state_str((enum ex_domain_state)s),
                    (int64_t)d->counts.domains[s]);
    ex_json_close(&j);
    ex_json_int(&j, "bad_lines", (int64_t)d->domains->n_bad);
    ex_json_int(&j, "targets", (int64_t)d->counts.listed);
    ex_json_int(&j, "left_out", (int64_t)d->counts.left_out);
    return ex_json_print(&j, to);
}

enum ex_status ex_discovery_json(FILE *to, const struct ex_discovery *d)
{
    enum ex_status st = EX_OK;

    for (size_t i = 0; i < d->domains->n && st == EX_OK; i++) {
        st = domain_json(to, d, i);
        for (size_t k = 0; k < d->reports[i].n_found && st == EX_OK; k++)
            st = found_json(to, d, i, &d->reports[i].found[k]);
    }
    return st == EX_OK ? end_json(to, d) : st;
}
