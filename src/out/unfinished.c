// SPDX-License-Identifier: MIT
#include "out/unfinished.h"

#include <errno.h>
#include <stdlib.h>

#include "core/quote.h"
#include "out/jsonl.h"
#include "out/results.h"

enum { LINE_ROOM_FIRST = 16 * 1024 };

/* How the first line of every result file begins. */
static const char first_bytes[] = "{\"type\":\"run\",\"schema\":\"exprobe/";

struct ex_unfinished {
    FILE *in;
    const char *name;
    uint64_t line_no, at;
    bool has_run; /* the run record was read */
    char *line;   /* owned */
    size_t n, room;
    uint64_t n_bytes; /* of the whole line; more than n when it is too long to keep */
    bool ended;       /* it had a newline */
    json_t *json;     /* owned */
};

enum ex_status ex_unfinished_new(struct ex_unfinished **out, FILE *in, const char *name)
{
    struct ex_unfinished *u = calloc(1, sizeof(*u));

    *out = u;
    if (!u)
        return EX_ENOMEM;
    u->in = in;
    u->name = name;
    return EX_OK;
}

void ex_unfinished_free(struct ex_unfinished *u)
{
    if (!u)
        return;
    json_decref(u->json);
    free(u->line);
    free(u);
}

static enum ex_status bad(const struct ex_unfinished *u, struct ex_error *err, const char *what,
                          const char *value)
{
    char quoted[EX_QUOTE_SIZE];

    ex_error_set(err, "%.200s:%llu: %s%s%s; --fresh begins anew and drops what is there", u->name,
                 (unsigned long long)u->line_no, what, value ? " " : "",
                 value ? ex_quote(quoted, ex_span_str(value)) : "");
    return EX_EINPUT;
}

static bool put(struct ex_unfinished *u, char ch)
{
    if (u->n == u->room) {
        const size_t room = u->room ? u->room * 2 : LINE_ROOM_FIRST;
        char *grown = realloc(u->line, room);

        if (!grown)
            return false;
        u->line = grown;
        u->room = room;
    }
    u->line[u->n++] = ch;
    return true;
}

/* The next line, with its newline; u->n_bytes is 0 at the end of the file. */
static enum ex_status read_line(struct ex_unfinished *u, struct ex_error *err)
{
    int ch;

    u->at += u->n_bytes;
    u->n = 0;
    u->n_bytes = 0;
    u->ended = false;
    u->line_no++;
    while (!u->ended && (ch = getc_unlocked(u->in)) != EOF) {
        u->n_bytes++;
        u->ended = ch == '\n';
        if (u->n <= EX_RESULT_LINE_MAX && !put(u, (char)ch))
            return EX_ENOMEM;
    }
    if (ferror(u->in)) {
        ex_error_set(err, "%.200s: cannot be read: %s", u->name, strerror(errno));
        return EX_EIO;
    }
    return EX_OK;
}

/* What a crash in the very first moment may leave: some of a run record, and zeros. */
static bool is_torn_start(const struct ex_unfinished *u)
{
    const size_t n_first = sizeof(first_bytes) - 1;
    size_t n = u->n;

    while (n > 0 && u->line[n - 1] == '\0')
        n--;
    return !u->ended && memcmp(u->line, first_bytes, n < n_first ? n : n_first) == 0;
}

static bool is_compressed(const struct ex_unfinished *u)
{
    /* gzip (RFC 1952), zstd (RFC 8878), xz, bzip2 */
    static const char *const begins[] = { "\x1f\x8b", "\x28\xb5\x2f\xfd", "\xfd\x37zXZ", "BZh" };

    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
        if (u->n >= strlen(begins[i]) && memcmp(u->line, begins[i], strlen(begins[i])) == 0)
            return true;
    return false;
}

/* Any other line that is no JSON is damaged: nothing else can be known of it. */
static enum ex_status take_damaged(const struct ex_unfinished *u, struct ex_part *out,
                                   struct ex_error *err)
{
    if (!u->has_run && is_compressed(u))
        return bad(u, err, "this is compressed; decompress it, and go on with that", NULL);
    if (!u->has_run && !is_torn_start(u))
        return bad(u, err, "this is no result of exprobe", NULL);
    out->kind = EX_PART_DAMAGED;
    return EX_OK;
}

static enum ex_status take_run(struct ex_unfinished *u, struct ex_part *out, struct ex_error *err)
{
    const char *schema = ex_json_str(u->json, "schema");

    if (u->has_run)
        return bad(u, err, "a second run begins here; only a file of one run can be gone on with",
                   NULL);
    if (strcmp(schema, EX_SCHEMA) != 0)
        return bad(u, err, "this exprobe goes on with schema " EX_SCHEMA ", the file has", schema);
    if (!ex_json_str(u->json, "run_id")[0])
        return bad(u, err, "the run record has no \"run_id\"", NULL);
    u->has_run = true;
    out->kind = EX_PART_RUN;
    return EX_OK;
}

static enum ex_status take_host(const struct ex_unfinished *u, struct ex_part *out,
                                struct ex_error *err)
{
    const char *state = ex_json_str(u->json, "state"), *severity = ex_json_str(u->json, "severity");
    int i = 0, k = 0;

    out->kind = EX_PART_HOST;
    out->target = ex_json_str(u->json, "target");
    out->address = ex_json_str(u->json, "address");
    if (!out->target[0] || strlen(out->target) >= EX_TARGET_TEXT ||
        strlen(out->address) >= EX_ADDR_TEXT)
        return bad(u, err, "the host record has no usable \"target\" and \"address\"", NULL);
    while (i < EX_N_STATES && strcmp(ex_state_str((enum ex_state)i), state) != 0)
        i++;
    if (i == EX_N_STATES)
        return bad(u, err, "the host record has an unknown \"state\"", state);
    while (k < EX_N_SEVERITIES && strcmp(ex_severity_str((enum ex_severity)k), severity) != 0)
        k++;
    if (k == EX_N_SEVERITIES)
        return bad(u, err, "the host record has an unknown \"severity\"", severity);
    out->state = (enum ex_state)i;
    out->severity = (enum ex_severity)k;
    return EX_OK;
}

static enum ex_status take_record(struct ex_unfinished *u, struct ex_part *out,
                                  struct ex_error *err)
{
    const char *type = ex_json_str(u->json, "type");

    if (!type[0]) /* nor has what is no object */
        return bad(u, err, "this is no record of exprobe: it has no \"type\"", NULL);
    if (strcmp(type, "run") == 0)
        return take_run(u, out, err);
    if (!u->has_run)
        return bad(u, err, "the run record is missing", NULL);
    if (strcmp(type, "host") == 0)
        return take_host(u, out, err);
    out->kind = strcmp(type, "end") == 0 ? EX_PART_END : EX_PART_OTHER;
    return EX_OK;
}

enum ex_status ex_unfinished_next(struct ex_unfinished *u, struct ex_part *out, bool *got,
                                  struct ex_error *err)
{
    json_error_t why;
    enum ex_status st = read_line(u, err);

    *got = false;
    if (st != EX_OK || u->n_bytes == 0)
        return st;
    *out = (struct ex_part){ .line = u->line_no, .at = u->at, .n = u->n_bytes };
    json_decref(u->json);
    u->json = NULL;
    /* Without its newline a record may look whole and be the beginning of one. */
    if (u->ended && u->n == u->n_bytes)
        u->json = json_loadb(u->line, u->n, JSON_REJECT_DUPLICATES, &why);
    if (!u->json && u->ended && u->n == u->n_bytes &&
        json_error_code(&why) == json_error_out_of_memory)
        return EX_ENOMEM;
    if (u->json) {
        out->text = u->line;
        out->json = u->json;
        st = take_record(u, out, err);
    } else {
        st = take_damaged(u, out, err);
    }
    *got = st == EX_OK;
    return st;
}
