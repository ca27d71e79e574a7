// SPDX-License-Identifier: MIT
#include "core/put.h"
#include "out/curl_line.h"
#include "out/json_parts.h"
#include "out/signs.h"

/* Nobody may read the absence of a check as a clean bill. */
static const char not_looked[] = "not looked for: this record says nothing about back doors";
static const char not_listed[] = "what cannot be seen from outside is not listed in this knowledge";

enum { LIMITS_SIZE = 4096 };

static json_t *reason(enum ex_bd_reason r)
{
    return r == EX_BDR_NONE ? json_null() : json_string(ex_bd_reason_str(r));
}

static json_t *signatures(const struct ex_hits *hits)
{
    struct ex_json j = ex_json_array();

    for (uint8_t i = 0; i < hits->n; i++) {
        struct ex_json one = ex_json_object();

        ex_json_set(&one, "id", ex_json_text(hits->at[i].id));
        ex_json_set(&one, "title", ex_json_text_or_null(hits->at[i].title));
        ex_json_set(&one, "strength", json_string(ex_strength_str(hits->at[i].strength)));
        ex_json_push(&j, ex_json_done(&one));
    }
    return ex_json_done(&j);
}

static json_t *curl(const struct ex_result *r, const char *path, const char *user_agent)
{
    char line[EX_CURL_LINE_SIZE];

    return ex_json_text_or_null(ex_curl_get(line, r, path, user_agent));
}

/* What is published about the name. */
static void set_row(struct ex_json *j, const struct ex_path_row *row)
{
    ex_json_set(j, "id", ex_json_text(row->id));
    ex_json_set(j, "path", ex_json_text(row->path));
    ex_json_set(j, "folder", ex_json_text(row->folder));
    ex_json_set(j, "extension", ex_json_text(row->extension));
    ex_json_set(j, "tier", json_integer(row->tier));
    ex_json_set(j, "genuine", json_boolean(row->genuine));
    ex_json_set(j, "collision", json_boolean(row->collision));
    ex_json_set(j, "confidence", json_string(ex_if200_str(row->confidence)));
    ex_json_set(j, "family", ex_json_text_or_null(row->family));
    ex_json_set(j, "campaign", ex_json_text_or_null(row->campaign));
    ex_json_set(j, "first_seen", ex_json_text_or_null(row->first_seen));
}

static json_t *candidate(const struct ex_result *r, const struct ex_suspect *s,
                         const char *user_agent)
{
    const char *path = s->exhibit ? s->exhibit->path : s->row->path;
    struct ex_json j = ex_json_object();

    set_row(&j, s->row);
    ex_json_set(&j, "level", json_string(ex_backdoor_str(s->level)));
    ex_json_set(&j, "trace", json_string(ex_trace_str(s->trace)));
    ex_json_set(&j, "repeat", json_string(ex_repeat_str(s->repeat)));
    ex_json_set(&j, "downgraded", json_boolean(s->downgraded));
    ex_json_set(&j, "signatures", signatures(&s->hits));
    ex_json_set(&j, "signatures_failed", json_boolean(s->hits.failed));
    ex_json_set(&j, "front_end", ex_json_text_or_null(s->front_end));
    ex_json_set(&j, "exhibit", ex_json_exhibit(s->exhibit));
    ex_json_set(&j, "curl", curl(r, path, user_agent));
    return ex_json_done(&j);
}

static json_t *candidates(const struct ex_result *r, const char *user_agent)
{
    struct ex_json j = ex_json_array();

    for (uint8_t i = 0; r->backdoor && i < r->backdoor->n_suspects; i++)
        ex_json_push(&j, candidate(r, &r->backdoor->suspects[i], user_agent));
    return ex_json_done(&j);
}

/* Where nothing stands out, one random name answers like any other on any server. */
static bool is_plain(const struct ex_backdoor *b, size_t at)
{
    for (uint8_t i = 0; i < b->n_suspects; i++)
        if (b->suspects[i].folder == at)
            return false;
    return b->folders[at].state == EX_FS_ASSESSED && b->n_more == 0;
}

static json_t *folder(const struct ex_backdoor *b, size_t at)
{
    const struct ex_bd_folder *f = &b->folders[at];
    struct ex_json j = ex_json_object(), baselines = ex_json_array();

    for (size_t i = 0; i < sizeof(f->baseline) / sizeof(f->baseline[0]); i++)
        if (f->baseline[i])
            ex_json_push(&baselines, is_plain(b, at) ? ex_json_exhibit_brief(f->baseline[i])
                                                     : ex_json_exhibit(f->baseline[i]));
    ex_json_set(&j, "folder", ex_json_text(f->folder));
    ex_json_set(&j, "extension", ex_json_text(f->extension));
    ex_json_set(&j, "state", json_string(ex_folder_state_str(f->state)));
    ex_json_set(&j, "names", json_integer(f->n_names));
    ex_json_set(&j, "asked", json_integer(f->n_asked));
    ex_json_set(&j, "guarded", json_boolean(f->guarded));
    ex_json_set(&j, "baselines", ex_json_done(&baselines));
    return ex_json_done(&j);
}

static json_t *calibration(const struct ex_backdoor *b)
{
    struct ex_json j = ex_json_array();

    for (uint8_t i = 0; b && i < b->n_folders; i++)
        ex_json_push(&j, folder(b, i));
    return ex_json_done(&j);
}

static json_t *blocked(const struct ex_backdoor *b)
{
    struct ex_json j;

    if (!b || b->blocked_after == 0)
        return json_null();
    j = ex_json_object();
    ex_json_set(&j, "after", json_integer(b->blocked_after));
    ex_json_set(&j, "by", ex_json_text(b->blocked_by));
    return ex_json_done(&j);
}

static json_t *limits(const struct ex_backdoor *b, const struct ex_catalog *cat)
{
    const char *const *at = cat->backdoor_limits;
    char text[LIMITS_SIZE];
    struct ex_put w = ex_put_of(text, sizeof(text));

    if (!b)
        return json_string(not_looked);
    for (; at && *at; at++) {
        ex_put_str(&w, w.at > text ? " " : "");
        ex_put_str(&w, *at);
    }
    return ex_json_text(text[0] ? text : not_listed);
}

json_t *ex_json_backdoor(const struct ex_result *r, const struct ex_catalog *cat,
                         const char *user_agent)
{
    const struct ex_backdoor *b = r->backdoor;
    struct ex_json j = ex_json_object();
    char summary[EX_SIGNS_SIZE];

    ex_json_set(&j, "state", json_string(ex_backdoor_str(b ? b->state : EX_BD_NOT_ASSESSED)));
    ex_json_set(&j, "reason", reason(b ? b->reason : r->not_hunted));
    ex_json_set(&j, "summary", ex_json_text(ex_signs_backdoor(summary, r)));
    ex_json_set(&j, "tier", b ? json_integer(b->tier) : json_null());
    ex_json_set(&j, "probed", json_integer(b ? b->n_asked : 0));
    ex_json_set(&j, "names", json_integer(b ? b->n_names : 0));
    ex_json_set(&j, "requests", json_integer(b ? b->n_requests : 0));
    ex_json_set(&j, "blocked", blocked(b));
    ex_json_set(&j, "candidates", candidates(r, user_agent));
    ex_json_set(&j, "more", json_integer(b ? b->n_more : 0));
    ex_json_set(&j, "calibration", calibration(b));
    ex_json_set(&j, "limits", limits(b, cat));
    return ex_json_done(&j);
}
