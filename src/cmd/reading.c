// SPDX-License-Identifier: MIT
#include "cmd/reading.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/notify.h"
#include "cmd/terminal.h"

struct ex_text_options ex_reading_text_options(const struct ex_config *cfg)
{
    struct ex_text_options opt = { .details = cfg->details, .width = cfg->width };

    if (cfg->output && strcmp(cfg->output, "-") != 0)
        return opt;
    opt.color = ex_terminal_color(STDOUT_FILENO, cfg->no_color);
    if (opt.width == 0)
        opt.width = ex_terminal_width(STDOUT_FILENO);
    return opt;
}

static enum ex_status load_accepted(struct ex_reading *m, int32_t today, struct ex_error *err)
{
    const char *name = m->cfg->ignore_file;
    FILE *f = name ? fopen(name, "re") : NULL;
    enum ex_status st = EX_OK;

    if (name && !f) {
        ex_error_set(err, "%s: cannot be read: %s", name, strerror(errno));
        return EX_EINPUT;
    }
    if (f) {
        st = ex_accepted_load(&m->accepted, f, name, today, err);
        fclose(f);
    }
    return st;
}

/* An entry that covers nothing may be misspelt; one that has expired wants a decision. */
static void warn_of_accepted(const struct ex_reading *m)
{
    char day[EX_DAY_TEXT];

    for (size_t i = 0; m->accepted && i < m->accepted->n; i++) {
        const struct ex_acceptance *a = &m->accepted->at[i];
        const char *what = a->rule[0] ? a->rule : a->id;

        if (a->n_used == 0)
            fprintf(stderr, "exprobe: %s: entry %zu (%s) covers no finding\n", m->cfg->ignore_file,
                    i + 1, what);
        else if (a->expired)
            fprintf(stderr, "exprobe: %s: entry %zu (%s) expired on %s; what it covered is open\n",
                    m->cfg->ignore_file, i + 1, what, ex_day_format(day, a->expires_day));
    }
}

static bool has_stdin(const char *const *paths)
{
    for (; paths && *paths; paths++)
        if (strcmp(*paths, "-") == 0)
            return true;
    return false;
}

/* A report in the place of its results would be the last one that can be made of them. */
static enum ex_status check_output(const char *output, const struct ex_files *files,
                                   struct ex_error *err)
{
    struct stat to, from;

    if (!output || stat(output, &to) != 0 || !S_ISREG(to.st_mode))
        return EX_OK;
    for (size_t i = 0; i < files->n; i++) {
        if (fstat(fileno(files->at[i]), &from) != 0 || from.st_ino != to.st_ino ||
            from.st_dev != to.st_dev)
            continue;
        ex_error_set(err, "%.300s: has the results that are read; name another file for the output",
                     output);
        return EX_EUSAGE;
    }
    return EX_OK;
}

static enum ex_status compare(struct ex_reading *m, const char *const *earlier,
                              struct ex_error *err)
{
    struct ex_files files;
    struct ex_results *results = NULL;
    enum ex_status st = ex_files_open(&files, earlier, err);

    if (st == EX_OK)
        st = check_output(m->cfg->output, &files, err);
    if (st == EX_OK)
        st = ex_results_new(&results, files.at, (const char *const *)files.names, files.n);
    if (st == EX_OK)
        st = ex_changes_make(&m->changes, m->loaded.sweep, results, m->accepted, err);
    ex_results_free(results);
    ex_files_close(&files);
    return st;
}

enum ex_status ex_reading_open(struct ex_reading *m, const struct ex_config *cfg,
                               const char *const *now, const char *const *earlier,
                               const struct ex_catalog *cat, int64_t now_unix_ms,
                               struct ex_error *err)
{
    enum ex_status st;

    *m = (struct ex_reading){ .cfg = cfg };
    if (has_stdin(now) && has_stdin(earlier)) {
        ex_error_set(err, "standard input (-) can be given only once");
        return EX_EUSAGE;
    }
    st = load_accepted(m, ex_day_of_unix_ms(now_unix_ms), err);
    if (st == EX_OK)
        st = ex_loaded_open(&m->loaded, now, m->accepted, err);
    if (st == EX_OK)
        st = check_output(cfg->output, &m->loaded.files, err);
    if (st == EX_OK && earlier && *earlier)
        st = compare(m, earlier, err);
    if (st != EX_OK)
        return st;
    m->report = (struct ex_report){ .sweep = m->loaded.sweep,
                                    .rows = &m->loaded.sweep->all,
                                    .accepted = m->accepted,
                                    .changes = m->changes,
                                    .cat = cat,
                                    .made_unix_ms = now_unix_ms,
                                    .version = EXPROBE_VERSION };
    warn_of_accepted(m);
    return EX_OK;
}

enum ex_status ex_reading_notify(const struct ex_reading *r, struct ex_error *err)
{
    if (!r->cfg->notify || !r->changes || !r->changes->worse)
        return EX_OK;
    return ex_notify(r->cfg->notify, &r->report, err);
}

void ex_reading_free(struct ex_reading *r)
{
    ex_changes_free(r->changes);
    ex_loaded_free(&r->loaded);
    ex_accepted_free(r->accepted);
}
