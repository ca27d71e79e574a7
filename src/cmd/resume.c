// SPDX-License-Identifier: MIT
#include "cmd/resume.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/rewrite.h"
#include "core/quote.h"
#include "out/results.h"
#include "report/rows.h"

/* What is found while the file is read. */
struct reading {
    struct ex_resume *r;
    const struct ex_resume_want *want;
    const char *name;
    bool has_run;
    bool ends_well; /* the last line is an end record of a run that was not stopped */
    uint64_t hosts_said;
    uint64_t n_again, n_damaged; /* hosts that were broken off; lines */
};

/* Members of the run record that follow from options: they decide what a record says. */
static const struct kind {
    const char *key;
    size_t at;
    const char *with, *without;
} kinds[] = {
#define AT(member) offsetof(struct ex_run_info, member)
    { "deep", AT(deep), "with --deep", "without --deep" },
    { "ntlm_info", AT(ntlm_info), "with --ntlm-info", "without --ntlm-info" },
    { "fingerprint_only", AT(fingerprint_only), "with --fingerprint-only",
      "without --fingerprint-only" },
    { "backdoor", AT(backdoor), "without --no-backdoor", "with --no-backdoor" },
    { "own_paths", AT(own_paths), "with --paths", "without --paths" },
    { "ipv4_only", AT(ipv4_only), "with -4", "without -4" },
    { "ipv6_only", AT(ipv6_only), "with -6", "without -6" },
    { "one_address", AT(one_address), "with --one-address", "without --one-address" },
#undef AT
};

/* Members of its object `files`. */
static const struct file {
    const char *key;
    size_t at;
    const char *option;
} files[] = {
#define AT(member) offsetof(struct ex_own_files, member)
    { "rules", AT(rules), "--rules" }, { "known_good", AT(known_good), "--known-good" },
    { "paths", AT(paths), "--paths" }, { "cacert", AT(cacert), "--cacert" },
    { "scope", AT(scope), "--scope" }, { "exclude", AT(exclude), "--exclude or --exclude-file" },
#undef AT
};

static enum ex_status other_options(const struct reading *g, struct ex_error *err, const char *what,
                                    const char *value)
{
    ex_error_set(err,
                 "%.300s: its run was begun %s%.40s; go on with it in the same way, or begin anew "
                 "with --fresh",
                 g->name, what, value);
    return EX_EUSAGE;
}

/* By what they say, not by their names: a file may have been edited since. */
static enum ex_status check_files(const struct reading *g, const json_t *run, struct ex_error *err)
{
    const json_t *then = json_object_get(run, "files");

    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        const char *had = ex_json_str(then, files[i].key);
        const char *has = (const char *)&g->want->run->files + files[i].at;

        if (strcmp(had, has) != 0)
            return other_options(g, err,
                                 !had[0]   ? "without "
                                 : !has[0] ? "with "
                                           : "with another content of ",
                                 files[i].option);
    }
    return EX_OK;
}

static enum ex_status check_options(const struct reading *g, const json_t *run,
                                    struct ex_error *err)
{
    const struct ex_run_info *want = g->want->run;
    const char *shard = ex_json_str(run, "shard"), *as_of = ex_json_str(run, "as_of");
    char q[EX_QUOTE_SIZE];

    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        const bool had = json_is_true(json_object_get(run, kinds[i].key));
        bool has;

        memcpy(&has, (const char *)want + kinds[i].at, sizeof(has));
        if (had != has)
            return other_options(g, err, had ? kinds[i].with : kinds[i].without, "");
    }
    if (strcmp(shard, want->shard) != 0)
        return other_options(g, err, "with --shard ", ex_quote(q, ex_span_str(shard)));
    if (ex_day_parse(ex_span_str(as_of), &g->r->as_of) != EX_OK)
        g->r->as_of = want->as_of;
    if (g->want->as_of_given && g->r->as_of != want->as_of)
        return other_options(g, err, "with the day of judgement ", as_of);
    return check_files(g, run, err);
}

/* Records of two sets of data or two programs would stand under the name of one. */
static enum ex_status check_makers(const struct reading *g, const json_t *run, struct ex_error *err)
{
    const json_t *data = json_object_get(run, "data");
    const char *sha256 = ex_json_str(data, "sha256"), *version = ex_json_str(run, "version");
    char q[EX_QUOTE_SIZE];

    if (strcmp(sha256, g->want->data->sha256) != 0)
        ex_error_set(err,
                     "%.200s: its run was begun with other data, of %.40s; go on with those "
                     "(--data), or begin anew with --fresh",
                     g->name, ex_quote(q, ex_span_str(ex_json_str(data, "date"))));
    else if (strcmp(version, g->want->run->version) != 0)
        ex_error_set(err,
                     "%.200s: its run was begun by exprobe %.40s, and this is %s; go on with "
                     "that one, or begin anew with --fresh",
                     g->name, ex_quote(q, ex_span_str(version)), g->want->run->version);
    else
        return EX_OK;
    return EX_EINPUT;
}

static enum ex_status on_run(struct reading *g, const struct ex_part *line, struct ex_error *err)
{
    enum ex_status st = check_makers(g, line->json, err);

    if (st == EX_OK)
        st = check_options(g, line->json, err);
    if (st != EX_OK)
        return st;
    g->has_run = true;
    ex_span_copy(g->r->run_id, sizeof(g->r->run_id),
                 ex_span_str(ex_json_str(line->json, "run_id")));
    if (ex_time_parse(ex_span_str(ex_json_str(line->json, "started")), &g->r->started_unix_ms) !=
        EX_OK)
        g->r->started_unix_ms = 0;
    return ex_rewrite_keep(&g->r->rewrite, line, err);
}

static bool fails(const struct reading *g, const json_t *findings)
{
    for (size_t i = 0; i < json_array_size(findings); i++) {
        const json_t *f = json_array_get(findings, i);

        if (ex_threshold_is_met(g->want->threshold, ex_json_str(f, "rule"),
                                ex_row_severity(ex_json_str(f, "severity"))))
            return true;
    }
    return false;
}

static enum ex_status on_host(struct reading *g, const struct ex_part *line, struct ex_error *err)
{
    struct ex_totals *t = &g->r->totals;
    const json_t *json = line->json;

    if (line->state == EX_STATE_INTERRUPTED || line->state == EX_STATE_INTERNAL_ERROR) {
        g->n_again++;
        ex_rewrite_drop(&g->r->rewrite);
        return EX_OK;
    }
    t->hosts++;
    t->states[line->state]++;
    t->severities[line->severity]++;
    t->requests += ex_json_u64(json, "requests");
    t->bytes += ex_json_u64(json, "bytes");
    g->r->failed_on |= fails(g, json_object_get(json, "findings"));
    const enum ex_status st =
        ex_done_add(g->r->done, line->target, line->address, ex_json_u64(json, "addresses"), err);
    return st == EX_OK ? ex_rewrite_keep(&g->r->rewrite, line, err) : st;
}

static void on_end(struct reading *g, const json_t *json)
{
    g->ends_well = json_is_false(json_object_get(json, "interrupted")) &&
                   !json_is_false(json_object_get(json, "list_finished"));
    g->hosts_said = ex_json_u64(json, "hosts");
    ex_rewrite_drop(&g->r->rewrite);
}

static enum ex_status on_line(struct reading *g, const struct ex_part *line, struct ex_error *err)
{
    g->ends_well = false;
    switch (line->kind) {
    case EX_PART_RUN:
        return on_run(g, line, err);
    case EX_PART_HOST:
        return on_host(g, line, err);
    case EX_PART_END:
        on_end(g, line->json);
        return EX_OK;
    case EX_PART_OTHER:
        return ex_rewrite_keep(&g->r->rewrite, line, err);
    case EX_PART_DAMAGED:
        g->n_damaged++;
        ex_rewrite_drop(&g->r->rewrite);
        return EX_OK;
    }
    return EX_EINTERNAL;
}

static enum ex_status read_all(struct reading *g, FILE *in, struct ex_error *err)
{
    struct ex_unfinished *u = NULL;
    struct ex_part line;
    bool got = true;
    enum ex_status st = ex_unfinished_new(&u, in, g->name);

    while (st == EX_OK && got) {
        st = ex_unfinished_next(u, &line, &got, err);
        if (st == EX_OK && got)
            st = on_line(g, &line, err);
    }
    ex_unfinished_free(u);
    return st;
}

static void say(const struct reading *g, struct ex_log *log)
{
    const struct ex_resume *r = g->r;

    if (log->quiet || r->complete)
        return;
    ex_log_line(log,
                "%s: going on; %llu hosts have their record, %llu were broken off, %llu torn or "
                "damaged lines were dropped",
                g->name, (unsigned long long)r->totals.hosts, (unsigned long long)g->n_again,
                (unsigned long long)g->n_damaged);
}

static enum ex_status judge(struct reading *g, struct ex_output *o, struct ex_log *log,
                            struct ex_error *err)
{
    struct ex_resume *r = g->r;

    r->complete =
        g->ends_well && g->n_again == 0 && g->n_damaged == 0 && g->hosts_said == r->totals.hosts;
    if (!r->complete) {
        const enum ex_status st = ex_rewrite_finish(&r->rewrite, err);

        if (st != EX_OK)
            return st;
    }
    o->has_content = g->has_run;
    if (g->has_run) {
        say(g, log);
    } else {
        ex_done_free(r->done); /* not even the run record was whole: as if it were empty */
        r->done = NULL;
    }
    return EX_OK;
}

/* The locked file again, for reading. */
static enum ex_status open_again(const struct ex_output *o, FILE **out, struct ex_error *err)
{
    struct stat locked, st;
    const int fd = open(o->name, O_RDONLY | O_CLOEXEC);

    *out = NULL;
    if (fd >= 0 && fstat(fd, &st) == 0 && fstat(o->fd, &locked) == 0 &&
        st.st_ino == locked.st_ino && st.st_dev == locked.st_dev)
        *out = fdopen(fd, "r");
    else if (fd >= 0)
        errno = ESTALE; /* another file has its name since we locked it */
    if (*out)
        return EX_OK;
    ex_error_set(err, "%.300s: cannot be read, to go on with it: %s", o->name, strerror(errno));
    if (fd >= 0)
        close(fd);
    return EX_EOUTPUT;
}

static void close_again(struct ex_resume *r)
{
    if (!r->in)
        return;
    ex_rewrite_free(&r->rewrite);
    fclose(r->in);
    r->in = NULL;
}

enum ex_status ex_resume_read(struct ex_resume *r, struct ex_output *o,
                              const struct ex_resume_want *want, struct ex_log *log,
                              struct ex_error *err)
{
    struct reading g = { .r = r, .want = want, .name = o->name };
    enum ex_status st = open_again(o, &r->in, err);

    if (st != EX_OK)
        return st;
    ex_rewrite_forget(o->name);
    r->rewrite = ex_rewrite_of(o, fileno(r->in));
    st = ex_done_new(&r->done, EX_DONE_RAM_MAX, err);
    if (st == EX_OK)
        st = read_all(&g, r->in, err);
    if (st == EX_OK)
        st = judge(&g, o, log, err);
    if (st != EX_OK || !r->complete)
        close_again(r);
    return st;
}

enum ex_status ex_resume_reopen(struct ex_resume *r, struct ex_error *err)
{
    const enum ex_status st = ex_rewrite_finish(&r->rewrite, err);

    close_again(r);
    return st;
}

/* When nothing can be looked up any more, nothing may be scanned: it might be twice. */
static bool failed(struct ex_resume *r, enum ex_status st)
{
    if (st != EX_OK)
        r->status = st;
    return st != EX_OK;
}

bool ex_resume_is_done(struct ex_resume *r, const struct ex_target *t, bool one_address)
{
    bool is_done = false;

    return r->done &&
           (failed(r, ex_done_meet(r->done, t, one_address || r->complete, &is_done, &r->error)) ||
            is_done);
}

bool ex_resume_is_done_at(struct ex_resume *r, const struct ex_target *t, const struct ex_addr *a)
{
    bool is_done = false;

    return r->done && (failed(r, a ? ex_done_at(r->done, t, a, &is_done, &r->error)
                                   : ex_done_whole(r->done, t, &is_done, &r->error)) ||
                       is_done);
}

void ex_resume_free(struct ex_resume *r)
{
    close_again(r);
    ex_done_free(r->done);
    r->done = NULL;
}
