// SPDX-License-Identifier: MIT
#include "fuzz.h"
#include "logon/script.h"

static const struct ex_path_row paths[] = {
    { .id = "a", .path = "/owa/auth/logoff.aspx", .genuine = true },
};
static const struct ex_origin_row origins[] = {
    { .suffix = "google.com", .collector = false },
    { .suffix = "webhook.site", .collector = true },
};
static const struct ex_catalog catalog = {
    .paths = paths, .n_paths = 1, .origins = origins, .n_origins = 2
};

static struct ex_walk walk;

/* The first byte says what kind of script it is. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct ex_script_task task = {
        .where = { .cat = &catalog, .host = "mail.example.com:443", .folder = "/owa/auth/" },
    };
    struct ex_script_finds a, b;

    if (n == 0 || n > EX_BODY_MAX)
        return 0;
    task.shipped = data[0] & 1;
    task.on_field = data[0] & 2;
    ex_script_look(&walk, &task, (struct ex_span){ data + 1, n - 1 }, &a);
    MUST(walk.tokens.n <= EX_TOKENS_MAX && walk.tokens.n_text <= EX_TEXT_MAX);
    MUST(walk.tokens.n_more <= EX_MORE_MAX && walk.n_frames <= EX_FRAMES_MAX && walk.n_frames > 0);
    MUST(walk.names.n <= EX_LEXICON_MAX / 2);
    for (size_t i = 0; i < walk.tokens.n; i++) {
        const struct ex_token *t = &walk.tokens.at[i];

        MUST(t->at <= walk.tokens.n_text && t->n <= walk.tokens.n_text - t->at);
        MUST(t->source < n);
    }
    MUST(a.excerpt_at < n && a.features < 1 << EX_N_FEATURES);
    MUST(memchr(a.sink, '\0', sizeof(a.sink)) && a.action <= EX_ACTION_FOREIGN);
    MUST(!a.benign == !(a.features >> EX_FEAT_B1 & 1));
    MUST(!a.decoded || a.features);
    MUST(!a.header_names || a.features >> EX_FEAT_H1 & 1);
    MUST((a.action != EX_ACTION_GENUINE) == (a.features >> EX_FEAT_F1 & 1));
    MUST(!a.benign || !(a.features & (1 << EX_FEAT_C1 | 1 << EX_FEAT_S4)));
    ex_script_look(&walk, &task, (struct ex_span){ data + 1, n - 1 }, &b);
    MUST(memcmp(&a, &b, sizeof(a)) == 0);
    return 0;
}
