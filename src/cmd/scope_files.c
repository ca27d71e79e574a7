// SPDX-License-Identifier: MIT
#include "cmd/scope_files.h"

#include "inspect/digest.h"

static void add_line(const char *entry, void *arg)
{
    ex_digest_add(arg, ex_span_str(entry));
    ex_digest_add(arg, ex_span_str("\n"));
}

/* Lists that mean the same have the same hash. */
static enum ex_status hash(const struct ex_scope *s, enum ex_scope_kind kind,
                           char to[static EX_SHA256_TEXT])
{
    struct ex_digest d = ex_digest_begin();

    ex_scope_each(s, kind, add_line, &d);
    return ex_digest_end(&d, to) ? EX_OK : EX_ENOMEM;
}

enum ex_status ex_scope_open(struct ex_scope **out, const struct ex_config *cfg,
                             struct ex_own_files *files, struct ex_error *err)
{
    const struct ex_scope_options opt = { .scopes = cfg->scopes.at,
                                          .exclude_files = cfg->exclude_files.at,
                                          .opt_outs = cfg->opt_outs.at,
                                          .excludes = cfg->excludes.at };
    enum ex_status st = ex_scope_new(out, &opt, err);

    if (st == EX_OK && cfg->scopes.n > 0)
        st = hash(*out, EX_SCOPE_ALLOWED, files->scope);
    if (st == EX_OK && cfg->excludes.n + cfg->exclude_files.n > 0)
        st = hash(*out, EX_SCOPE_EXCLUDED, files->exclude);
    return st;
}
