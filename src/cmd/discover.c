// SPDX-License-Identifier: MIT
#include "cmd/discover.h"

#include <stdlib.h>

#include "cmd/replace.h"
#include "cmd/scope_files.h"
#include "input/seen.h"
#include "net/clock.h"

/* Whether a host that DNS told of may be listed: the scan may contact its name, and an address of
 * it at least. */
static bool is_allowed(const struct ex_scope *scope, struct ex_found *f)
{
    const size_t n = f->n_addresses < EX_FOUND_ADDRESSES ? f->n_addresses : EX_FOUND_ADDRESSES;
    struct ex_whom whom = { .name = f->name, .looked_up = true };
    char why[EX_DETAIL_SIZE];
    enum ex_state state = ex_scope_judge(scope, &whom, why);

    if (state == EX_STATE_ANSWERED && n > 0) {
        for (size_t i = 0; i < n; i++) {
            whom.address = &f->addresses[i];
            state = ex_scope_judge(scope, &whom, why);
            if (state == EX_STATE_ANSWERED)
                return true;
        }
    }
    f->why = state == EX_STATE_OPTED_OUT  ? "opted out"
             : state == EX_STATE_ANSWERED ? ""
             : whom.address               ? "no address is in scope"
                                          : "out of scope";
    return state == EX_STATE_ANSWERED;
}

/* Each host once, and none that the scope forbids. */
static enum ex_status settle(struct ex_domain_report *reports, size_t n,
                             const struct ex_scope *scope, struct ex_error *err)
{
    struct ex_seen *seen = NULL;
    enum ex_status st = ex_seen_new(&seen, EX_SEEN_RAM_MAX, err);

    for (size_t i = 0; i < n && st == EX_OK; i++) {
        for (size_t k = 0; k < reports[i].n_found && st == EX_OK; k++) {
            struct ex_found *f = &reports[i].found[k];
            char identity[EX_NAME_SIZE + 8];
            struct ex_seen_note note = { 0 };
            bool is_new = true;

            if (f->verdict != EX_FOUND_LISTED)
                continue;
            if (!is_allowed(scope, f)) {
                f->verdict = EX_FOUND_FORBIDDEN;
                continue;
            }
            snprintf(identity, sizeof(identity), "%s:%u", f->name, f->port);
            st = ex_seen_add(seen, ex_span_str(identity), &note, &is_new, err);
            if (st == EX_OK && !is_new)
                f->verdict = EX_FOUND_REPEATED;
        }
    }
    ex_seen_free(seen);
    return st;
}

static void count(struct ex_discovery *d)
{
    for (size_t i = 0; i < d->domains->n; i++) {
        d->counts.domains[d->reports[i].state]++;
        for (size_t k = 0; k < d->reports[i].n_found; k++) {
            const enum ex_found_verdict v = d->reports[i].found[k].verdict;

            d->counts.listed += v == EX_FOUND_LISTED;
            d->counts.left_out += v != EX_FOUND_LISTED && v != EX_FOUND_REPEATED;
        }
    }
}

static enum ex_status write_out(struct ex_discovery *d, const struct ex_config *cfg,
                                struct ex_error *err)
{
    struct ex_replace out;
    char day[EX_DAY_TEXT];
    enum ex_status st = ex_replace_begin(&out, cfg->output, err);

    if (st != EX_OK)
        return st;
    d->date = ex_day_format(day, ex_day_of_unix_ms(ex_unix_ms()));
    count(d);
    st = cfg->json ? ex_discovery_json(out.to, d) : ex_discovery_text(out.to, d, err);
    return ex_replace_end(&out, st, err);
}

static enum ex_exit summarise(const struct ex_discovery *d, const struct ex_config *cfg)
{
    const struct ex_discovery_counts *n = &d->counts;
    const size_t open = n->domains[EX_DOMAIN_INCOMPLETE] + n->domains[EX_DOMAIN_FAILED];

    if (!cfg->quiet)
        fprintf(stderr,
                "exprobe: %zu domains: %zu not fully answered, %zu that do not exist; %zu targets, "
                "%zu names left out\n",
                d->domains->n, open, n->domains[EX_DOMAIN_UNKNOWN], n->listed, n->left_out);
    return open > 0 ? EX_EXIT_INCOMPLETE : EX_EXIT_OK;
}

static enum ex_status run(struct ex_domain_report *reports, const struct ex_domains *domains,
                          const struct ex_config *cfg, const struct ex_catalog *cat,
                          const struct ex_scope *scope, struct ex_error *err)
{
    const struct ex_domain_set inside = { domains->sorted, domains->n };
    const struct ex_discover_options opt = { .dns = { .servers = cfg->dns_servers,
                                                      .timeout_ms = cfg->timeout_ms,
                                                      .tries = 2,
                                                      .no_hosts_file = true },
                                             .concurrency = cfg->concurrency,
                                             .rate = cfg->rate,
                                             .cat = cat,
                                             .inside = &inside,
                                             .takes_outside = cfg->outside };
    enum ex_status st;

    for (size_t i = 0; i < domains->n; i++)
        reports[i].name = domains->at[i].name;
    st = ex_discover(reports, domains->n, &opt, err);
    return st == EX_OK ? settle(reports, domains->n, scope, err) : st;
}

enum ex_status ex_discover_command(const struct ex_config *cfg, const struct ex_catalog *cat,
                                   enum ex_exit *code, struct ex_error *err)
{
    struct ex_domains domains;
    struct ex_domain_report *reports = NULL;
    struct ex_own_files files = { 0 };
    struct ex_scope *scope = NULL;
    enum ex_status st = ex_domains_read(&domains, cfg, err);

    if (st == EX_OK)
        st = ex_scope_open(&scope, cfg, &files, err);
    if (st == EX_OK) {
        reports = calloc(domains.n, sizeof(*reports));
        st = reports ? run(reports, &domains, cfg, cat, scope, err) : EX_ENOMEM;
    }
    if (st == EX_OK) {
        struct ex_discovery d = { .domains = &domains, .reports = reports };

        st = write_out(&d, cfg, err);
        if (st == EX_OK)
            *code = summarise(&d, cfg);
    }
    for (size_t i = 0; reports && i < domains.n; i++)
        ex_domain_report_deinit(&reports[i]);
    free(reports);
    ex_scope_free(scope);
    ex_domains_deinit(&domains);
    return st;
}

const char *ex_discovery_tags(const struct ex_discovery *d, size_t i, const struct ex_found *found)
{
    const struct ex_domain_set set = { d->domains->sorted, d->domains->n };
    const size_t at = ex_domain_set_find(&set, found->name);

    return d->domains->at[at == SIZE_MAX ? i : d->domains->index[at]].tags;
}
