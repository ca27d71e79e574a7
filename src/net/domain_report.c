// SPDX-License-Identifier: MIT
#include "net/domain_report.h"

#include <stdio.h>
#include <stdlib.h>

/* The host @name:@port, which is there once however often it was found; NULL: no memory. */
static struct ex_found *find_or_add(struct ex_domain_report *r, const char *name, uint16_t port)
{
    for (size_t i = 0; i < r->n_found; i++)
        if (r->found[i].port == port && strcmp(r->found[i].name, name) == 0)
            return &r->found[i];
    if (r->n_found == r->room) {
        const size_t room = r->room ? 2 * r->room : 8;
        struct ex_found *grown = realloc(r->found, room * sizeof(*grown));

        if (!grown)
            return NULL;
        r->found = grown;
        r->room = room;
    }
    struct ex_found *f = &r->found[r->n_found++];
    *f = (struct ex_found){ .port = port, .why = "" };
    ex_span_copy(f->name, sizeof(f->name), ex_span_str(name));
    return f;
}

static void note_service(struct ex_domain_report *r, const struct ex_mail_name_row *service)
{
    for (size_t i = 0; i < r->n_services; i++)
        if (strcmp(r->services[i]->what, service->what) == 0)
            return;
    if (r->n_services < EX_DOMAIN_SERVICES)
        r->services[r->n_services++] = service;
}

/* A stranger's text, until it is a name. */
enum ex_status ex_domain_report_hosts(struct ex_domain_report *r,
                                      const struct ex_discover_options *opt, enum ex_found_by by,
                                      const struct ex_dns_host *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const bool is_srv = by == EX_BY_SRV;
        char name[EX_NAME_SIZE];
        const bool is_name = ex_found_name(name, list[i].name);
        struct ex_found *f;

        if (list[i].name[0] == '\0') { /* the root: no such service, RFC 7505 and 2782 */
            r->takes_no_mail = r->takes_no_mail || !is_srv;
            continue;
        }
        f = find_or_add(r, name, is_srv && list[i].port ? list[i].port : EX_PORT_DEFAULT);
        if (!f)
            return EX_ENOMEM;
        f->by |= by;
        f->is_bad = !is_name;
        if (!is_srv)
            f->preference = list[i].preference;
        f->service = is_name ? ex_mail_service(opt->cat, name) : NULL;
        f->is_outside = is_name && ex_domain_set_find(opt->inside, name) == SIZE_MAX;
        if (f->service)
            note_service(r, f->service);
    }
    return EX_OK;
}

enum ex_status ex_domain_report_labels(struct ex_domain_report *r,
                                       const struct ex_discover_options *opt)
{
    for (size_t i = 0; i < opt->cat->n_mail_names; i++) {
        const struct ex_mail_name_row *row = &opt->cat->mail_names[i];
        char name[EX_NAME_SIZE + EX_NAME_SIZE];
        struct ex_found *f;

        if (row->kind != EX_MAIL_LABEL)
            continue;
        snprintf(name, sizeof(name), "%s.%s", row->name, r->name);
        if (strlen(name) > EX_NAME_MAX)
            continue; /* there can be no such name */
        f = find_or_add(r, name, EX_PORT_DEFAULT);
        if (!f)
            return EX_ENOMEM;
        f->by |= EX_BY_LABEL;
    }
    return EX_OK;
}

bool ex_domain_report_asks(const struct ex_domain_report *r, size_t i)
{
    const struct ex_found *f = &r->found[i];

    for (size_t k = 0; k < i; k++)
        if (strcmp(r->found[k].name, f->name) == 0)
            return false; /* with another port */
    return !f->is_bad && !f->is_outside && !f->service;
}

void ex_domain_report_fails(struct ex_domain_report *r, const char *why)
{
    if (r->state == EX_DOMAIN_ASKED) {
        r->state = EX_DOMAIN_INCOMPLETE;
        r->why = why;
    }
}

static void note_aliases(struct ex_domain_report *r, const struct ex_discover_options *opt,
                         struct ex_found *f, const struct ex_dns_found *got)
{
    for (size_t i = 0; i < got->n_aliases; i++) {
        const struct ex_mail_name_row *service;
        char name[EX_NAME_SIZE];

        if (!ex_found_name(name, got->aliases[i])) {
            f->leads_outside = true;
            f->alias[0] = '\0';
            continue;
        }
        service = ex_mail_service(opt->cat, name);
        f->leads_outside = ex_domain_set_find(opt->inside, name) == SIZE_MAX;
        memcpy(f->alias, name, sizeof(f->alias));
        if (service && !f->service)
            f->service = service;
    }
    if (f->service && !f->is_wild)
        note_service(r, f->service);
}

static void fill(struct ex_domain_report *r, const struct ex_discover_options *opt,
                 const struct ex_wildcard *wildcard, struct ex_found *f,
                 const struct ex_dns_found *got)
{
    f->why = got->why;
    f->n_addresses = got->n_addresses;
    for (size_t i = 0; i < got->n_addresses && i < EX_FOUND_ADDRESSES; i++)
        f->addresses[i] = got->addresses[i];
    f->is_wild = ex_wildcard_is(wildcard, got->addresses, got->n_addresses);
    note_aliases(r, opt, f, got);
}

void ex_domain_report_fill(struct ex_domain_report *r, const struct ex_discover_options *opt,
                           const struct ex_wildcard *wildcard, const char *name,
                           const struct ex_dns_found *got)
{
    for (size_t i = 0; i < r->n_found; i++)
        if (!r->found[i].is_bad && strcmp(r->found[i].name, name) == 0)
            fill(r, opt, wildcard, &r->found[i], got);
}

void ex_domain_report_finish(struct ex_domain_report *r, const struct ex_discover_options *opt,
                             const struct ex_wildcard *wildcard)
{
    size_t n = 0;

    r->is_wild = wildcard->n_answers > 0;
    r->varies = wildcard->varies;
    for (size_t i = 0; i < r->n_found; i++) {
        struct ex_found *f = &r->found[i];

        f->verdict = ex_found_judge(f, opt->takes_outside);
        if (f->by != EX_BY_LABEL || f->verdict != EX_FOUND_NO_ADDRESS)
            r->found[n++] = *f;
    }
    r->n_found = n;
}

void ex_domain_report_deinit(struct ex_domain_report *r)
{
    free(r->found);
    r->found = NULL;
    r->n_found = r->room = 0;
}

const char *ex_domain_state_str(enum ex_domain_state s)
{
    switch (s) {
    case EX_DOMAIN_ASKED:
        return "asked";
    case EX_DOMAIN_INCOMPLETE:
        return "incomplete";
    case EX_DOMAIN_FAILED:
        return "failed";
    case EX_DOMAIN_UNKNOWN:
        return "no-such-domain";
    }
    return "failed";
}
