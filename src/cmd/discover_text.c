// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "cmd/discover.h"
#include "core/put.h"
#include "core/quote.h"

enum { LINE_SIZE = EX_TARGET_TEXT + 2 * EX_TAGS_SIZE, ADDRESSES_SHOWN = 3 };

/* "MX 10, usual name; 192.0.2.5": ASCII of ours, names that were checked, numbers. */
static void put_why(struct ex_put *w, const struct ex_found *f)
{
    const char *apart = "";
    char address[EX_ADDR_TEXT];

    if (f->by & EX_BY_MX) {
        ex_put_str(w, "MX ");
        ex_put_dec(w, f->preference);
        apart = ", ";
    }
    if (f->by & EX_BY_SRV) {
        ex_put_str(w, apart);
        ex_put_str(w, "SRV of Autodiscover");
        apart = ", ";
    }
    if (f->by & EX_BY_LABEL) {
        ex_put_str(w, apart);
        ex_put_str(w, "usual name");
    }
    for (size_t i = 0; i < f->n_addresses && i < ADDRESSES_SHOWN; i++) {
        ex_put_str(w, i ? ", " : "; ");
        ex_put_str(w, ex_addr_format(address, &f->addresses[i]));
    }
    if (f->n_addresses > ADDRESSES_SHOWN)
        ex_put_str(w, ", ...");
    if (f->alias[0]) {
        ex_put_str(w, "; alias of ");
        ex_put_str(w, f->alias);
    }
}

static void put_target(struct ex_put *w, const struct ex_found *f, const char *tags)
{
    ex_put_str(w, f->name);
    if (f->port != EX_PORT_DEFAULT) {
        ex_put_ch(w, ':');
        ex_put_dec(w, f->port);
    }
    while (*tags) {
        const char *value = tags + strlen(tags) + 1;

        ex_put_ch(w, ' ');
        ex_put_str(w, tags);
        ex_put_ch(w, '=');
        ex_put_str(w, value);
        tags = value + strlen(value) + 1;
    }
}

/* Whatever DNS held: a scan must read this line as this host, and as nothing more. */
static bool reads_as(const char *line, const struct ex_found *f)
{
    enum ex_line_kind kind = EX_LINE_BLANK;
    struct ex_target t;

    return ex_target_parse_line(ex_span_str(line), &t, &kind, NULL) == EX_OK &&
           kind == EX_LINE_TARGET && t.kind == EX_TARGET_NAME && !t.pin.family &&
           t.port == f->port && strcmp(t.name, f->name) == 0;
}

static enum ex_status print_target(FILE *to, const struct ex_discovery *d, size_t i,
                                   const struct ex_found *f, struct ex_error *err)
{
    char line[LINE_SIZE], why[2 * EX_TARGET_TEXT];
    struct ex_put w = ex_put_of(line, sizeof(line)), c = ex_put_of(why, sizeof(why));

    put_target(&w, f, ex_discovery_tags(d, i, f));
    put_why(&c, f);
    if (w.cut || !reads_as(line, f)) {
        ex_error_set(err, "%s: cannot be written as a target", f->name);
        return EX_EINTERNAL;
    }
    fprintf(to, "%-40s # %s%s\n", line, why,
            f->is_outside || f->leads_outside ? "; outside of the domains" : "");
    return EX_OK;
}

static void print_left_out(FILE *to, const struct ex_found *f)
{
    char why[2 * EX_TARGET_TEXT], quoted[EX_QUOTE_SIZE];
    const char *name = f->is_bad ? ex_quote(quoted, ex_span_str(f->name)) : f->name;
    struct ex_put w = ex_put_of(why, sizeof(why));

    put_why(&w, f);
    fprintf(to, "# %s: %s (%s)", ex_found_verdict_str(f->verdict), name, why);
    switch (f->verdict) {
    case EX_FOUND_HOSTED:
        fprintf(to, ": %s%s", f->service->what,
                f->service->kind == EX_MAIL_FILTER ? ", which filters mail" : "");
        break;
    case EX_FOUND_OUTSIDE:
        fputs(": others own it; list it with --outside if they agree", to);
        break;
    case EX_FOUND_REPEATED:
        fputs(": listed above", to);
        break;
    case EX_FOUND_UNKNOWN:
    case EX_FOUND_FORBIDDEN:
        fprintf(to, ": %s", f->why);
        break;
    case EX_FOUND_BAD_ADDRESS:
        fputs(": leads to this machine, or to none", to);
        break;
    case EX_FOUND_LISTED:
    case EX_FOUND_WILDCARD:
    case EX_FOUND_NO_ADDRESS:
    case EX_FOUND_BAD_NAME:
        break;
    }
    fputc('\n', to);
}

/* All in one line: they say nothing one by one. */
static void print_wildcards(FILE *to, const struct ex_domain_report *r)
{
    size_t n = 0;

    for (size_t k = 0; k < r->n_found; k++)
        if (r->found[k].verdict == EX_FOUND_WILDCARD)
            fprintf(to, "%s%.*s", n++ ? ", " : "# wildcard: ", (int)strcspn(r->found[k].name, "."),
                    r->found[k].name);
    if (n > 0)
        fputs(": as any name of the domain\n", to);
}

static void print_domain(FILE *to, const struct ex_domain_report *r)
{
    const char *apart = ": ";

    fprintf(to, "\n# %s", r->name);
    if (r->state == EX_DOMAIN_UNKNOWN)
        fputs(": there is no such domain", to);
    if (r->state == EX_DOMAIN_FAILED)
        fprintf(to, ": NOT ASKED, no answer to the question for MX: %s", r->why);
    for (size_t k = 0; k < r->n_services; k++) {
        const bool filters = r->services[k]->kind == EX_MAIL_FILTER;

        fprintf(to, "%s%s%s", apart, filters ? "mail is filtered by " : "mail at ",
                r->services[k]->what);
        apart = "; ";
    }
    if (r->takes_no_mail) {
        fprintf(to, "%stakes no mail (null MX)", apart);
        apart = "; ";
    }
    if (r->is_wild) {
        fprintf(to, "%snames that do not exist have %s (a wildcard, or a resolver that lies)",
                apart, r->varies ? "an address, each time another" : "an address");
        apart = "; ";
    }
    if (r->state == EX_DOMAIN_INCOMPLETE)
        fprintf(to, "%sNOT COMPLETE, a question was not answered: %s", apart, r->why);
    fputc('\n', to);
}

enum ex_status ex_discovery_text(FILE *to, const struct ex_discovery *d, struct ex_error *err)
{
    enum ex_status st = EX_OK;

    fprintf(to,
            "# exprobe discover, %s: %zu domains, %zu targets, %zu names left out. Nobody but DNS "
            "was asked.\n# Check that you may scan what is listed here.\n",
            d->date, d->domains->n, d->counts.listed, d->counts.left_out);
    for (size_t i = 0; i < d->domains->n && st == EX_OK; i++) {
        const struct ex_domain_report *r = &d->reports[i];

        print_domain(to, r);
        for (size_t k = 0; k < r->n_found && st == EX_OK; k++)
            if (r->found[k].verdict == EX_FOUND_LISTED)
                st = print_target(to, d, i, &r->found[k], err);
        for (size_t k = 0; k < r->n_found; k++)
            if (r->found[k].verdict != EX_FOUND_LISTED && r->found[k].verdict != EX_FOUND_WILDCARD)
                print_left_out(to, &r->found[k]);
        print_wildcards(to, r);
    }
    return st;
}
