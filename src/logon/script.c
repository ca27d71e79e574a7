// SPDX-License-Identifier: MIT
#include "logon/script.h"

#include "logon/walk.h"

#define F(x) (1 << EX_FEAT_##x)

/* What only means something together with something else of the same script. */
static void conclude(struct ex_walk *w)
{
    struct ex_script_finds *out = w->out;

    if ((w->saw & EX_SAW_FIELD_PASSED) && (w->saw & EX_SAW_PARAM_VALUE))
        ex_walk_feature(w, EX_FEAT_C1, w->tokens.n);
    if ((w->saw & EX_SAW_READER) && (w->saw & EX_SAW_NAMED))
        ex_walk_feature(w, EX_FEAT_C1, w->tokens.n);
    if ((out->features & F(C1)) && (out->features & F(F2)) && (w->saw & EX_SAW_SUBMIT))
        ex_walk_feature(w, EX_FEAT_S2, w->tokens.n);
    if ((w->saw & EX_SAW_CREATED) && (w->saw & EX_SAW_BUILT_SOURCE))
        ex_walk_feature(w, EX_FEAT_S2, w->tokens.n);
    else if ((w->saw & EX_SAW_LOADER) && (w->saw & EX_SAW_BUILT_SOURCE))
        out->features |= F(S2);
    if (w->saw & EX_SAW_LOGON_HOOK)
        ex_walk_feature(w, EX_FEAT_M1, w->tokens.n);
    if (w->tokens.encoded)
        ex_walk_feature(w, EX_FEAT_O1, w->tokens.n);
    out->full |= w->tokens.full || w->names.full;
}

static void pass(struct ex_walk *w, struct ex_span text, uint32_t source)
{
    ex_tokens_read(&w->tokens, text, source);
    ex_tokens_fold(&w->tokens, &w->names);
    ex_walk_visit(w);
}

/* Pieces of code in literals of the script itself: theirs are not looked at. */
static size_t n_more(const struct ex_walk *w)
{
    return w->tokens.plain ? 0 : w->n_more;
}

/* One look. @plain: literals as they are written, nothing put together. */
static void look(struct ex_walk *w, const struct ex_script_task *task, struct ex_span script,
                 bool plain, struct ex_script_finds *out)
{
    *out = (struct ex_script_finds){ 0 };
    w->tokens.n = w->tokens.n_text = w->tokens.n_more = 0;
    w->tokens.plain = plain;
    w->tokens.full = w->tokens.changed = w->tokens.encoded = false;
    ex_lexicon_clear(&w->names);
    w->task = task;
    w->out = out;
    w->script = script;
    w->saw = 0;
    w->n_hex = 0;
    w->fresh = false;
    pass(w, script, 0);
    w->n_more = w->tokens.n_more;
    ex_walk_sent(w);
    for (size_t i = 0; i < n_more(w); i++) {
        const struct ex_more m = w->tokens.more[i];

        pass(w, (struct ex_span){ w->tokens.text + m.at, m.n }, m.source);
        ex_walk_sent(w);
    }
    if (n_more(w)) /* once more, with what was learned from the code in its literals */
        pass(w, script, 0);
    conclude(w);
    ex_walk_sent(w);
}

void ex_script_look(struct ex_walk *w, const struct ex_script_task *task, struct ex_span script,
                    struct ex_script_finds *out)
{
    struct ex_script_finds plain;

    look(w, task, script, false, out);
    if ((!w->tokens.changed && !w->n_more) || !out->features)
        return;
    look(w, task, script, true, &plain);
    out->decoded = (out->features & ~plain.features) != 0;
}
