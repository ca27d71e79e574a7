// SPDX-License-Identifier: MIT
#include "cmd/notify.h"

#include <errno.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static enum ex_status fail(const char *command, const char *what, struct ex_error *err)
{
    ex_error_set(err, "--notify %.100s: %s", command, what);
    return EX_EOUTPUT;
}

/* A file instead of a pipe: the command may read it, or not. */
static enum ex_status run(const char *command, FILE *input, struct ex_error *err)
{
    char *const argv[] = { (char *)"sh", (char *)"-c", (char *)command, NULL };
    posix_spawn_file_actions_t actions;
    int status = 0, error;
    pid_t pid;

    if (posix_spawn_file_actions_init(&actions) != 0)
        return EX_ENOMEM;
    error = posix_spawn_file_actions_adddup2(&actions, fileno(input), STDIN_FILENO);
    if (error == 0)
        error = posix_spawn(&pid, "/bin/sh", &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0)
        return fail(command, strerror(error), err);
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return fail(command, strerror(errno), err);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0
               ? EX_OK
               : fail(command, "ended with an error; nobody may have been told", err);
}

enum ex_status ex_notify(const char *command, const struct ex_report *r, struct ex_error *err)
{
    FILE *input = tmpfile();
    enum ex_status st;

    if (!input)
        return fail(command, strerror(errno), err);
    st = ex_json_changes_report(input, r, err);
    if (st == EX_OK && (fflush(input) != 0 || ferror(input)))
        st = fail(command, "what changed cannot be written to a temporary file", err);
    rewind(input);
    if (st == EX_OK)
        st = run(command, input, err);
    fclose(input);
    return st;
}
