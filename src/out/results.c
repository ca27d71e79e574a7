// SPDX-License-Identifier: MIT
#include "out/results.h"

#include <errno.h>
#include <stdlib.h>

#include "core/quote.h"
#include "exprobe/catalog.h"
#include "exprobe/exchange.h"
#include "out/jsonl.h"

enum { LINE_ROOM_FIRST = 16 * 1024, TARGET_BYTES_MAX = 512 };

/* What every record begins with. Inside of a JSON text the quotes would be escaped, so this can
 * only be met where a record begins. */
static const char record_start[] = "{\"type\":\"";

struct ex_results {
    FILE *const *in;
    const char *const *names;
    size_t n, at; /* files; the one being read */
    uint64_t line_no;
    uint64_t line_offset, next_offset; /* of this line and of the one behind it */
    uint64_t n_records;                /* of the file being read */
    char *line;                        /* owned */
    size_t line_n, line_room;
    size_t start;             /* of the record in it; not 0 behind a torn one */
    bool line_ended;          /* it had a newline */
    json_t *json;             /* owned: the record handed out last */
    struct ex_run_seen *runs; /* owned */
    size_t n_runs, room_runs;
    size_t current; /* run of the records that follow */
    bool in_run;    /* its end has not been read, nor that of its file */
    uint64_t torn;
};

enum ex_status ex_results_new(struct ex_results **out, FILE *const *in, const char *const *names,
                              size_t n)
{
    struct ex_results *r = calloc(1, sizeof(*r));

    *out = r;
    if (!r)
        return EX_ENOMEM;
    r->in = in;
    r->names = names;
    r->n = n;
    return EX_OK;
}

void ex_results_free(struct ex_results *r)
{
    if (!r)
        return;
    json_decref(r->json);
    free(r->runs);
    free(r->line);
    free(r);
}

size_t ex_results_n_runs(const struct ex_results *r)
{
    return r->n_runs;
}

const struct ex_run_seen *ex_results_run(const struct ex_results *r, size_t i)
{
    return &r->runs[i];
}

bool ex_run_is_complete(const struct ex_run_seen *run)
{
    return run->ended && !run->interrupted &&
           (run->hosts_said == run->hosts || run->hosts_said == run->hosts_part);
}

uint64_t ex_results_torn(const struct ex_results *r)
{
    return r->torn;
}

static enum ex_status bad(const struct ex_results *r, struct ex_error *err, const char *what,
                          const char *value)
{
    char quoted[EX_QUOTE_SIZE];

    ex_error_set(err, "%s:%llu: %s%s%s", r->names[r->at], (unsigned long long)r->line_no, what,
                 value ? " " : "", value ? ex_quote(quoted, ex_span_str(value)) : "");
    return EX_EINPUT;
}

static enum ex_status make_room(struct ex_results *r)
{
    const size_t room = r->line_room ? r->line_room * 2 : LINE_ROOM_FIRST;
    char *grown = realloc(r->line, room);

    if (!grown)
        return EX_ENOMEM;
    r->line = grown;
    r->line_room = room;
    return EX_OK;
}

/* The next line without its newline; *got is false at the end of the file. */
static enum ex_status read_line(struct ex_results *r, bool *got, struct ex_error *err)
{
    FILE *f = r->in[r->at];
    int ch;

    r->line_n = 0;
    r->line_ended = false;
    r->line_no++;
    while ((ch = getc_unlocked(f)) != EOF && ch != '\n') {
        if (r->line_n == EX_RESULT_LINE_MAX)
            return bad(r, err, "the line is longer than 4 MiB; this is not a result of exprobe",
                       NULL);
        if (r->line_n == r->line_room && make_room(r) != EX_OK)
            return EX_ENOMEM;
        r->line[r->line_n++] = (char)ch;
    }
    if (ch == EOF && ferror(f)) {
        ex_error_set(err, "%s: cannot be read: %s", r->names[r->at], strerror(errno));
        return EX_EIO;
    }
    r->line_ended = ch == '\n';
    r->line_offset = r->next_offset;
    r->next_offset += r->line_n + r->line_ended;
    *got = r->line_ended || r->line_n > 0;
    return EX_OK;
}

static bool is_blank(const struct ex_results *r)
{
    for (size_t i = 0; i < r->line_n; i++)
        if (r->line[i] != ' ' && r->line[i] != '\t' && r->line[i] != '\r')
            return false;
    return true;
}

/* The last place in the line, but not its beginning, where a record begins; 0 for none. */
static size_t later_start(const struct ex_results *r)
{
    const size_t n = strlen(record_start);

    for (size_t i = r->line_n > n ? r->line_n - n : 0; i > 0; i--)
        if (memcmp(r->line + i, record_start, n) == 0)
            return i;
    return 0;
}

/* r->json becomes the record of the line, or NULL for a line that is only the rest of one. */
static enum ex_status parse_line(struct ex_results *r, struct ex_error *err)
{
    json_error_t why;

    json_decref(r->json);
    r->start = 0;
    r->json = json_loadb(r->line, r->line_n, JSON_REJECT_DUPLICATES, &why);
    if (!r->json) {
        if (json_error_code(&why) == json_error_out_of_memory)
            return EX_ENOMEM;
        r->start = later_start(r);
        if (r->start > 0)
            r->json =
                json_loadb(r->line + r->start, r->line_n - r->start, JSON_REJECT_DUPLICATES, &why);
        if (!r->json && r->line_ended)
            return bad(r, err,
                       "not a record of exprobe (one JSON object a line); the file is damaged or of"
                       " another program",
                       NULL);
        r->torn++;
    }
    if (r->json && (!json_is_object(r->json) || !ex_json_str(r->json, "type")[0]))
        return bad(r, err, "not a record of exprobe: it has no \"type\"", NULL);
    return EX_OK;
}

static void copy(char *to, size_t size, const json_t *object, const char *key)
{
    ex_span_copy(to, size, ex_span_str(ex_json_str(object, key)));
}

/* Index of the unfinished run that a repeated run record continues, or n_runs. */
static size_t find_open_run(const struct ex_results *r, const char *run_id)
{
    for (size_t i = r->n_runs; i > 0; i--) {
        const struct ex_run_seen *run = &r->runs[i - 1];

        if ((!run->ended || run->interrupted) && strcmp(run->run_id, run_id) == 0)
            return i - 1;
    }
    return r->n_runs;
}

static enum ex_status add_run(struct ex_results *r)
{
    if (r->n_runs == r->room_runs) {
        const size_t room = r->room_runs ? r->room_runs * 2 : 4;
        struct ex_run_seen *grown = reallocarray(r->runs, room, sizeof(*grown));

        if (!grown)
            return EX_ENOMEM;
        r->runs = grown;
        r->room_runs = room;
    }
    r->runs[r->n_runs++] = (struct ex_run_seen){ .file = r->names[r->at], .line = r->line_no };
    return EX_OK;
}

static enum ex_status on_run(struct ex_results *r, struct ex_error *err)
{
    const char *schema = ex_json_str(r->json, "schema"), *id = ex_json_str(r->json, "run_id");
    const json_t *data = json_object_get(r->json, "data");
    const json_t *files = json_object_get(r->json, "files");
    struct ex_run_seen *run;

    if (strcmp(schema, EX_SCHEMA) != 0)
        return bad(r, err, "this exprobe reads schema " EX_SCHEMA ", the file has", schema);
    if (!id[0])
        return bad(r, err, "the run record has no \"run_id\"", NULL);
    r->current = find_open_run(r, id);
    if (r->current == r->n_runs && add_run(r) != EX_OK)
        return EX_ENOMEM;
    run = &r->runs[r->current];
    run->ended = run->interrupted = false;
    run->hosts_part = 0;
    ex_span_copy(run->run_id, sizeof(run->run_id), ex_span_str(id));
    copy(run->started, sizeof(run->started), r->json, "started");
    copy(run->data_date, sizeof(run->data_date), data, "date");
    copy(run->newest_update, sizeof(run->newest_update), data, "newest_update");
    copy(run->as_of, sizeof(run->as_of), r->json, "as_of");
    copy(run->version, sizeof(run->version), r->json, "version");
    copy(run->shard, sizeof(run->shard), r->json, "shard");
    copy(run->rules, sizeof(run->rules), files, "rules");
    copy(run->known_good, sizeof(run->known_good), files, "known_good");
    copy(run->paths, sizeof(run->paths), files, "paths");
    run->fingerprint_only = json_is_true(json_object_get(r->json, "fingerprint_only"));
    run->backdoor = json_is_true(json_object_get(r->json, "backdoor"));
    run->own_paths = json_is_true(json_object_get(r->json, "own_paths"));
    run->deep = json_is_true(json_object_get(r->json, "deep"));
    run->ntlm_info = json_is_true(json_object_get(r->json, "ntlm_info"));
    r->in_run = true;
    return EX_OK;
}

static bool is_state(const char *word)
{
    for (int i = 0; i < EX_N_STATES; i++)
        if (strcmp(ex_state_str((enum ex_state)i), word) == 0)
            return true;
    return false;
}

static bool is_severity(const char *word)
{
    for (int i = 0; i < EX_N_SEVERITIES; i++)
        if (strcmp(ex_severity_str((enum ex_severity)i), word) == 0)
            return true;
    return false;
}

static enum ex_status on_host(struct ex_results *r, struct ex_error *err)
{
    const char *target = ex_json_str(r->json, "target");

    if (!target[0] || strlen(target) > TARGET_BYTES_MAX)
        return bad(r, err, "the host record has no usable \"target\"", NULL);
    if (!is_state(ex_json_str(r->json, "state")))
        return bad(r, err, "the host record has an unknown \"state\"",
                   ex_json_str(r->json, "state"));
    if (!is_severity(ex_json_str(r->json, "severity")))
        return bad(r, err, "the host record has an unknown \"severity\"",
                   ex_json_str(r->json, "severity"));
    r->runs[r->current].hosts++;
    r->runs[r->current].hosts_part++;
    return EX_OK;
}

static enum ex_status on_end(struct ex_results *r, struct ex_error *err)
{
    struct ex_run_seen *run = &r->runs[r->current];

    /* Without these two nothing says that the run went to its end. */
    if (!json_is_boolean(json_object_get(r->json, "interrupted")) ||
        !json_is_integer(json_object_get(r->json, "hosts")))
        return bad(r, err, "the end record lacks \"interrupted\" or \"hosts\"", NULL);
    run->ended = true;
    run->interrupted = json_is_true(json_object_get(r->json, "interrupted"));
    run->hosts_said = ex_json_u64(r->json, "hosts");
    run->list_finished = json_is_true(json_object_get(r->json, "list_finished"));
    run->targets = ex_json_u64(r->json, "targets");
    run->bad_lines = ex_json_u64(r->json, "bad_lines");
    run->duplicates = ex_json_u64(r->json, "duplicates");
    r->in_run = false;
    return EX_OK;
}

static const struct kind {
    const char *type;
    enum ex_status (*on_record)(struct ex_results *r, struct ex_error *err);
} kinds[] = {
    [EX_RECORD_RUN] = { "run", on_run },
    [EX_RECORD_HOST] = { "host", on_host },
    [EX_RECORD_END] = { "end", on_end },
};

/* Judge the record of the line; *known tells whether it is one to hand out. */
static enum ex_status take_record(struct ex_results *r, struct ex_record *out, bool *known,
                                  struct ex_error *err)
{
    const char *type = ex_json_str(r->json, "type");
    enum ex_status st;
    size_t kind = 0;

    while (kind < sizeof(kinds) / sizeof(kinds[0]) && strcmp(kinds[kind].type, type) != 0)
        kind++;
    *known = kind < sizeof(kinds) / sizeof(kinds[0]);
    if (!r->in_run && kind != EX_RECORD_RUN)
        return bad(r, err, "a record outside of a run; a result file begins with its run record",
                   NULL);
    r->n_records++;
    if (!*known)
        return EX_OK;
    st = kinds[kind].on_record(r, err);
    if (st != EX_OK)
        return st;
    *out = (struct ex_record){ .kind = (enum ex_record_kind)kind,
                               .run = r->current,
                               .json = r->json,
                               .file = r->names[r->at],
                               .line = r->line_no,
                               .file_index = r->at,
                               .offset = r->line_offset + r->start,
                               .n = r->line_n - r->start };
    return EX_OK;
}

/* An empty file says nothing, and nothing must not look like a clean result. */
static enum ex_status next_file(struct ex_results *r, struct ex_error *err)
{
    if (r->n_records == 0) {
        ex_error_set(err, "%s: holds no record of exprobe; was the scan stopped before it began?",
                     r->names[r->at]);
        return EX_EINPUT;
    }
    r->at++;
    r->line_no = 0;
    r->next_offset = 0;
    r->n_records = 0;
    r->in_run = false;
    return EX_OK;
}

enum ex_status ex_results_next(struct ex_results *r, struct ex_record *out, bool *got,
                               struct ex_error *err)
{
    *got = false;
    while (r->at < r->n) {
        bool line = false;
        enum ex_status st = read_line(r, &line, err);

        if (st == EX_OK && !line) {
            st = next_file(r, err);
            if (st != EX_OK)
                return st;
            continue;
        }
        if (st == EX_OK && is_blank(r))
            continue;
        if (st == EX_OK)
            st = parse_line(r, err);
        if (st == EX_OK && r->json)
            st = take_record(r, out, got, err);
        if (st != EX_OK || *got)
            return st;
    }
    return EX_OK;
}

enum ex_status ex_results_again(json_t **out, struct ex_results *r, size_t file_index,
                                uint64_t offset, size_t n, struct ex_error *err)
{
    FILE *f = r->in[file_index];

    *out = NULL;
    while (r->line_room < n)
        if (make_room(r) != EX_OK)
            return EX_ENOMEM;
    if (fseeko(f, (off_t)offset, SEEK_SET) == 0 && fread(r->line, 1, n, f) == n)
        *out = json_loadb(r->line, n, JSON_REJECT_DUPLICATES, NULL);
    if (json_is_object(*out))
        return EX_OK;
    json_decref(*out);
    *out = NULL;
    ex_error_set(err, "%s: a record cannot be read again; was the file changed meanwhile?",
                 r->names[file_index]);
    return EX_EIO;
}
