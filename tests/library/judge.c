/* SPDX-License-Identifier: MIT */
/*
 * libexprobe without a network: what stored answers say of a server.
 *
 *     judge HOST FILE [PATH FILE]...
 *
 * FILE holds an answer as `curl -i` prints it; the first one to the logon page, the others to PATH,
 * or with PATH - to one that no Exchange has. Prints what the server is and lacks, then the record.
 *
 *     cc -o judge judge.c $(pkg-config --cflags --libs libexprobe)
 */
#include <exprobe/exprobe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ANSWER_MAX = 1 << 17 };

static int fail(const struct exprobe_error *err, int status)
{
    fprintf(stderr, "judge: %s\n", err->text);
    return status;
}

static int add(struct exprobe_host *host, const char *path, const char *file,
               struct exprobe_error *err)
{
    static char answer[ANSWER_MAX];
    FILE *from = fopen(file, "rb");
    size_t n;

    if (!from) {
        snprintf(err->text, sizeof(err->text), "%s: cannot be read", file);
        return EXPROBE_INPUT;
    }
    n = fread(answer, 1, sizeof(answer), from);
    fclose(from);
    return exprobe_host_answer(host, strcmp(path, "-") == 0 ? NULL : path, answer, n, err);
}

static const char *text(const struct exprobe_record *r, const char *path)
{
    const char *found = exprobe_record_text(r, path);

    return found ? found : "-";
}

static void print(const struct exprobe_record *r)
{
    const size_t n_missing = exprobe_record_count(r, "patch.missing");
    double behind = 0;

    printf("present %s\nbuild %s (%s)\npatch %s\n", text(r, "exchange.present"),
           text(r, "exchange.build.exact"), text(r, "exchange.build.precision"),
           text(r, "patch.state"));
    if (exprobe_record_number(r, "patch.updates_behind", &behind))
        printf("behind %.0f\n", behind);
    printf("support %s\nmissing %zu\n", text(r, "support.state"), n_missing);
    for (size_t i = 0; i < n_missing; i++) {
        char path[40];

        snprintf(path, sizeof(path), "patch.missing.%zu", i);
        printf("  %s\n", text(r, path));
    }
    printf("severity %s\n%s\n", text(r, "severity"), exprobe_record_json(r, NULL));
}

int main(int argc, char **argv)
{
    struct exprobe_error err;
    struct exprobe_data *data;
    struct exprobe_host *host = NULL;
    struct exprobe_record *record = NULL;
    int status;

    if (argc < 3 || argc % 2 == 0) {
        fputs("usage: judge HOST FILE [PATH FILE]...\n", stderr);
        return EXPROBE_USAGE;
    }
    status = exprobe_data_open(&data, NULL, &err);
    if (status != EXPROBE_OK)
        return fail(&err, status);
    status = exprobe_host_new(&host, data, argv[1], &err);
    if (status == EXPROBE_OK)
        status = add(host, exprobe_answer_path(0), argv[2], &err);
    for (int i = 3; status == EXPROBE_OK && i < argc; i += 2)
        status = add(host, argv[i], argv[i + 1], &err);
    if (status == EXPROBE_OK) /* a day of its own: the same answer tomorrow */
        status = exprobe_host_judge(host, exprobe_data_date(data), &record, &err);
    if (status == EXPROBE_OK)
        print(record);
    else
        fail(&err, status);
    exprobe_record_free(record);
    exprobe_host_free(host);
    exprobe_data_free(data);
    return status;
}
