/* SPDX-License-Identifier: MIT */
/*
 * libexprobe with a network: scan some targets, print what comes, stop when that was asked for.
 *
 *     scan [-n RECORDS] [NAME[=VALUE]]... -- TARGET...
 *
 * NAME is an option of `exprobe scan`. With -n it stops after so many records of hosts.
 *
 *     cc -o scan scan.c $(pkg-config --cflags --libs libexprobe)
 */
#include <exprobe/exprobe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct seen {
    struct exprobe_scan *scan;
    unsigned long n_hosts, stop_after;
};

static void on_record(const struct exprobe_record *record, void *arg)
{
    struct seen *s = arg;

    puts(exprobe_record_json(record, NULL));
    if (strcmp(exprobe_record_text(record, "type"), "host") == 0 && ++s->n_hosts == s->stop_after)
        exprobe_scan_stop(s->scan);
}

static void on_message(const char *text, void *arg)
{
    (void)arg;
    fprintf(stderr, "scan: %s\n", text);
}

static enum exprobe_status set_up(struct seen *s, char **argv, struct exprobe_error *err)
{
    enum exprobe_status status = EXPROBE_OK;

    for (; status == EXPROBE_OK && *argv && strcmp(*argv, "--") != 0; argv++) {
        char *value = strchr(*argv, '=');

        if (strcmp(*argv, "-n") == 0 && argv[1]) {
            s->stop_after = strtoul(*++argv, NULL, 10);
            continue;
        }
        if (value)
            *value++ = '\0';
        status = exprobe_scan_set(s->scan, *argv, value, err);
    }
    for (argv += *argv != NULL; status == EXPROBE_OK && *argv; argv++)
        status = exprobe_scan_add(s->scan, *argv, err);
    return status;
}

int main(int argc, char **argv)
{
    struct exprobe_error err;
    struct exprobe_data *data;
    struct seen s = { 0 };
    enum exprobe_status status = exprobe_data_open(&data, NULL, &err);
    (void)argc;

    if (status == EXPROBE_OK)
        status = exprobe_scan_new(&s.scan, data, &err);
    if (status == EXPROBE_OK)
        status = set_up(&s, argv + 1, &err);
    if (status == EXPROBE_OK)
        status = exprobe_scan_run(s.scan, on_record, on_message, &s, &err);
    if (status != EXPROBE_OK)
        fprintf(stderr, "scan: %s\n", err.text);
    exprobe_scan_free(s.scan);
    exprobe_data_free(data);
    return status;
}
