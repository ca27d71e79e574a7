// SPDX-License-Identifier: MIT
#include "cmd/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/lock.h"
#include "cmd/rewrite.h"
#include "cmd/terminal.h"
#include "report/report.h"

enum { LOCK_TRIES = 8 };

static enum ex_status fail(struct ex_error *err, const char *name)
{
    ex_error_set(err, "%s: cannot write results here: %s", name, strerror(errno));
    return EX_EOUTPUT;
}

static bool has_its_name(const struct ex_output *o)
{
    struct stat ours, named;

    return fstat(o->fd, &ours) == 0 && stat(o->name, &named) == 0 && ours.st_ino == named.st_ino &&
           ours.st_dev == named.st_dev;
}

enum ex_status ex_output_check(const struct ex_output *o, struct ex_error *err)
{
    if (!o->is_file || has_its_name(o))
        return EX_OK;
    ex_error_set(err,
                 "%.300s: was moved, replaced or deleted while the scan wrote to it; the results "
                 "are where that file is now, if anywhere",
                 o->name);
    return EX_EOUTPUT;
}

/* Open the file and lock it. While we waited, the process that had it may have put another file
 * in its place (rewrite.c): then that one is meant. */
static enum ex_status open_and_lock(struct ex_output *o, struct stat *st, struct ex_log *log,
                                    struct ex_error *err)
{
    for (unsigned i = 0; i < LOCK_TRIES; i++) {
        bool held;

        o->fd = open(o->name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0644);
        if (o->fd < 0 || fstat(o->fd, st) != 0)
            return fail(err, o->name);
        o->is_file = S_ISREG(st->st_mode);
        if (!o->is_file)
            return EX_OK;
        if (ex_lock_take(o->fd, o->name, &held, err) != EX_OK)
            return EX_EOUTPUT;
        if (!held && !log->quiet)
            ex_log_line(log, "%s: cannot be locked here; let no other scan write to it", o->name);
        if (fstat(o->fd, st) == 0 && has_its_name(o))
            return EX_OK;
        close(o->fd);
        o->fd = -1;
    }
    errno = EBUSY;
    return fail(err, o->name);
}

/* Before it is opened: a pipe without a reader would hold us there. */
static enum ex_status check_kind(const struct ex_output *o, const struct ex_config *cfg,
                                 struct ex_error *err)
{
    struct stat st;

    if (!cfg->resume || stat(o->name, &st) != 0 || S_ISREG(st.st_mode) || S_ISDIR(st.st_mode))
        return EX_OK;
    ex_error_set(err, "%.300s: --resume goes on with a regular file, and this is none", o->name);
    return EX_EUSAGE;
}

/* Emptying a file that is still to be read would leave nothing to read. */
static enum ex_status check_inputs(const struct ex_config *cfg, const struct stat *out,
                                   struct ex_error *err)
{
    const char *const one[] = { cfg->paths, cfg->known_good, cfg->ca_file, cfg->request_log };
    const struct ex_strings some[] = {
        cfg->lists,         cfg->rules,    cfg->scopes,
        cfg->exclude_files, cfg->opt_outs, { (const char **)one, 4 }
    };

    for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++)
        for (size_t k = 0; k < some[i].n; k++) {
            const char *name = some[i].at[k];
            struct stat st;

            if (!name || stat(name, &st) != 0 || st.st_ino != out->st_ino ||
                st.st_dev != out->st_dev)
                continue;
            ex_error_set(err, "%.300s: is used by this scan; name another file for the results",
                         name);
            return EX_EUSAGE;
        }
    return EX_OK;
}

static enum ex_status begin_anew(struct ex_output *o, const struct ex_config *cfg,
                                 const struct stat *st, struct ex_error *err)
{
    const enum ex_status status = check_inputs(cfg, st, err);

    if (status != EX_OK)
        return status;
    ex_rewrite_forget(o->name);
    o->has_content = false;
    return ftruncate(o->fd, 0) == 0 ? EX_OK : fail(err, o->name);
}

static enum ex_status open_file(struct ex_output *o, const struct ex_config *cfg,
                                struct ex_log *log, struct ex_error *err)
{
    struct stat st;
    enum ex_status status = check_kind(o, cfg, err);

    if (status == EX_OK)
        status = open_and_lock(o, &st, log, err);
    if (status != EX_OK)
        return status;
    if (!o->is_file)
        return EX_OK;
    o->has_content = st.st_size > 0;
    if (!o->has_content) {
        ex_output_sync_folder(o->name); /* it may be new */
        return EX_OK;
    }
    if (cfg->resume)
        return EX_OK;
    if (cfg->fresh)
        return begin_anew(o, cfg, &st, err);
    ex_error_set(
        err,
        "%.300s: has results already; give --resume to go on with them, --fresh to replace "
        "them, or another file",
        o->name);
    return EX_EOUTPUT;
}

static enum ex_status check_options(const struct ex_config *cfg, bool to_file, struct ex_error *err)
{
    if (cfg->resume && cfg->fresh)
        ex_error_set(err, "--resume goes on with a file and --fresh replaces it; give one of them");
    else if (cfg->resume && !to_file)
        ex_error_set(err, "--resume goes on with a result file; name it with --output FILE");
    else
        return EX_OK;
    return EX_EUSAGE;
}

enum ex_status ex_output_open(struct ex_output *o, const struct ex_config *cfg, struct ex_log *log,
                              struct ex_error *err)
{
    const bool to_file = cfg->output && strcmp(cfg->output, "-") != 0;
    const enum ex_status st = check_options(cfg, to_file, err);

    *o = (struct ex_output){ .fd = -1, .name = cfg->output };
    if (st != EX_OK)
        return st;
    if (to_file)
        return open_file(o, cfg, log, err);
    if (!cfg->output && isatty(STDOUT_FILENO)) {
        o->name = "temporary file";
        o->spool = tmpfile();
        if (!o->spool)
            return fail(err, o->name);
        o->fd = fileno(o->spool);
        return EX_OK;
    }
    o->name = "standard output";
    o->fd = STDOUT_FILENO;
    /* Found out now, not when the first host has been scanned for nothing. */
    const int flags = fcntl(o->fd, F_GETFL);
    if (flags < 0 || (flags & O_ACCMODE) == O_RDONLY) {
        errno = EBADF;
        return fail(err, o->name);
    }
    return EX_OK;
}

void ex_output_sync_folder(const char *path)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(path, '/');
    const int n = slash ? (int)(slash - path + 1) : 1;

    if (snprintf(folder, sizeof(folder), "%.*s", n, slash ? path : ".") >= (int)sizeof(folder))
        return;
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd); /* some file systems refuse that for folders, and need it for none */
    close(fd);
}

enum ex_status ex_output_report(struct ex_output *o, const struct ex_config *cfg,
                                struct ex_error *err)
{
    const struct ex_text_options opt = { .color = ex_terminal_color(STDOUT_FILENO, cfg->no_color),
                                         .width = ex_terminal_width(STDOUT_FILENO),
                                         .details = cfg->details };
    const char *const name = "this scan";
    struct ex_results *results = NULL;
    struct ex_sweep *sweep = NULL;
    enum ex_status st;

    if (!o->spool)
        return EX_OK;
    rewind(o->spool);
    st = ex_results_new(&results, &o->spool, &name, 1);
    if (st == EX_OK)
        st = ex_sweep_load(&sweep, results, NULL, err);
    if (st == EX_OK) {
        const struct ex_report r = { .sweep = sweep, .rows = &sweep->all };

        st = ex_text_report(stdout, &r, &opt, err);
    }
    if (st == EX_OK && (fflush(stdout) != 0 || ferror(stdout))) {
        ex_error_set(err, "the report cannot be written: %s", strerror(errno));
        st = EX_EOUTPUT;
    }
    ex_sweep_free(sweep);
    ex_results_free(results);
    return st;
}

enum ex_status ex_output_reader_gone(void)
{
    const struct sigaction act = { .sa_handler = SIG_DFL };

    sigaction(SIGPIPE, &act, NULL);
    raise(SIGPIPE);
    return EX_EOUTPUT;
}

void ex_output_close(struct ex_output *o)
{
    if (o->spool)
        fclose(o->spool);
    else if (o->fd > STDERR_FILENO && !o->borrowed)
        close(o->fd);
    *o = (struct ex_output){ .fd = -1 };
}
