// SPDX-License-Identifier: MIT
/* A file that a crash left. Whatever is in it, its lines are told one after the other without a
 * gap; what stays of it is read again as the same, without damage, and is a result that a report
 * can read with as many hosts. */
#include <stdio.h>
#include <string.h>

#include "fuzz.h"
#include "out/results.h"
#include "out/unfinished.h"

static const char *const names[] = { "f" };

/* What stays, and what was counted of it. */
struct kept {
    uint8_t *bytes;
    size_t n, n_lines, n_hosts;
    bool has_run;
    size_t n_damaged;
};

static FILE *open_bytes(const uint8_t *data, size_t n)
{
    FILE *f = n ? fmemopen((void *)data, n, "r") : fopen("/dev/null", "r");

    MUST(f);
    return f;
}

static void take(struct kept *k, const struct ex_part *p, const uint8_t *data, size_t n)
{
    MUST(p->n > 0 && p->at <= n && p->n <= n - p->at);
    if (p->kind == EX_PART_DAMAGED) {
        MUST(!p->text && !p->json);
        k->n_damaged++;
        return;
    }
    MUST(p->json && memcmp(p->text, data + p->at, p->n) == 0 && p->text[p->n - 1] == '\n');
    MUST((p->kind == EX_PART_RUN) == (k->n_lines == 0)); /* one run record, the first line */
    if (p->kind == EX_PART_END)
        return; /* taken out before a run goes on */
    if (p->kind == EX_PART_HOST) {
        MUST(p->target[0] && strlen(p->target) < EX_TARGET_TEXT);
        MUST(strlen(p->address) < EX_ADDR_TEXT);
        MUST(p->state < EX_N_STATES && p->severity < EX_N_SEVERITIES);
        k->n_hosts++;
    }
    k->has_run |= p->kind == EX_PART_RUN;
    k->n_lines++;
    memcpy(k->bytes + k->n, p->text, p->n);
    k->n += p->n;
}

/* Returns whether the file is one to go on with. */
static bool read_all(struct kept *k, const uint8_t *data, size_t n)
{
    FILE *f = open_bytes(data, n);
    struct ex_unfinished *u;
    struct ex_error err = { "" };
    struct ex_part p;
    enum ex_status st;
    bool got = true;
    uint64_t at = 0;

    MUST(ex_unfinished_new(&u, f, "f") == EX_OK);
    while ((st = ex_unfinished_next(u, &p, &got, &err)) == EX_OK && got) {
        MUST(p.at == at);
        at += p.n;
        take(k, &p, data, n);
    }
    MUST(st == EX_OK || strncmp(err.text, "f:", 2) == 0); /* an error names its place */
    MUST(st != EX_OK || at == n);
    ex_unfinished_free(u);
    fclose(f);
    return st == EX_OK;
}

static void check_report(const struct kept *k)
{
    FILE *const in[] = { open_bytes(k->bytes, k->n) };
    struct ex_results *results;
    struct ex_error err = { "" };
    struct ex_record rec;
    bool got = true;

    MUST(ex_results_new(&results, in, names, 1) == EX_OK);
    while (got)
        MUST(ex_results_next(results, &rec, &got, &err) == EX_OK);
    MUST(ex_results_n_runs(results) == 1 && ex_results_torn(results) == 0);
    MUST(ex_results_run(results, 0)->hosts == k->n_hosts);
    MUST(!ex_run_is_complete(ex_results_run(results, 0)));
    ex_results_free(results);
    fclose(in[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct kept first = { .bytes = malloc(n + 1) }, second = { .bytes = malloc(n + 1) };

    MUST(first.bytes && second.bytes);
    if (read_all(&first, data, n) && first.has_run) {
        MUST(read_all(&second, first.bytes, first.n));
        MUST(second.n_damaged == 0 && second.n == first.n && second.n_hosts == first.n_hosts);
        MUST(memcmp(first.bytes, second.bytes, first.n) == 0);
        check_report(&first);
    }
    free(first.bytes);
    free(second.bytes);
    return 0;
}
