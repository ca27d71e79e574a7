// SPDX-License-Identifier: MIT
#include "report/row.h"

#include <stdlib.h>

#include "core/put.h"
#include "out/utf8.h"

/* Bytes kept of each text. What exprobe itself writes is shorter. */
enum {
    TARGET_BYTES =
        2056, /* no two targets or clients become one: all that a line can have, escaped */
    ADDRESS_BYTES = 64,
    DETAIL_BYTES = 160,
    TIME_BYTES = 40,
    VERSION_BYTES = 64,
    BUILD_BYTES = 48,
    DEVICE_BYTES = 80,
    DAY_BYTES = 24,
    HASH_BYTES = EX_SHA256_TEXT,
    CLIENT_BYTES = 2056,
    TAGS_BYTES = 512,
    ALL_BYTES = TARGET_BYTES + ADDRESS_BYTES + DETAIL_BYTES + TIME_BYTES + VERSION_BYTES +
                BUILD_BYTES + DEVICE_BYTES + DAY_BYTES + HASH_BYTES + CLIENT_BYTES + TAGS_BYTES,
};

static const char client_tag[] = "client";

/* The index of a word in a closed list whose words come from text(0), text(1), ...; -1 for no
 * word of it. */
#define WORD_INDEX_FN(name, type, text)                                                            \
    static int name(const char *word)                                                              \
    {                                                                                              \
        for (int i = 0; text((type)i)[0]; i++)                                                     \
            if (strcmp(text((type)i), word) == 0)                                                  \
                return i;                                                                          \
        return -1;                                                                                 \
    }

WORD_INDEX_FN(state_index, enum ex_state, ex_state_str)
WORD_INDEX_FN(severity_index, enum ex_severity, ex_severity_str)
WORD_INDEX_FN(presence_index, enum ex_presence, ex_presence_str)
WORD_INDEX_FN(precision_index, enum ex_precision, ex_precision_str)
WORD_INDEX_FN(patch_index, enum ex_patch_state, ex_patch_str)
WORD_INDEX_FN(support_index, enum ex_support_state, ex_support_str)
WORD_INDEX_FN(backdoor_index, enum ex_backdoor_state, ex_backdoor_str)
WORD_INDEX_FN(logon_index, enum ex_logon_state, ex_logon_str)

enum ex_severity ex_row_severity(const char *word)
{
    const int i = severity_index(word);

    return i < 0 ? EX_SEV_NONE : (enum ex_severity)i;
}

/* The texts of a row, one after the other. */
struct pack {
    char bytes[ALL_BYTES];
    size_t used;
};

/* Add a text, made safe and cut to @max bytes with its NUL; returns where it is. */
static size_t pack_text(struct pack *p, const char *text, size_t max)
{
    const size_t at = p->used;

    p->used += ex_utf8_visible(p->bytes + at, max, ex_span_str(text)) + 1;
    return at;
}

/* "2019 CU15 Feb26SU" */
static size_t pack_version(struct pack *p, const json_t *exchange)
{
    static const char *const keys[] = { "generation", "cu", "update" };
    char text[VERSION_BYTES];
    struct ex_put w = ex_put_of(text, sizeof(text));

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const char *part = ex_json_str(exchange, keys[i]);

        if (part[0] && w.at > text)
            ex_put_ch(&w, ' ');
        ex_put_str(&w, part);
    }
    return pack_text(p, text, VERSION_BYTES);
}

/* The exact build, or what the first and the last possible one have in common: "15.2.1748.x". */
static size_t pack_build(struct pack *p, const json_t *build)
{
    const char *min = ex_json_str(build, "min"), *max = ex_json_str(build, "max");
    const char *exact = ex_json_str(build, "exact");
    char text[BUILD_BYTES] = "";
    size_t same = 0;

    if (exact[0] || !min[0] || !max[0])
        return pack_text(p, exact, BUILD_BYTES);
    for (size_t i = 0; min[i] && min[i] == max[i] && i < sizeof(text) - 2; i++)
        if (min[i] == '.')
            same = i + 1;
    if (strcmp(min, max) == 0 && strlen(min) < sizeof(text) - 2) {
        ex_span_copy(text, sizeof(text), ex_span_str(min));
        same = strlen(min);
        text[same++] = '.';
    } else {
        memcpy(text, min, same);
    }
    text[same] = 'x';
    text[same + 1] = '\0';
    return pack_text(p, same ? text : "", BUILD_BYTES);
}

static size_t pack_target(struct pack *p, const char *target)
{
    static const char port[] = ":443";
    const size_t n = strlen(target), cut = sizeof(port) - 1;
    const size_t at = pack_text(p, target, TARGET_BYTES);

    if (n < TARGET_BYTES && n > cut && strcmp(target + n - cut, port) == 0 &&
        p->used - at == n + 1) {
        p->used -= cut;
        p->bytes[p->used - 1] = '\0';
    }
    return at;
}

/* "site=berlin owner=x": all tags but that of the client. */
static size_t pack_tags(struct pack *p, const json_t *tags)
{
    char text[TAGS_BYTES];
    struct ex_put w = ex_put_of(text, sizeof(text));
    const char *key;
    json_t *value;

    json_object_foreach ((json_t *)tags, key, value) {
        if (strcmp(key, client_tag) == 0 || !json_is_string(value))
            continue;
        ex_put_str(&w, w.at > text ? " " : "");
        ex_put_str(&w, key);
        ex_put_ch(&w, '=');
        ex_put_str(&w, json_string_value(value));
    }
    return pack_text(p, text, TAGS_BYTES);
}

static bool has_word(const json_t *list, const char *word)
{
    const char *text;

    for (size_t i = 0; i < json_array_size(list) && i < EX_N_NOTES; i++)
        if ((text = json_string_value(json_array_get(list, i))) && strcmp(text, word) == 0)
            return true;
    return false;
}

static uint32_t size_of(const json_t *object, const char *key)
{
    const size_t n = json_array_size(json_object_get(object, key));

    return n > EX_CVES_MAX ? EX_CVES_MAX : (uint32_t)n;
}

/* How many of the list @key are in the list of exploited ones. */
static uint32_t exploited(const json_t *patch, const char *key)
{
    const json_t *list = json_object_get(patch, key), *kev = json_object_get(patch, "kev");
    uint32_t n = 0;

    for (uint32_t i = 0; i < size_of(patch, "kev"); i++) {
        const char *id = json_string_value(json_array_get(kev, i));

        for (uint32_t k = 0; id && k < size_of(patch, key); k++) {
            const char *other = json_string_value(json_array_get(list, k));

            if (other && strcmp(id, other) == 0) {
                n++;
                break;
            }
        }
    }
    return n;
}

/* @row has its state already: of a host that did not answer, "no" and "maybe" only mean that
 * nothing was seen. */
static void read_exchange(struct ex_row *row, const json_t *exchange)
{
    const json_t *notes = json_object_get(exchange, "notes");
    const json_t *build = json_object_get(exchange, "build");
    const int present = presence_index(ex_json_str(exchange, "present"));
    const int precision = precision_index(ex_json_str(build, "precision"));
    const size_t n = json_array_size(json_object_get(build, "candidates"));

    row->present_known = present == EX_PRESENT_YES || present == EX_PRESENT_ONLINE ||
                         (present >= 0 && row->state == EX_STATE_ANSWERED);
    row->present = present >= 0 ? (enum ex_presence)present : EX_PRESENT_NO;
    row->precision = precision >= 0 ? (enum ex_precision)precision : EX_PREC_NONE;
    row->n_candidates = n > EX_CANDIDATES_MAX ? EX_CANDIDATES_MAX : (uint32_t)n;
    row->mixed = has_word(notes, ex_note_str(EX_NOTE_MIXED_BUILDS));
    row->unlisted = has_word(notes, ex_note_str(EX_NOTE_UNLISTED_BUILD));
    row->simulator = has_word(notes, ex_note_str(EX_NOTE_SIMULATOR_SUSPECTED));
}

static void read_verdict(struct ex_row *row, const json_t *patch, const json_t *support)
{
    const int state = patch_index(ex_json_str(patch, "state"));
    const int supported = support_index(ex_json_str(support, "state"));

    row->patch = state >= 0 ? (enum ex_patch_state)state : EX_PATCH_NOT_APPLICABLE;
    row->n_missing = size_of(patch, "missing");
    row->n_presumed = size_of(patch, "presumed");
    row->n_possible = size_of(patch, "possible");
    row->n_unassessed = size_of(patch, "unassessed");
    row->n_kev = row->patch == EX_PATCH_UNDETERMINED
                     ? exploited(patch, "possible")
                     : exploited(patch, "missing") + exploited(patch, "presumed");
    row->support = supported >= 0 ? (enum ex_support_state)supported : EX_SUPPORT_UNKNOWN;
    row->esu_active = strcmp(ex_json_str(support, "esu"), ex_esu_str(EX_ESU_ACTIVE)) == 0;
    row->cu_too_old = json_is_false(json_object_get(support, "cu_serviced"));
}

/* The first reason, none, is an empty word. */
static enum ex_bd_reason reason_of(const char *word)
{
    for (int i = EX_BDR_NONE + 1; ex_bd_reason_str((enum ex_bd_reason)i)[0]; i++)
        if (strcmp(ex_bd_reason_str((enum ex_bd_reason)i), word) == 0)
            return (enum ex_bd_reason)i;
    return EX_BDR_NONE;
}

/* A count that no scan exceeds. */
static uint32_t small(const json_t *object, const char *key)
{
    const uint64_t n = ex_json_u64(object, key);

    return n > UINT16_MAX ? UINT16_MAX : (uint32_t)n;
}

/* Records of a version that did not look have "not-assessed" without a reason. */
static void read_signs(struct ex_row *row, const json_t *backdoor, const json_t *logon)
{
    const int state = backdoor_index(ex_json_str(backdoor, "state"));
    const int page = logon_index(ex_json_str(logon, "state"));

    row->backdoor = state >= 0 ? (enum ex_backdoor_state)state : EX_BD_NOT_ASSESSED;
    row->reason = reason_of(ex_json_str(backdoor, "reason"));
    row->logon = page >= 0 ? (enum ex_logon_state)page : EX_LP_NOT_ASSESSED;
    row->n_probed = small(backdoor, "probed");
    row->tier = small(backdoor, "tier");
    row->hunted = row->backdoor != EX_BD_NOT_ASSESSED || row->logon != EX_LP_NOT_ASSESSED ||
                  (row->reason != EX_BDR_NONE && row->reason != EX_BDR_SWITCHED_OFF &&
                   row->reason != EX_BDR_NOT_EXCHANGE);
}

enum ex_status ex_row_read(struct ex_row *row, const struct ex_record *rec)
{
    const json_t *exchange = json_object_get(rec->json, "exchange");
    const json_t *support = json_object_get(rec->json, "support");
    const int state = state_index(ex_json_str(rec->json, "state"));
    struct pack p = { .used = 0 };
    const size_t target = pack_target(&p, ex_json_str(rec->json, "target"));
    const size_t address = pack_text(&p, ex_json_str(rec->json, "address"), ADDRESS_BYTES);
    const size_t detail = pack_text(&p, ex_json_str(rec->json, "detail"), DETAIL_BYTES);
    const size_t started = pack_text(&p, ex_json_str(rec->json, "started"), TIME_BYTES);
    const size_t version = pack_version(&p, exchange);
    const size_t build = pack_build(&p, json_object_get(exchange, "build"));
    const size_t device = pack_text(&p, ex_json_str(exchange, "device"), DEVICE_BYTES);
    const json_t *logon = json_object_get(rec->json, "logon_page");
    const size_t page_hash = pack_text(&p, ex_json_str(logon, "hash"), HASH_BYTES);
    const json_t *tags = json_object_get(rec->json, "tags");
    const size_t client = pack_text(&p, ex_json_str(tags, client_tag), CLIENT_BYTES);
    const size_t others = pack_tags(&p, tags);
    const size_t ended_on = pack_text(&p, ex_json_str(support, "product_end"), DAY_BYTES);

    *row = (struct ex_row){ .text = malloc(p.used),
                            .run = rec->run,
                            .place = { rec->file_index, rec->offset, rec->n } };
    if (!row->text)
        return EX_ENOMEM;
    memcpy(row->text, p.bytes, p.used);
    row->target = row->text + target;
    row->address = row->text + address;
    row->detail = row->text + detail;
    row->started = row->text + started;
    row->version = row->text + version;
    row->build = row->text + build;
    row->device = row->text + device;
    row->ended_on = row->text + ended_on;
    row->page_hash = row->text + page_hash;
    row->client = row->text + client;
    row->tags = row->text + others;
    row->findings_listed = json_is_array(json_object_get(rec->json, "findings"));
    row->tls_seen = ex_json_str(json_object_get(rec->json, "tls"), "version")[0];
    row->certificate_seen =
        json_is_object(json_object_get(json_object_get(rec->json, "tls"), "certificate"));
    row->auth_seen =
        json_is_object(json_object_get(json_object_get(rec->json, "auth"), "certificate"));
    row->state = state >= 0 ? (enum ex_state)state : EX_STATE_INTERNAL_ERROR;
    row->severity = ex_row_severity(ex_json_str(rec->json, "severity"));
    read_exchange(row, exchange);
    read_verdict(row, json_object_get(rec->json, "patch"), support);
    read_signs(row, json_object_get(rec->json, "backdoor"), logon);
    return EX_OK;
}

static enum ex_status read_finding(struct ex_row_finding *f, const json_t *json,
                                   struct ex_pool *pool)
{
    ex_utf8_visible(f->id, sizeof(f->id), ex_span_str(ex_json_str(json, "id")));
    f->rule = ex_pool_text(pool, ex_json_str(json, "rule"));
    f->subject = ex_pool_text(pool, ex_json_str(json, "subject"));
    f->title = ex_pool_text(pool, ex_json_str(json, "title"));
    f->severity = ex_row_severity(ex_json_str(json, "severity"));
    return f->rule && f->subject && f->title ? EX_OK : EX_ENOMEM;
}

static enum ex_status read_suspects(struct ex_row *row, const json_t *backdoor,
                                    struct ex_pool *pool)
{
    const json_t *all = json_object_get(backdoor, "candidates");
    const size_t n = json_array_size(all);

    row->more_suspects = ex_json_u64(backdoor, "more") > 0 || n > EX_ROW_SUSPECTS_MAX;
    if (n == 0)
        return EX_OK;
    row->suspects = calloc(n > EX_ROW_SUSPECTS_MAX ? EX_ROW_SUSPECTS_MAX : n, sizeof(char *));
    if (!row->suspects)
        return EX_ENOMEM;
    for (size_t i = 0; i < n && i < EX_ROW_SUSPECTS_MAX; i++) {
        const char *path = ex_pool_text(pool, ex_json_str(json_array_get(all, i), "path"));

        if (!path)
            return EX_ENOMEM;
        row->suspects[row->n_suspects++] = path;
    }
    return EX_OK;
}

enum ex_status ex_row_read_findings(struct ex_row *row, const struct ex_record *rec,
                                    struct ex_accepted *accepted, struct ex_pool *pool)
{
    const json_t *all = json_object_get(rec->json, "findings");
    const char *target = ex_json_str(rec->json, "target");
    const size_t n = json_array_size(all);
    enum ex_severity open = EX_SEV_NONE;
    enum ex_status st = EX_OK;

    row->n_findings = n > EX_ROW_FINDINGS_MAX ? EX_ROW_FINDINGS_MAX : n;
    row->findings = row->n_findings ? calloc(row->n_findings, sizeof(*row->findings)) : NULL;
    if (row->n_findings && !row->findings)
        return EX_ENOMEM;
    for (size_t i = 0; i < row->n_findings && st == EX_OK; i++) {
        struct ex_row_finding *f = &row->findings[i];

        st = read_finding(f, json_array_get(all, i), pool);
        if (st == EX_OK && accepted)
            f->accepted = ex_accepted_find(accepted, f->rule, f->id, target);
        row->n_accepted += f->accepted != NULL;
        if (!f->accepted && f->severity > open)
            open = f->severity;
    }
    if (row->n_accepted > 0)
        row->severity = open;
    return st == EX_OK ? read_suspects(row, json_object_get(rec->json, "backdoor"), pool) : st;
}

char *ex_row_limits(const struct ex_record *rec)
{
    const json_t *backdoor = json_object_get(rec->json, "backdoor");
    const char *limits = ex_json_str(backdoor, "limits");
    char *text;

    /* Where nothing was asked, they only say so. */
    if (!limits[0] || !json_is_integer(json_object_get(backdoor, "tier")))
        return NULL;
    text = malloc(EX_ROW_LIMITS_BYTES);
    if (text)
        ex_utf8_visible(text, EX_ROW_LIMITS_BYTES, ex_span_str(limits));
    return text;
}
