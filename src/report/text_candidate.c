// SPDX-License-Identifier: MIT
#include <string.h>

#include "core/put.h"
#include "report/text_parts.h"

enum { LINE_SIZE = 2048, SECONDS = 19, EXCERPT_MAX = 200, SIGNATURES_MAX = 6 };

static bool same(const json_t *a, const json_t *b, const char *key)
{
    return strcmp(ex_json_str(a, key), ex_json_str(b, key)) == 0;
}

/* The candidate whose answer is this piece of evidence. */
static const json_t *find_candidate(const json_t *backdoor, const char *url)
{
    const json_t *all = json_object_get(backdoor, "candidates");

    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *one = json_array_get(all, i);
        const char *sent = ex_json_str(json_object_get(one, "exhibit"), "url");

        if (strcmp(sent[0] ? sent : ex_json_str(one, "path"), url) == 0)
            return one;
    }
    return NULL;
}

static void put_time(struct ex_put *w, const char *time)
{
    for (size_t i = 0; i < SECONDS && time[i]; i++)
        ex_put_ch(w, time[i] == 'T' ? ' ' : time[i]);
    ex_put_str(w, time[0] ? " UTC" : "unknown time");
}

/* "200 from /owa/auth/x.aspx at 2026-11-23 07:41:01 UTC by EX01: <pre>..." */
static void say_answer(const struct ex_text *t, const json_t *candidate, const char *url)
{
    const json_t *e = json_object_get(candidate, "exhibit");
    const char *front_end = ex_json_str(candidate, "front_end");
    const char *excerpt = ex_json_str(e, "excerpt");
    char line[LINE_SIZE], text[EXCERPT_MAX];
    struct ex_put w = ex_put_of(line, sizeof(line));
    bool cut;

    if (json_is_object(e)) {
        ex_put_dec(&w, ex_json_u64(e, "status"));
        ex_put_str(&w, " from ");
    }
    ex_put_str(&w, url);
    if (json_is_object(e)) {
        ex_put_str(&w, " at ");
        put_time(&w, ex_json_str(e, "time"));
    }
    ex_put_str(&w, front_end[0] ? " by " : "");
    ex_put_str(&w, front_end);
    ex_put_str(&w, excerpt[0] ? ": " : "");
    cut = !ex_span_copy(text, sizeof(text), ex_span_str(excerpt));
    ex_put_str(&w, text);
    ex_put_str(&w, cut ? " ..." : "");
    ex_text_detail(t, "seen", line);
}

static void say_body(const struct ex_text *t, const json_t *e)
{
    char line[LINE_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));

    if (!json_is_object(e))
        return;
    ex_put_str(&w, json_is_true(json_object_get(e, "cut")) ? "the first " : "");
    ex_put_dec(&w, ex_json_u64(e, "bytes"));
    ex_put_str(&w, " bytes, SHA-256 ");
    ex_put_str(&w, ex_json_str(e, "sha256"));
    ex_text_detail(t, "", line);
}

static void say_signatures(const struct ex_text *t, const json_t *candidate)
{
    const json_t *all = json_object_get(candidate, "signatures");

    for (size_t i = 0; i < json_array_size(all) && i < SIGNATURES_MAX; i++) {
        const json_t *one = json_array_get(all, i);
        const char *title = ex_json_str(one, "title");
        char line[LINE_SIZE];
        struct ex_put w = ex_put_of(line, sizeof(line));

        ex_put_str(&w, "signature ");
        ex_put_str(&w, ex_json_str(one, "id"));
        ex_put_str(&w, " (");
        ex_put_str(&w, ex_json_str(one, "strength"));
        ex_put_ch(&w, ')');
        ex_put_str(&w, title[0] ? ": " : "");
        ex_put_str(&w, title);
        ex_text_detail(t, "", line);
    }
    if (json_is_true(json_object_get(candidate, "signatures_failed")))
        ex_text_detail(t, "", "the signatures could not be run to their end");
}

/* "302 (/owa/auth/errorFE.aspx?httpCode=404)": where a redirect leads tells more than that it is
 * one. */
static void put_baseline(struct ex_put *w, const json_t *e)
{
    const json_t *headers = json_object_get(e, "headers");

    ex_put_dec(w, ex_json_u64(e, "status"));
    for (size_t i = 0; i < json_array_size(headers); i++) {
        const json_t *pair = json_array_get(headers, i);
        const char *name = json_string_value(json_array_get(pair, 0));
        const char *value = json_string_value(json_array_get(pair, 1));

        if (!name || !value || !ex_span_eq_nocase(ex_span_str(name), "location"))
            continue;
        ex_put_str(w, " (");
        ex_put_str(w, value);
        ex_put_ch(w, ')');
        return;
    }
}

/* The two of them once, when they agree in what is told here. */
static void put_answers(struct ex_put *w, const json_t *baselines)
{
    char text[2][LINE_SIZE / 4] = { "", "" };

    for (size_t i = 0; i < json_array_size(baselines) && i < 2; i++) {
        struct ex_put one = ex_put_of(text[i], sizeof(text[i]));

        put_baseline(&one, json_array_get(baselines, i));
    }
    ex_put_str(w, text[0][0] ? text[0] : "no answer");
    if (!text[1][0] || strcmp(text[0], text[1]) == 0)
        return;
    ex_put_str(w, ", ");
    ex_put_str(w, text[1]);
}

/* "random names there: 404; " */
static void put_baselines(struct ex_put *w, const json_t *backdoor, const json_t *candidate)
{
    const json_t *all = json_object_get(backdoor, "calibration");

    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *folder = json_array_get(all, i);
        const char *state = ex_json_str(folder, "state");

        if (!same(folder, candidate, "folder") || !same(folder, candidate, "extension"))
            continue;
        ex_put_str(w, "random names there: ");
        put_answers(w, json_object_get(folder, "baselines"));
        if (strcmp(state, ex_folder_state_str(EX_FS_ASSESSED)) != 0) {
            ex_put_str(w, ", which makes it ");
            ex_put_str(w, state);
        }
        if (json_is_true(json_object_get(folder, "guarded")))
            ex_put_str(w, "; so many names answer there that each says little");
        ex_put_str(w, "; ");
        return;
    }
}

static void say_comparison(const struct ex_text *t, const json_t *backdoor, const json_t *candidate)
{
    static const struct {
        const char *word, *text;
    } repeats[] = {
        { "not-done", "asked once only" },
        { "not-needed", "no second look was needed" },
        { "same", "the same answer again on a new connection" },
        { "different", "another answer at the second look" },
    };
    const char *repeat = ex_json_str(candidate, "repeat");
    char line[LINE_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));

    put_baselines(&w, backdoor, candidate);
    for (size_t i = 0; i < sizeof(repeats) / sizeof(repeats[0]); i++)
        if (strcmp(repeats[i].word, repeat) == 0)
            repeat = repeats[i].text;
    ex_put_str(&w, repeat);
    ex_text_detail(t, "", line);
}

static void say_known(const struct ex_text *t, const json_t *candidate)
{
    static const char *const keys[] = { "family", "campaign", "first_seen" };
    char line[LINE_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));
    const char *start;

    ex_put_str(&w, "the name is published: ");
    start = w.at;
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        const char *text = ex_json_str(candidate, keys[i]);

        if (strcmp(text, "unknown") == 0)
            continue;
        ex_put_str(&w, text[0] && w.at > start ? ", " : "");
        ex_put_str(&w, text);
    }
    if (w.at == start)
        return;
    if (json_is_true(json_object_get(candidate, "collision")))
        ex_put_str(&w, "; legitimate software uses it, too");
    ex_text_detail(t, "", line);
}

bool ex_text_candidate(const struct ex_text *t, const json_t *record, const json_t *evidence)
{
    const json_t *backdoor = json_object_get(record, "backdoor");
    const char *url = ex_json_str(evidence, "url");
    const json_t *candidate = find_candidate(backdoor, url);

    if (!candidate)
        return false;
    say_answer(t, candidate, url);
    say_body(t, json_object_get(candidate, "exhibit"));
    say_signatures(t, candidate);
    say_comparison(t, backdoor, candidate);
    say_known(t, candidate);
    return true;
}
