// SPDX-License-Identifier: MIT
#include "cmd/output.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/terminal.h"
#include "out/text.h"

static enum ex_status fail(struct ex_error *err, const char *name)
{
    ex_error_set(err, "%s: cannot write results here: %s", name, strerror(errno));
    return EX_EOUTPUT;
}

static enum ex_status open_file(struct ex_output *o, const struct ex_config *cfg,
                                struct ex_error *err)
{
    struct stat st;

    o->fd = open(o->name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (o->fd < 0 || fstat(o->fd, &st) != 0)
        return fail(err, o->name);
    if (!S_ISREG(st.st_mode) || st.st_size == 0)
        return EX_OK;
    if (!cfg->fresh) {
        ex_error_set(err, "%s: has results already; give --fresh to replace them, or another file",
                     o->name);
        return EX_EOUTPUT;
    }
    return ftruncate(o->fd, 0) == 0 ? EX_OK : fail(err, o->name);
}

enum ex_status ex_output_open(struct ex_output *o, const struct ex_config *cfg,
                              struct ex_error *err)
{
    *o = (struct ex_output){ .fd = -1, .name = cfg->output };
    if (cfg->output && strcmp(cfg->output, "-") != 0)
        return open_file(o, cfg, err);
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

enum ex_status ex_output_report(struct ex_output *o, const struct ex_config *cfg,
                                struct ex_error *err)
{
    const struct ex_text_options opt = { .color = ex_terminal_color(STDOUT_FILENO, cfg->no_color),
                                         .width = ex_terminal_width(STDOUT_FILENO),
                                         .details = cfg->details };
    const char *names[] = { "this scan" };
    bool complete; /* the scan's own exit code says it */

    if (!o->spool)
        return EX_OK;
    rewind(o->spool);
    FILE *const in[] = { o->spool };
    return ex_text_report(stdout, in, names, 1, &opt, &complete, err);
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
    else if (o->fd > STDERR_FILENO)
        close(o->fd);
    *o = (struct ex_output){ .fd = -1 };
}
