// SPDX-License-Identifier: MIT
#include "cmd/plan.h"

#include <inttypes.h>

#include "cmd/agent.h"
#include "cmd/inspection.h"
#include "cmd/scope_files.h"
#include "input/source.h"
#include "out/json.h"

/* What is counted of the targets; names may have any number of addresses. */
struct counts {
    uint64_t names, addresses, pinned;
    uint64_t out_of_scope, opted_out; /* in none of the above */
};

/* What a host costs when it answers in a tenth of a second, as hosts of the tests did: one that is
 * no Exchange is let go early, one that is gets nearly all that the second phase may send. */
enum {
    USUAL_REQUESTS = 6,
    USUAL_ANSWER_MS = 100,
    USUAL_BYTES = 20000, /* handshake, certificate, logon page */
    USUAL_BYTES_EACH = 1000,
};

/* What all targets may come to, if they are of one kind. */
struct estimate {
    uint64_t requests, duration_s, bytes;
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

/* No name is looked up: its addresses are held against the scope when it is. */
static enum ex_status read_targets(struct ex_source *source, const struct ex_scope *scope,
                                   struct counts *n, struct ex_error *err)
{
    char why[EX_DETAIL_SIZE];
    struct ex_target t;
    enum ex_status st;
    bool got;

    while ((st = ex_source_next(source, &t, &got, err)) == EX_OK && got) {
        const enum ex_state state = ex_scope_judge_target(scope, &t, why);

        if (state == EX_STATE_OPTED_OUT)
            n->opted_out++;
        else if (state != EX_STATE_ANSWERED)
            n->out_of_scope++;
        else if (t.pin.family != 0)
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
    unsigned each_max;                /* requests to one host */
    struct estimate others, exchange; /* if none is Exchange, if all are */
};

static struct estimate estimate_of(const struct ex_config *cfg, uint64_t hosts, unsigned requests,
                                   uint32_t gap_ms)
{
    const uint64_t each_ms =
        USUAL_ANSWER_MS + (gap_ms > cfg->host_delay_ms ? gap_ms : cfg->host_delay_ms);
    const uint64_t rounds = (hosts + cfg->concurrency - 1) / cfg->concurrency;
    struct estimate e = { .requests = hosts * requests,
                          .duration_s = (rounds * requests * each_ms + 999) / 1000,
                          .bytes = hosts * (USUAL_BYTES + requests * USUAL_BYTES_EACH) };

    if (cfg->rate > 0 && e.duration_s < e.requests / cfg->rate)
        e.duration_s = e.requests / cfg->rate;
    return e;
}

static struct sums sums_of(const struct ex_config *cfg, const struct phase *phase,
                           const struct counts *n)
{
    const unsigned first = EX_BUDGET_FINGERPRINT + (cfg->deep ? EX_BUDGET_DEEP : 0);
    const unsigned usual = cfg->fingerprint_only ? 2 : USUAL_REQUESTS;
    struct sums s = { .hosts = n->names + n->addresses + n->pinned,
                      .each_max = first + phase->budget };
    const uint64_t rounds = (s.hosts + cfg->concurrency - 1) / cfg->concurrency;

    s.requests_max = s.hosts * s.each_max;
    s.duration_max_s = rounds * ((uint64_t)cfg->max_time_ms + phase->time_ms) / 1000;
    s.others = estimate_of(cfg, s.hosts, usual, 0);
    s.exchange =
        estimate_of(cfg, s.hosts, usual + phase->budget, phase->budget ? EX_BACKDOOR_GAP_MS : 0);
    return s;
}

static void put_estimate(struct ex_json *j, const char *key, const struct estimate *e)
{
    ex_json_object(j, key);
    ex_json_int(j, "requests", (int64_t)e->requests);
    ex_json_int(j, "duration_s", (int64_t)e->duration_s);
    ex_json_int(j, "bytes", (int64_t)e->bytes);
    ex_json_close(j);
}

static enum ex_status print_json(FILE *to, const struct sums *sums, const struct phase *phase,
                                 const struct counts *n, const struct ex_source_counts *read,
                                 const char *agent)
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
    ex_json_int(&j, "out_of_scope", (int64_t)n->out_of_scope);
    ex_json_int(&j, "opted_out", (int64_t)n->opted_out);
    ex_json_int(&j, "requests_per_host_max", sums->each_max);
    ex_json_int(&j, "requests_backdoor_max", phase->budget);
    ex_json_int(&j, "requests_max", (int64_t)sums->requests_max);
    ex_json_int(&j, "duration_max_s", (int64_t)sums->duration_max_s);
    put_estimate(&j, "if_none_is_exchange", &sums->others);
    put_estimate(&j, "if_all_are_exchange", &sums->exchange);
    ex_json_text(&j, "user_agent", agent);
    return ex_json_print(&j, to);
}

/* "90 s", "15 min", "26 h" */
static const char *duration(char to[static 32], uint64_t s)
{
    if (s < 120)
        snprintf(to, 32, "%" PRIu64 " s", s);
    else if (s < 7200)
        snprintf(to, 32, "%" PRIu64 " min", (s + 59) / 60);
    else
        snprintf(to, 32, "%" PRIu64 " h", (s + 3599) / 3600);
    return to;
}

static void print_estimate(FILE *to, const char *words, const struct estimate *e)
{
    char time[32];

    fprintf(to, "%s %" PRIu64 " requests, %s, %.1f MB\n", words, e->requests,
            duration(time, e->duration_s), (double)e->bytes / 1e6);
}

static void print_scope(FILE *to, const struct ex_config *cfg, const struct counts *n)
{
    if (cfg->scopes.n + cfg->excludes.n + cfg->exclude_files.n + cfg->opt_outs.n == 0)
        return;
    fprintf(to, "No contact   %" PRIu64 " targets out of scope, %" PRIu64 " opted out\n",
            n->out_of_scope, n->opted_out);
    if (n->names > 0)
        fprintf(to,
                "             the addresses of the %" PRIu64
                " names are held against the lists when they are looked up\n",
                n->names);
}

static void print(FILE *to, const struct ex_config *cfg, const struct phase *phase,
                  const struct counts *n, const struct ex_source_counts *read,
                  const struct sums *sums, const char *agent)
{
    const unsigned first = sums->each_max - phase->budget;
    char time[32];

    fprintf(to,
            "Targets      %" PRIu64 ": %" PRIu64 " names, %" PRIu64 " addresses, %" PRIu64
            " names pinned to an address\n"
            "Left out     %" PRIu64 " duplicates, %" PRIu64 " bad lines\n",
            sums->hosts, n->names, n->addresses, n->pinned, read->duplicates, read->bad_lines);
    print_scope(to, cfg, n);
    fprintf(to,
            "Requests     GET and HEAD only; at most %u to a host, and %u more to one that is\n"
            "             Exchange; %" PRIu64 " in all if each name has one address and every host "
            "is Exchange\n"
            "User-Agent   %s\n"
            "In flight    %u hosts, one connection to an address at a time\n",
            first, phase->budget, sums->requests_max, agent, cfg->concurrency);
    if (cfg->rate)
        fprintf(to, "Rate         %u requests a second at most\n", cfg->rate);
    print_estimate(to, "Estimate     if none is Exchange:", &sums->others);
    print_estimate(to, "             if all are, and answer in 0.1 s:", &sums->exchange);
    fprintf(to, "At the worst %s, when every host takes all its time; nothing has been sent\n",
            duration(time, sums->duration_max_s));
}

/* Everything that was asked for is known; nothing to contact is an answer, too. */
static enum ex_status say(FILE *to, const struct ex_config *cfg, const struct phase *phase,
                          const struct counts *n, const struct ex_source_counts *read,
                          struct ex_error *err)
{
    char agent[EX_AGENT_SIZE];
    const enum ex_status st = ex_agent_make(agent, cfg->user_agent, cfg->contact, err);
    const struct sums sums = sums_of(cfg, phase, n);

    if (st != EX_OK)
        return st;
    if (read->targets == 0) {
        ex_error_set(err, "no targets: %" PRIu64 " lines read, %" PRIu64 " of them bad",
                     read->lines, read->bad_lines);
        return EX_EINPUT;
    }
    if (cfg->json)
        return print_json(to, &sums, phase, n, read, agent);
    print(to, cfg, phase, n, read, &sums, agent);
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
    struct ex_scope *scope = NULL;
    struct ex_own_files files = { 0 };
    struct counts n = { 0 };
    struct phase phase = { 0 };
    enum ex_status st = read_phase(&phase, cfg, cat, err);

    if (st == EX_OK)
        st = ex_scope_open(&scope, cfg, &files, err);
    if (st == EX_OK)
        st = ex_source_new(&source, &opt, err);
    if (st == EX_OK)
        st = read_targets(source, scope, &n, err);
    if (st == EX_OK) {
        const struct ex_source_counts read = ex_source_counts(source);

        st = say(to, cfg, &phase, &n, &read, err);
    }
    ex_source_free(source);
    ex_scope_free(scope);
    return st;
}
