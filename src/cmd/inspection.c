// SPDX-License-Identifier: MIT
#include "cmd/inspection.h"

#include <stdlib.h>
#include <string.h>

#include "data/known_good.h"
#include "inspect/digest.h"

/* What the phase may take for one host: for all requests together, and for each. */
enum { TIMES_MAX_TIME = 2, EACH_MS = 1000 };

static enum ex_status read_files(struct ex_inspection *i, const struct ex_config *cfg,
                                 const struct ex_catalog *cat, struct ex_error *err)
{
    enum ex_status st = ex_signatures_new(&i->signatures, cat, cfg->rules.at, cfg->rules.n, err);

    if (st == EX_OK && cfg->known_good)
        st = ex_known_good_load(&i->known, cfg->known_good, err);
    if (st == EX_OK && cfg->paths) {
        const struct ex_own_paths_options opt = { .cat = cat,
                                                  .deep = cfg->deep,
                                                  .max = EX_OWN_PATHS_MAX };

        st = ex_own_paths_read(&i->own, cfg->paths, &opt, err);
    }
    return st == EX_EIO ? EX_EINPUT : st; /* a file that the user named is no fault of ours */
}

static const struct ex_path_row *own_rows(const struct ex_inspection *i, size_t *n)
{
    *n = 0;
    return i->own ? ex_own_paths_rows(i->own, n) : NULL;
}

static void add_line(struct ex_digest *d, const char *text)
{
    ex_digest_add(d, ex_span_str(text));
    ex_digest_add(d, ex_span_str("\n"));
}

/* What was read, not the bytes it was read from: those may be a pipe, and a comment in them
 * changes nothing. Of the rules only the bytes are known. */
static enum ex_status hash_files(struct ex_inspection *i, const struct ex_config *cfg)
{
    struct ex_digest known = ex_digest_begin(), names = ex_digest_begin();
    const struct ex_path_row *own;
    size_t n_own;
    bool ok = true;

    own = own_rows(i, &n_own);
    for (size_t k = 0; k < i->known.n; k++)
        add_line(&known, i->known.at[k]);
    for (size_t k = 0; k < n_own; k++)
        add_line(&names, own[k].path);
    ok = ex_digest_end(&known, i->files.known_good) && ok;
    ok = ex_digest_end(&names, i->files.paths) && ok;
    if (!cfg->known_good)
        i->files.known_good[0] = '\0';
    if (!cfg->paths)
        i->files.paths[0] = '\0';
    memcpy(i->files.rules, ex_signatures_own_sha256(i->signatures), sizeof(i->files.rules));
    return ok ? EX_OK : EX_ENOMEM;
}

static enum ex_status make_loop(struct ex_inspection *i, const struct ex_config *cfg,
                                const struct ex_catalog *cat, size_t at)
{
    const enum ex_status st = ex_inspect_new(&i->inspects[at], i->signatures, cat, &i->known);

    if (st != EX_OK)
        return st;
    i->hunts[at] = (struct ex_hunt_options){ .deep = cfg->deep,
                                             .retries = (uint8_t)cfg->retries,
                                             .budget = (uint16_t)i->budget,
                                             .inspector = ex_inspect_inspector(i->inspects[at]) };
    i->hunts[at].own = own_rows(i, &i->hunts[at].n_own);
    return EX_OK;
}

enum ex_status ex_inspection_open(struct ex_inspection *i, const struct ex_config *cfg,
                                  const struct ex_catalog *cat, size_t n_loops,
                                  struct ex_error *err)
{
    const struct ex_path_row *own;
    enum ex_status st;
    size_t n_own;

    i->wanted = !cfg->no_backdoor && !cfg->fingerprint_only;
    if (!i->wanted)
        return EX_OK;
    st = read_files(i, cfg, cat, err);
    if (st == EX_OK)
        st = hash_files(i, cfg);
    if (st != EX_OK)
        return st;
    own = own_rows(i, &n_own);
    i->budget = ex_hunt_budget(cat, cfg->deep, own, n_own);
    i->time_ms = cfg->max_time_ms * TIMES_MAX_TIME + i->budget * (EACH_MS + cfg->host_delay_ms);
    if (n_loops == 0)
        return EX_OK;
    i->inspects = calloc(n_loops, sizeof(struct ex_inspect *));
    i->hunts = calloc(n_loops, sizeof(*i->hunts));
    if (!i->inspects || !i->hunts)
        return EX_ENOMEM;
    for (; st == EX_OK && i->n_loops < n_loops; i->n_loops++)
        st = make_loop(i, cfg, cat, i->n_loops);
    return st;
}

const struct ex_hunt_options *ex_inspection_hunt(const struct ex_inspection *i, size_t loop)
{
    return i->wanted ? &i->hunts[loop] : NULL;
}

void ex_inspection_close(struct ex_inspection *i)
{
    for (size_t at = 0; at < i->n_loops; at++)
        ex_inspect_free(i->inspects[at]);
    free(i->inspects);
    free(i->hunts);
    ex_own_paths_free(i->own);
    ex_known_good_free(&i->known);
    ex_signatures_free(i->signatures);
    *i = (struct ex_inspection){ 0 };
}
