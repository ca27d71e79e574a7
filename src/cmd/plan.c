// SPDX-License-Identifier: MIT
#include "cmd/plan.h"

#include <inttypes.h>

#include "cmd/inspection.h"
#include "input/source.h"
#include "out/json.h"

/* What is counted of the targets; names may have any number of addresses. */
struct counts {
    uint64_t names, addresses, pinned;
};

/* The back-door phase for one host; 0 when it is switched off. */
struct phase {
    unsigned budget;
    uint32_t time_ms;
};

/* Reads the owner's files as a scan would, so that a mistake in them shows here. */
static enum ex_status read_phase(struct phase *out, const struct ex_config *cfg,
                                 const struct ex_catalog *cat, struct ex_error *err)
{
    struct ex_inspection i = { 0 };
    const enum ex_status st = ex_inspection_open(&i, cfg, cat, 0, err);

    if (st == EX_OK)
        *out = (struct phase){ i.budget, i.time_ms };
    ex_inspection_close(&i);
    return st;
}

static void on_bad_line(const char *message, void *arg)
{
    const struct ex_config *cfg = arg;

    if (!cfg->quiet)
        fprintf(stderr, "exprobe: %s\n", message);
}

static enum ex_status read_targets(struct ex_source *source, struct counts *n, struct ex_error *err)
{
    struct ex_target t;
    enum ex_status st;
    bool got;

    while ((st = ex_source_next(source, &t, &got, err)) == EX_OK && got) {
        if (t.pin.family != 0)
            n->pinned++;
        else if (t.kind == EX_TARGET_ADDRESS)
            n->addresses++;
        else
            n->names++;
    }
    return st;
}

/* What all targets take together. */
struct sums {
    uint64_t hosts, requests_max, duration_max_s;
    unsigned each_max; /* requests to one host */
};

static enum ex_status print_json(FILE *to, const struct sums *sums, const struct phase *phase,
                                 const struct counts *n, const struct ex_source_counts *read)
{
    struct ex_json j = { 0 };

    ex_json_begin(&j);
    ex_json_text(&j, "type", "plan");
    ex_json_int(&j, "targets", (int64_t)sums->hosts);
    ex_json_int(&j, "names", (int64_t)n->names);
    ex_json_int(&j, "addresses", (int64_t)n->addresses);
    ex_json_int(&j, "pinned", (int64_t)n->pinned);
    ex_json_int(&j, "bad_lines", (int64_t)read->bad_lines);
    ex_json_int(&j, "duplicates", (int64_t)read->duplicates);
    ex_json_int(&j, "requests_per_host_max", sums->each_max);
    ex_json_int(&j, "requests_backdoor_max", phase->budget);
    ex_json_int(&j, "requests_max", (int64_t)sums->requests_max);
    ex_json_int(&j, "duration_max_s", (int64_t)sums->duration_max_s);
    return ex_json_print(&j, to);
}

/* The time that cannot be undercut (the rate) and the time that cannot be
 * exceeded (every host takes all that it may), in seconds. */
static enum ex_status print(FILE *to, const struct ex_config *cfg, const struct phase *phase,
                            const struct counts *n, const struct ex_source_counts *read)
{
    const uint64_t hosts = n->names + n->addresses + n->pinned;
    const unsigned each = cfg->fingerprint_only ? 2 : EX_BUDGET_FINGERPRINT;
    const unsigned first = EX_BUDGET_FINGERPRINT + (cfg->deep ? EX_BUDGET_DEEP : 0);
    const unsigned most = first + phase->budget;
    const uint64_t least_s = cfg->rate ? hosts * each / cfg->rate : 0;
    const uint64_t rounds = (hosts + cfg->concurrency - 1) / cfg->concurrency;
    const uint64_t most_s = rounds * ((uint64_t)cfg->max_time_ms + phase->time_ms) / 1000;
    const struct sums sums = { hosts, hosts * most, most_s, most };

    if (cfg->json)
        return print_json(to, &sums, phase, n, read);
    fprintf(to,
            "Targets      %" PRIu64 ": %" PRIu64 " names, %" PRIu64 " addresses, %" PRIu64
            " names pinned to an address\n"
            "Left out     %" PRIu64 " duplicates, %" PRIu64 " bad lines\n"
            "Requests     GET and HEAD only; at most %u to a host, and %u more to one that is\n"
            "             Exchange; %" PRIu64 " in all if each name has one address and every host "
            "is Exchange\n"
            "In flight    %u hosts, one connection to an address at a time\n",
            hosts, n->names, n->addresses, n->pinned, read->duplicates, read->bad_lines, first,
            phase->budget, hosts * most, cfg->concurrency);
    if (cfg->rate)
        fprintf(to, "Rate         %u requests a second: %" PRIu64 " s or more\n", cfg->rate,
                least_s);
    fprintf(to,
            "At the worst %" PRIu64
            " s, when every host takes all its time; nothing has been sent\n",
            most_s);
    return EX_OK;
}

enum ex_status ex_plan(FILE *to, const struct ex_config *cfg, const struct ex_catalog *cat,
                       struct ex_error *err)
{
    struct ex_config *arg = (struct ex_config *)cfg; /* on_bad_line() only reads it */
    const struct ex_source_options opt = { .targets = cfg->operands.at,
                                           .lists = cfg->lists.at,
                                           .strict = cfg->strict,
                                           .network_max = cfg->network_max,
                                           .on_bad_line = on_bad_line,
                                           .on_note = on_bad_line,
                                           .arg = arg };
    struct ex_source *source = NULL;
    struct counts n = { 0 };
    struct phase phase = { 0 };
    enum ex_status st = read_phase(&phase, cfg, cat, err);

    if (st == EX_OK)
        st = ex_source_new(&source, &opt, err);
    if (st == EX_OK)
        st = read_targets(source, &n, err);
    if (st == EX_OK) {
        const struct ex_source_counts read = ex_source_counts(source);
        if (read.targets == 0) {
            ex_error_set(err, "no targets: %" PRIu64 " lines read, %" PRIu64 " of them bad",
                         read.lines, read.bad_lines);
            st = EX_EINPUT;
        } else {
            st = print(to, cfg, &phase, &n, &read);
        }
    }
    ex_source_free(source);
    return st;
}
