// SPDX-License-Identifier: MIT
/*
 * A scan for another program: the same as `exprobe scan`, in a thread of its own. Its records come
 * through a pipe, so that they are handed over in the thread of the caller, and a caller who is
 * slow holds the scan up as a slow reader of standard output does.
 */
#include <curl/curl.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "cmd/command_table.h"
#include "cmd/scan.h"
#include "library/library.h"

/** Texts in the order they came; each owned. */
struct texts {
    char **at;
    size_t n;
};

struct exprobe_scan {
    const struct ex_catalog *cat;
    struct texts options; /**< "--name=value" */
    struct texts targets;
    int stop_fd; /**< an eventfd */
    bool ran;
    exprobe_message_fn *on_message;
    void *arg;

    /* Of the thread. */
    struct ex_config cfg;
    struct ex_embedding in;
    enum ex_status status;
    enum ex_exit code;
    struct ex_error error;
};

/* What another program decides by itself: streams, result files, exit codes, its knowledge. */
static const char *const not_here[] = { "data-store",   "trusted-key", "output",       "fresh",
                                        "resume",       "dry-run",     "details",      "data",
                                        "max-data-age", "fail-on",     "config",       "verbose",
                                        "quiet",        "no-color",    "min-coverage", "progress",
                                        "help",         "version" };

static enum ex_status add_text(struct texts *t, char *text)
{
    char **grown = text ? realloc(t->at, (t->n + 1) * sizeof(*grown)) : NULL;

    if (!grown) {
        free(text);
        return EX_ENOMEM;
    }
    t->at = grown;
    t->at[t->n++] = text;
    return EX_OK;
}

static void free_texts(struct texts *t)
{
    for (size_t i = 0; i < t->n; i++)
        free(t->at[i]);
    free(t->at);
}

static void init_curl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT); /* what it cannot do then fails with each handle */
}

enum exprobe_status exprobe_scan_new(struct exprobe_scan **out, const struct exprobe_data *d,
                                     struct exprobe_error *err)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    struct exprobe_scan *s = calloc(1, sizeof(*s));

    *out = NULL;
    if (!s)
        return exprobe_end(EX_ENOMEM, NULL, err);
    s->cat = ex_data_catalog(d->set);
    s->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (s->stop_fd < 0) {
        free(s);
        return exprobe_fail(EXPROBE_INTERNAL, err, "too many files are open");
    }
    pthread_once(&once, init_curl);
    *out = s;
    return exprobe_end(EX_OK, NULL, err);
}

static bool is_name(const char *name)
{
    return name[0] && name[0] != '-' &&
           strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name);
}

enum exprobe_status exprobe_scan_set(struct exprobe_scan *s, const char *name, const char *value,
                                     struct exprobe_error *err)
{
    struct ex_error inner = { 0 };
    struct ex_config cfg;
    char *text = NULL;

    if (!is_name(name))
        return exprobe_fail(EXPROBE_USAGE, err, "%.40s: give the long name of an option", name);
    for (size_t i = 0; i < sizeof(not_here) / sizeof(not_here[0]); i++)
        if (strcmp(not_here[i], name) == 0)
            return exprobe_fail(EXPROBE_USAGE, err, "%s is for the command line only", name);
    if (asprintf(&text, value ? "--%s=%s" : "--%s", name, value) < 0)
        return exprobe_end(EX_ENOMEM, NULL, err);
    char *argv[] = { text, text, NULL };
    enum ex_status st = ex_options_parse(&cfg, EX_CMD_SCAN, 2, argv, &inner);
    ex_config_free(&cfg);
    if (st == EX_OK)
        st = add_text(&s->options, text);
    else
        free(text);
    return exprobe_end(st, &inner, err);
}

enum exprobe_status exprobe_scan_add(struct exprobe_scan *s, const char *target,
                                     struct exprobe_error *err)
{
    struct ex_error inner = { 0 };
    struct ex_target parsed;
    enum ex_status st = exprobe_target(target, &parsed, &inner);

    if (st == EX_OK)
        st = add_text(&s->targets, strdup(target));
    return exprobe_end(st, &inner, err);
}

static void on_line(const char *line, void *arg)
{
    const struct exprobe_scan *s = arg;

    if (s->on_message)
        s->on_message(line, s->arg);
}

static void *run_scan(void *arg)
{
    struct exprobe_scan *s = arg;

    s->status = ex_scan(&s->cfg, s->cat, &s->in, &s->code, &s->error);
    close(s->in.record_fd);
    return NULL;
}

/* The threads that a thread makes have its signals: those of the caller's are not for them, and a
 * connection that breaks is an error there and no SIGPIPE. */
static bool start_thread(struct exprobe_scan *s, pthread_t *thread)
{
    sigset_t all, before;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int failed = pthread_create(thread, NULL, run_scan, s);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return !failed;
}

static enum ex_status parse(struct exprobe_scan *s, char ***argv)
{
    int argc = 0;

    *argv = calloc(s->options.n + s->targets.n + 3, sizeof(**argv));
    if (!*argv)
        return EX_ENOMEM;
    (*argv)[argc++] = (char *)"scan";
    for (size_t i = 0; i < s->options.n; i++)
        (*argv)[argc++] = s->options.at[i];
    (*argv)[argc++] = (char *)"--";
    for (size_t i = 0; i < s->targets.n; i++)
        (*argv)[argc++] = s->targets.at[i];
    const enum ex_status st = ex_options_parse(&s->cfg, EX_CMD_SCAN, argc, *argv, &s->error);
    s->cfg.quiet = !s->on_message;
    s->cfg.progress = EX_PROGRESS_NONE;
    if (st == EX_OK && s->cfg.lists.n == 0 && s->cfg.operands.n == 0) {
        ex_error_set(&s->error, "no targets: add some, or set the option list");
        return EX_EUSAGE;
    }
    return st;
}

/* Hand over what comes, until the scan closes its end. Without memory the rest is read and lost:
 * the scan has to end, and the caller is told. */
static enum ex_status hand_over(FILE *from, exprobe_record_fn *on_record, struct exprobe_scan *s)
{
    enum ex_status st = EX_OK;
    char *line = NULL;
    size_t room = 0;
    ssize_t n;

    while ((n = getline(&line, &room, from)) > 0) {
        struct exprobe_record *r = exprobe_record_of(line, (size_t)n);

        if (r)
            on_record(r, s->arg);
        else
            st = EX_ENOMEM;
        exprobe_record_free(r);
        if (!r)
            exprobe_scan_stop(s);
    }
    if (!feof(from))
        st = EX_ENOMEM;
    free(line);
    return st;
}

static enum ex_status run(struct exprobe_scan *s, exprobe_record_fn *on_record)
{
    pthread_t thread;
    int ends[2];

    if (pipe2(ends, O_CLOEXEC) != 0) {
        ex_error_set(&s->error, "too many files are open");
        return EX_EINTERNAL;
    }
    FILE *from = fdopen(ends[0], "r");
    s->in = (struct ex_embedding){
        .record_fd = ends[1], .stop_fd = s->stop_fd, .say = on_line, .arg = s
    };
    if (!from || !start_thread(s, &thread)) {
        close(ends[1]);
        if (from)
            fclose(from);
        else
            close(ends[0]);
        return EX_ENOMEM;
    }
    const enum ex_status st = hand_over(from, on_record, s);
    if (st != EX_OK) /* whatever is still written has to go somewhere */
        while (getc(from) != EOF)
            continue;
    pthread_join(thread, NULL);
    fclose(from);
    return s->status != EX_OK ? s->status : st;
}

enum exprobe_status exprobe_scan_run(struct exprobe_scan *s, exprobe_record_fn *on_record,
                                     exprobe_message_fn *on_message, void *arg,
                                     struct exprobe_error *err)
{
    char **argv = NULL;

    if (s->ran)
        return exprobe_fail(EXPROBE_USAGE, err, "a scan runs once; make another one");
    s->ran = true;
    s->on_message = on_message;
    s->arg = arg;
    enum ex_status st = parse(s, &argv);
    if (st == EX_OK)
        st = run(s, on_record);
    ex_config_free(&s->cfg);
    free(argv);
    if (st == EX_OK && s->code == EX_EXIT_AGAIN)
        return exprobe_fail(EXPROBE_AGAIN, err, "the scan was stopped");
    return exprobe_end(st, &s->error, err);
}

void exprobe_scan_stop(struct exprobe_scan *s)
{
    const uint64_t one = 1;

    /* It can only fail when the word was given already. */
    if (write(s->stop_fd, &one, sizeof(one)) < 0)
        return;
}

void exprobe_scan_free(struct exprobe_scan *s)
{
    if (!s)
        return;
    free_texts(&s->options);
    free_texts(&s->targets);
    close(s->stop_fd);
    free(s);
}
