// SPDX-License-Identifier: MIT
#include "cmd/domains.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/quote.h"
#include "input/source.h"

static void on_bad_line(const char *message, void *arg)
{
    const struct ex_config *cfg = arg;

    if (!cfg->quiet)
        fprintf(stderr, "exprobe: %s\n", message);
}

/* Why a target is no domain, in words; NULL when it is one. */
static const char *no_domain(const struct ex_target *t)
{
    if (t->kind != EX_TARGET_NAME)
        return "is an address; give a domain such as example.com";
    if (t->port != EX_PORT_DEFAULT || t->pin.family)
        return "has a port or an address; give the domain alone";
    if (!strchr(t->name, '.'))
        return "is a top-level domain; give a domain such as example.com";
    return NULL;
}

static size_t tags_size(const char *tags)
{
    size_t n = 0;

    while (tags[n])
        n += strlen(tags + n) + 1;
    return n + 1;
}

static enum ex_status add(struct ex_domains *d, const struct ex_target *t)
{
    const size_t size = tags_size(t->tags);

    if (d->n == d->room) {
        const size_t room = d->room ? 2 * d->room : 64;
        struct ex_domain *grown = realloc(d->at, room * sizeof(*grown));

        if (!grown)
            return EX_ENOMEM;
        d->at = grown;
        d->room = room;
    }
    struct ex_domain *domain = &d->at[d->n++];
    *domain = (struct ex_domain){ .name = strdup(t->name), .tags = malloc(size), .line = t->line };
    if (!domain->name || !domain->tags)
        return EX_ENOMEM;
    memcpy(domain->tags, t->tags, size);
    return EX_OK;
}

static enum ex_status take(struct ex_domains *d, const struct ex_config *cfg,
                           const struct ex_target *t, struct ex_error *err)
{
    const char *why = no_domain(t);
    char quoted[EX_QUOTE_SIZE], line[32] = "";
    struct ex_error what = { "" };

    if (!why && d->n == EX_DOMAINS_MAX) {
        ex_error_set(err, "more than %d domains; give them in several runs", (int)EX_DOMAINS_MAX);
        return EX_EINPUT;
    }
    if (!why)
        return add(d, t);
    if (t->line)
        snprintf(line, sizeof(line), "line %" PRIu64 ": ", t->line);
    ex_error_set(&what, "%s%s %s", line, ex_quote(quoted, ex_span_str(t->name)), why);
    if (cfg->strict) {
        *err = what;
        return EX_EINPUT;
    }
    d->n_bad++;
    on_bad_line(what.text, (void *)cfg);
    return EX_OK;
}

static int by_name(const void *a, const void *b, void *domains)
{
    const struct ex_domain *at = domains;

    return strcmp(at[*(const size_t *)a].name, at[*(const size_t *)b].name);
}

static enum ex_status sort(struct ex_domains *d)
{
    d->sorted = calloc(d->n, sizeof(*d->sorted));
    d->index = calloc(d->n, sizeof(*d->index));
    if (!d->sorted || !d->index)
        return EX_ENOMEM;
    for (size_t i = 0; i < d->n; i++)
        d->index[i] = i;
    qsort_r(d->index, d->n, sizeof(*d->index), by_name, d->at);
    for (size_t i = 0; i < d->n; i++)
        d->sorted[i] = d->at[d->index[i]].name;
    return EX_OK;
}

enum ex_status ex_domains_read(struct ex_domains *d, const struct ex_config *cfg,
                               struct ex_error *err)
{
    const struct ex_source_options opt = { .targets = cfg->operands.at,
                                           .lists = cfg->domains.at,
                                           .strict = cfg->strict,
                                           .network_max = 1,
                                           .on_bad_line = on_bad_line,
                                           .on_note = on_bad_line,
                                           .arg = (void *)cfg };
    struct ex_source *source = NULL;
    struct ex_target t;
    enum ex_status st;
    bool got = true;

    *d = (struct ex_domains){ 0 };
    st = ex_source_new(&source, &opt, err);
    while (st == EX_OK && got) {
        st = ex_source_next(source, &t, &got, err);
        if (st == EX_OK && got)
            st = take(d, cfg, &t, err);
    }
    if (st == EX_OK)
        d->n_bad += ex_source_counts(source).bad_lines;
    ex_source_free(source);
    if (st == EX_OK && d->n == 0) {
        ex_error_set(err, "no domains: %" PRIu64 " bad lines", d->n_bad);
        st = EX_EINPUT;
    }
    return st == EX_OK ? sort(d) : st;
}

void ex_domains_deinit(struct ex_domains *d)
{
    for (size_t i = 0; i < d->n; i++) {
        free(d->at[i].name);
        free(d->at[i].tags);
    }
    free(d->at);
    free(d->sorted);
    free(d->index);
    *d = (struct ex_domains){ 0 };
}
