// SPDX-License-Identifier: MIT
/* What the search for back doors knows: names, scripts, hosts, limits, signatures. */
#include "core/path.h"
#include "data/rows.h"

enum { HASH_DIGITS = 64, TIER_MAX = 3, LABEL_MAX = 63 };

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define FIELD(row, key, read, member)                                                              \
    {                                                                                              \
        key, read, offsetof(struct row, member)                                                    \
    }

/* A copy of bytes [from, to) of @text, or NULL. */
static const char *part_of(struct ex_arena *a, const char *text, size_t from, size_t to)
{
    char *copy = ex_arena_alloc(a, to - from + 1, 1);

    if (copy)
        memcpy(copy, text + from, to - from);
    return copy;
}

/* Folder and extension come out of the path. Whether it may be asked for is checked with the
 * rest of the row: some are listed in order never to be. */
static enum ex_status read_path(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    struct ex_path_row *row =
        (struct ex_path_row *)((char *)to - offsetof(struct ex_path_row, path));
    const enum ex_status st = ex_read_text(r, key, v, &row->path);
    struct ex_span path;

    if (st != EX_OK)
        return st;
    path = ex_span_str(row->path);
    row->folder = part_of(r->arena, row->path, 0, ex_path_folder(path));
    row->extension = part_of(r->arena, row->path, ex_path_extension(path), path.n);
    return row->folder && row->extension ? EX_OK : EX_ENOMEM;
}

static enum ex_status read_tier(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    const json_int_t tier = json_integer_value(v);

    if (!json_is_integer(v) || tier < 0 || tier > TIER_MAX)
        return ex_read_bad(r, key, "is not a tier from 0 to %d", (int)TIER_MAX);
    *(uint8_t *)to = (uint8_t)tier;
    return EX_OK;
}

static enum ex_status read_confidence(struct ex_reader *r, const char *key, const json_t *v,
                                      void *to)
{
    static const char *const words[] = {
#define X(id, text) text,
        EX_IF200_MAP(X)
#undef X
    };
    size_t i = 0;
    const enum ex_status st = ex_read_word(r, key, v, words, COUNT(words), &i);

    *(enum ex_confidence_if_200 *)to = (enum ex_confidence_if_200)i;
    return st;
}

static bool is_month_or_year(const char *text)
{
    static const char form[] = "dddd-dd";
    size_t i = 0;

    for (; form[i] && text[i]; i++)
        if (form[i] == 'd' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    return text[i] == '\0' && (i == sizeof("2021") - 1 || i == sizeof("2021-03") - 1);
}

static enum ex_status read_first_seen(struct ex_reader *r, const char *key, const json_t *v,
                                      void *to)
{
    const enum ex_status st = ex_read_text(r, key, v, to);
    const char *text = *(const char **)to;

    if (st == EX_OK && strcmp(text, "unknown") != 0 && !is_month_or_year(text))
        return ex_read_bad(r, key, "\"%.20s\" is neither YYYY, YYYY-MM nor unknown", text);
    return st;
}

/* By folder, extension and path: a hunt asks in this order, after calibrating each pair. */
static int order_paths(const void *before, const void *row)
{
    const struct ex_path_row *a = before, *b = row;
    int by = strcmp(a->folder, b->folder);

    if (by == 0)
        by = strcmp(a->extension, b->extension);
    return by != 0 ? by : strcmp(a->path, b->path);
}

enum ex_status ex_rows_paths(struct ex_reader *r, struct ex_span text, struct ex_catalog *cat)
{
    static const struct ex_field fields[] = {
        FIELD(ex_path_row, "path", read_path, path),
        FIELD(ex_path_row, "id", ex_read_id, id),
        FIELD(ex_path_row, "tier", read_tier, tier),
        FIELD(ex_path_row, "genuine", ex_read_bool, genuine),
        FIELD(ex_path_row, "probe", ex_read_bool, probe),
        FIELD(ex_path_row, "collision", ex_read_bool, collision),
        FIELD(ex_path_row, "confidence", read_confidence, confidence),
        FIELD(ex_path_row, "marker", ex_read_text_or_null, marker),
        FIELD(ex_path_row, "family", ex_read_text, family),
        FIELD(ex_path_row, "campaign", ex_read_text_or_null, campaign),
        FIELD(ex_path_row, "first_seen", read_first_seen, first_seen),
        FIELD(ex_path_row, "note", ex_read_text_or_null, note),
        FIELD(ex_path_row, "source", ex_read_source, source),
    };
    static const struct ex_table table = { fields, COUNT(fields), sizeof(struct ex_path_row),
                                           EX_ROWS_MAX, order_paths };
    void *at = NULL;
    const enum ex_status st = ex_read_table(r, text, &table, &at, &cat->n_paths);

    cat->paths = at;
    return st;
}

/* SHA-256 in lower-case hex, "" for null. */
static enum ex_status read_hash_or_null(struct ex_reader *r, const char *key, const json_t *v,
                                        void *to)
{
    const enum ex_status st = ex_read_text_or_null(r, key, v, to);
    const char *hash = *(const char **)to;

    if (st == EX_OK && hash[0] &&
        (strlen(hash) != HASH_DIGITS || strspn(hash, "0123456789abcdef") != HASH_DIGITS))
        return ex_read_bad(r, key, "is not a SHA-256 of %d digits 0-9a-f", (int)HASH_DIGITS);
    return st;
}

static int order_scripts(const void *before, const void *row)
{
    const struct ex_script_row *a = before, *b = row;
    int by = strcmp(a->name, b->name);

    if (by == 0)
        by = strcmp(a->sha256, b->sha256);
    return by != 0 ? by : strcmp(a->bare_sha256, b->bare_sha256);
}

enum ex_status ex_rows_scripts(struct ex_reader *r, struct ex_span text, struct ex_catalog *cat)
{
    static const struct ex_field fields[] = {
        FIELD(ex_script_row, "name", ex_read_text, name),
        FIELD(ex_script_row, "sha256", read_hash_or_null, sha256),
        FIELD(ex_script_row, "bare_sha256", read_hash_or_null, bare_sha256),
        FIELD(ex_script_row, "masked", ex_read_bool, masked),
        FIELD(ex_script_row, "note", ex_read_text_or_null, note),
        FIELD(ex_script_row, "source", ex_read_source, source),
    };
    static const struct ex_table table = { fields, COUNT(fields), sizeof(struct ex_script_row),
                                           EX_ROWS_MAX, order_scripts };
    void *at = NULL;
    const enum ex_status st = ex_read_table(r, text, &table, &at, &cat->n_scripts);

    cat->scripts = at;
    return st;
}

/* A host name of at least two labels, in lower case: "google.com", and never "com". */
static enum ex_status read_suffix(struct ex_reader *r, const char *key, const json_t *v, void *to)
{
    const enum ex_status st = ex_read_text(r, key, v, to);
    const char *host = *(const char **)to;
    const char *dot;

    if (st != EX_OK)
        return st;
    dot = strchr(host, '.');
    if (host[strspn(host, "abcdefghijklmnopqrstuvwxyz0123456789-.")] != '\0' || !dot ||
        dot == host || strstr(host, "..") || host[strlen(host) - 1] == '.')
        return ex_read_bad(r, key, "\"%.60s\" is not a host name of two labels or more", host);
    return EX_OK;
}

static int order_origins(const void *before, const void *row)
{
    return strcmp(((const struct ex_origin_row *)before)->suffix,
                  ((const struct ex_origin_row *)row)->suffix);
}

enum ex_status ex_rows_origins(struct ex_reader *r, struct ex_span text, struct ex_catalog *cat)
{
    static const struct ex_field fields[] = {
        FIELD(ex_origin_row, "suffix", read_suffix, suffix),
        FIELD(ex_origin_row, "collector", ex_read_bool, collector),
        FIELD(ex_origin_row, "what", ex_read_text, what),
        FIELD(ex_origin_row, "source", ex_read_source, source),
    };
    static const struct ex_table table = { fields, COUNT(fields), sizeof(struct ex_origin_row),
                                           EX_ROWS_MAX, order_origins };
    void *at = NULL;
    const enum ex_status st = ex_read_table(r, text, &table, &at, &cat->n_origins);

    cat->origins = at;
    return st;
}

static enum ex_status read_mail_kind(struct ex_reader *r, const char *key, const json_t *v,
                                     void *to)
{
    static const char *const words[] = { "filter", "hosted", "label" };
    size_t i = 0;
    const enum ex_status st = ex_read_word(r, key, v, words, COUNT(words), &i);

    *(enum ex_mail_name_kind *)to = (enum ex_mail_name_kind)i;
    return st;
}

/* Comes behind the kind, which says what it has to be. */
static enum ex_status read_mail_name(struct ex_reader *r, const char *key, const json_t *v,
                                     void *to)
{
    const struct ex_mail_name_row *row =
        (struct ex_mail_name_row *)((char *)to - offsetof(struct ex_mail_name_row, name));
    enum ex_status st;
    const char *name;

    if (row->kind != EX_MAIL_LABEL)
        return read_suffix(r, key, v, to);
    st = ex_read_text(r, key, v, to);
    name = *(const char **)to;
    if (st == EX_OK && (name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-")] != '\0' ||
                        name[0] == '-' || strlen(name) > LABEL_MAX))
        return ex_read_bad(r, key, "\"%.70s\" is not a label of a host name", name);
    return st;
}

static int order_mail_names(const void *before, const void *row)
{
    const struct ex_mail_name_row *a = before, *b = row;

    return a->kind != b->kind ? (int)a->kind - (int)b->kind : strcmp(a->name, b->name);
}

enum ex_status ex_rows_mail_names(struct ex_reader *r, struct ex_span text, struct ex_catalog *cat)
{
    static const struct ex_field fields[] = {
        FIELD(ex_mail_name_row, "kind", read_mail_kind, kind),
        FIELD(ex_mail_name_row, "name", read_mail_name, name),
        FIELD(ex_mail_name_row, "what", ex_read_text_or_null, what),
        FIELD(ex_mail_name_row, "source", ex_read_source, source),
    };
    static const struct ex_table table = { fields, COUNT(fields), sizeof(struct ex_mail_name_row),
                                           EX_ROWS_MAX, order_mail_names };
    size_t n_labels = 0;
    void *at = NULL;
    enum ex_status st = ex_read_table(r, text, &table, &at, &cat->n_mail_names);

    cat->mail_names = at;
    for (size_t i = 0; i < cat->n_mail_names && st == EX_OK; i++) {
        r->row = i + 1;
        r->key = cat->mail_names[i].name;
        if ((cat->mail_names[i].kind == EX_MAIL_LABEL) != (cat->mail_names[i].what[0] == '\0'))
            st = ex_read_bad(r, "what", "names a service, and is null for a label");
        else if (cat->mail_names[i].kind == EX_MAIL_LABEL && ++n_labels > EX_MAIL_LABELS_MAX)
            st = ex_read_bad(r, "kind", "more than %d labels", (int)EX_MAIL_LABELS_MAX);
    }
    return st;
}

struct limit_in {
    const char *id, *text, *source;
};

static int order_limits(const void *before, const void *row)
{
    return strcmp(((const struct limit_in *)before)->id, ((const struct limit_in *)row)->id);
}

enum ex_status ex_rows_limits(struct ex_reader *r, struct ex_span text, struct ex_catalog *cat)
{
    static const struct ex_field fields[] = {
        FIELD(limit_in, "id", ex_read_id, id),
        FIELD(limit_in, "text", ex_read_text, text),
        FIELD(limit_in, "source", ex_read_source, source),
    };
    static const struct ex_table table = { fields, COUNT(fields), sizeof(struct limit_in),
                                           EX_ROWS_MAX, order_limits };
    const struct limit_in *in;
    const char **texts;
    void *at = NULL;
    size_t n = 0;
    const enum ex_status st = ex_read_table(r, text, &table, &at, &n);

    if (st != EX_OK)
        return st;
    texts = ex_arena_alloc(r->arena, n + 1, sizeof(*texts));
    if (!texts)
        return EX_ENOMEM;
    in = at;
    for (size_t i = 0; i < n; i++)
        texts[i] = in[i].text;
    cat->backdoor_limits = texts;
    return EX_OK;
}

/* Only what a rule file needs: whether they are good rules is for YARA to say. */
enum ex_status ex_rows_signatures(struct ex_reader *r, struct ex_span text, struct ex_catalog *cat)
{
    char *copy;
    int line = 1;

    r->row = 0;
    r->key = "";
    if (ex_span_find(text, "rule ") == SIZE_MAX)
        return ex_read_bad(r, NULL, "has no rule");
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\n')
            line++;
        else if (text.p[i] < ' ' || text.p[i] > '~')
            return ex_read_bad(r, NULL, "line %d: not printable ASCII", line);
    }
    copy = ex_arena_alloc(r->arena, text.n + 1, 1);
    if (!copy)
        return EX_ENOMEM;
    memcpy(copy, text.p, text.n);
    cat->signatures = copy;
    return EX_OK;
}
