// SPDX-License-Identifier: MIT
#include "core/put.h"
#include "out/curl_line.h"
#include "out/json_parts.h"
#include "out/signs.h"

/* Nobody may read the absence of a check as a clean bill. */
static const char not_looked[] = "not looked for: this record says nothing about back doors";
static const char not_listed[] = "what cannot be seen from outside is not listed in this knowledge";

enum { LIMITS_SIZE = 4096 };

static void signatures(struct ex_json *j, const struct ex_hits *hits)
{
    ex_json_array(j, "signatures");
    for (uint8_t i = 0; i < hits->n; i++) {
        ex_json_object(j, NULL);
        ex_json_text(j, "id", hits->at[i].id);
        ex_json_text_or_null(j, "title", hits->at[i].title);
        ex_json_text(j, "strength", ex_strength_str(hits->at[i].strength));
        ex_json_close(j);
    }
    ex_json_close(j);
}

static void curl(struct ex_json *j, const struct ex_result *r, const char *path,
                 const char *user_agent)
{
    char line[EX_CURL_LINE_SIZE];

    ex_json_text_or_null(j, "curl", ex_curl_get(line, r, path, user_agent));
}

/* What is published about the name. */
static void published(struct ex_json *j, const struct ex_path_row *row)
{
    ex_json_text(j, "id", row->id);
    ex_json_text(j, "path", row->path);
    ex_json_text(j, "folder", row->folder);
    ex_json_text(j, "extension", row->extension);
    ex_json_int(j, "tier", row->tier);
    ex_json_bool(j, "genuine", row->genuine);
    ex_json_bool(j, "collision", row->collision);
    ex_json_text(j, "confidence", ex_if200_str(row->confidence));
    ex_json_text_or_null(j, "family", row->family);
    ex_json_text_or_null(j, "campaign", row->campaign);
    ex_json_text_or_null(j, "first_seen", row->first_seen);
}

static void candidate(struct ex_json *j, const struct ex_result *r, const struct ex_suspect *s,
                      const char *user_agent)
{
    const char *path = s->exhibit ? s->exhibit->path : s->row->path;

    ex_json_object(j, NULL);
    published(j, s->row);
    ex_json_text(j, "level", ex_backdoor_str(s->level));
    ex_json_text(j, "trace", ex_trace_str(s->trace));
    ex_json_text(j, "repeat", ex_repeat_str(s->repeat));
    ex_json_bool(j, "downgraded", s->downgraded);
    signatures(j, &s->hits);
    ex_json_bool(j, "signatures_failed", s->hits.failed);
    ex_json_text_or_null(j, "front_end", s->front_end);
    ex_json_exhibit(j, "exhibit", s->exhibit);
    curl(j, r, path, user_agent);
    ex_json_close(j);
}

static void candidates(struct ex_json *j, const struct ex_result *r, const char *user_agent)
{
    ex_json_array(j, "candidates");
    for (uint8_t i = 0; r->backdoor && i < r->backdoor->n_suspects; i++)
        candidate(j, r, &r->backdoor->suspects[i], user_agent);
    ex_json_close(j);
}

/* Where nothing stands out, one random name answers like any other on any server. */
static bool is_plain(const struct ex_backdoor *b, size_t at)
{
    for (uint8_t i = 0; i < b->n_suspects; i++)
        if (b->suspects[i].folder == at)
            return false;
    return b->folders[at].state == EX_FS_ASSESSED && b->n_more == 0;
}

static void baselines(struct ex_json *j, const struct ex_backdoor *b, size_t at)
{
    const struct ex_bd_folder *f = &b->folders[at];

    ex_json_array(j, "baselines");
    for (size_t i = 0; i < sizeof(f->baseline) / sizeof(f->baseline[0]); i++) {
        if (f->baseline[i] && is_plain(b, at))
            ex_json_exhibit_brief(j, NULL, f->baseline[i]);
        else if (f->baseline[i])
            ex_json_exhibit(j, NULL, f->baseline[i]);
    }
    ex_json_close(j);
}

static void folder(struct ex_json *j, const struct ex_backdoor *b, size_t at)
{
    const struct ex_bd_folder *f = &b->folders[at];

    ex_json_object(j, NULL);
    ex_json_text(j, "folder", f->folder);
    ex_json_text(j, "extension", f->extension);
    ex_json_text(j, "state", ex_folder_state_str(f->state));
    ex_json_int(j, "names", f->n_names);
    ex_json_int(j, "asked", f->n_asked);
    ex_json_bool(j, "guarded", f->guarded);
    baselines(j, b, at);
    ex_json_close(j);
}

static void calibration(struct ex_json *j, const struct ex_backdoor *b)
{
    ex_json_array(j, "calibration");
    for (uint8_t i = 0; b && i < b->n_folders; i++)
        folder(j, b, i);
    ex_json_close(j);
}

static void blocked(struct ex_json *j, const struct ex_backdoor *b)
{
    if (!b || b->blocked_after == 0) {
        ex_json_null(j, "blocked");
        return;
    }
    ex_json_object(j, "blocked");
    ex_json_int(j, "after", b->blocked_after);
    ex_json_text(j, "by", b->blocked_by);
    ex_json_close(j);
}

static void limits(struct ex_json *j, const struct ex_backdoor *b, const struct ex_catalog *cat)
{
    const char *const *at = cat->backdoor_limits;
    char text[LIMITS_SIZE];
    struct ex_put w = ex_put_of(text, sizeof(text));

    for (; b && at && *at; at++) {
        ex_put_str(&w, w.at > text ? " " : "");
        ex_put_str(&w, *at);
    }
    ex_json_text(j, "limits", !b ? not_looked : text[0] ? text : not_listed);
}

void ex_json_backdoor(struct ex_json *j, const struct ex_result *r, const struct ex_catalog *cat,
                      const char *user_agent)
{
    const struct ex_backdoor *b = r->backdoor;
    const enum ex_bd_reason reason = b ? b->reason : r->not_hunted;
    char summary[EX_SIGNS_SIZE];

    ex_json_object(j, "backdoor");
    ex_json_text(j, "state", ex_backdoor_str(b ? b->state : EX_BD_NOT_ASSESSED));
    ex_json_text(j, "reason", reason == EX_BDR_NONE ? NULL : ex_bd_reason_str(reason));
    ex_json_text(j, "summary", ex_signs_backdoor(summary, r));
    ex_json_int_if(j, "tier", b != NULL, b ? b->tier : 0);
    ex_json_int(j, "probed", b ? b->n_asked : 0);
    ex_json_int(j, "names", b ? b->n_names : 0);
    ex_json_int(j, "requests", b ? b->n_requests : 0);
    blocked(j, b);
    candidates(j, r, user_agent);
    ex_json_int(j, "more", b ? b->n_more : 0);
    calibration(j, b);
    limits(j, b, cat);
    ex_json_close(j);
}
