// SPDX-License-Identifier: MIT
#include <string.h>

#include "report/text_parts.h"

enum { TARGETS_MAX = 100, LINE_SIZE = 1024, INDENT = 2, INNER = 4 };

static enum ex_paint paint_of(const struct ex_changed_finding *f)
{
    return f->change == EX_CHANGE_FIXED || f->change == EX_CHANGE_BETTER ? EX_PAINT_GOOD
           : f->change == EX_CHANGE_NOT_SEEN                             ? EX_PAINT_UNSEEN
                                                                         : ex_paint_of(f->severity);
}

/* "new, critical: title; open since 2026-11-01; because ..." */
static void say_finding(const struct ex_text *t, const struct ex_changed_finding *f)
{
    char line[LINE_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));

    ex_paper_blanks(&t->paper, INNER);
    ex_paper_paint(&t->paper, paint_of(f), ex_change_words(f->change));
    ex_put_str(&w, ", ");
    ex_put_str(&w, ex_severity_str(f->severity));
    ex_put_str(&w, ": ");
    ex_put_str(&w, f->title[0] ? f->title : f->rule);
    if (f->since[0] && f->change != EX_CHANGE_NEW) {
        ex_put_str(&w, f->change == EX_CHANGE_FIXED ? "; was open since " : "; open since ");
        ex_put_str(&w, f->since);
    }
    ex_put_str(&w, f->why[0] ? "; why: " : "");
    ex_put_str(&w, f->why);
    if (f->accepted) {
        ex_put_str(&w, "; accepted by ");
        ex_put_str(&w, f->accepted->by);
        ex_put_str(&w, ": ");
        ex_put_str(&w, f->accepted->reason);
    }
    ex_paper_wrap(&t->paper, INNER + strlen(ex_change_words(f->change)), INNER + 2, line);
}

static void say_target(const struct ex_text *t, const struct ex_changed_target *target)
{
    char line[LINE_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));

    ex_put_str(&w, target->target);
    if (target->fate != EX_FATE_SAME) {
        ex_put_str(&w, ": ");
        ex_put_str(&w, ex_fate_words(target->fate));
    }
    if (target->detail[0]) {
        ex_put_str(&w, ", ");
        ex_put_str(&w, target->detail);
    }
    if (target->fate != EX_FATE_SAME && target->last_seen[0]) {
        ex_put_str(&w, ", last examined on ");
        ex_put_str(&w, target->last_seen);
    }
    if (target->build_changed) {
        ex_put_str(&w, "; build ");
        ex_put_str(&w, target->build);
        ex_put_str(&w, ", before it was ");
        ex_put_str(&w, target->build_before);
    }
    ex_put_str(&w, !target->page_changed ? ""
                   : target->build_unsure
                       ? "; the logon page changed; whether the build did is not known"
                       : "; the logon page changed though the build did not");
    ex_paper_blanks(&t->paper, INDENT);
    ex_paper_wrap(&t->paper, INDENT, INNER, line);
    for (size_t i = 0; i < target->n_findings; i++)
        if (target->findings[i].change != EX_CHANGE_STILL_OPEN)
            say_finding(t, &target->findings[i]);
}

static void say_counts(const struct ex_text *t, const struct ex_changes *c)
{
    char line[LINE_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));

    for (int i = 0; i < EX_N_CHANGES; i++)
        ex_text_put_count(&w, line, c->changes[i], ex_change_words((enum ex_change)i));
    ex_text_say_items(t, "Findings", line[0] ? line : "none");
    w = ex_put_of(line, sizeof(line));
    for (int i = 0; i < EX_N_FATES; i++)
        ex_text_put_count(&w, line, c->fates[i], ex_fate_words((enum ex_fate)i));
    ex_text_put_count(&w, line, c->builds_changed, "with another build");
    ex_text_put_count(&w, line, c->pages_changed, "with another logon page");
    ex_text_say_items(t, "Targets", line[0] ? line : "none");
}

static void say_targets(const struct ex_text *t, const struct ex_changes *c)
{
    size_t told = 0, left = 0;

    putc('\n', t->paper.to);
    for (size_t i = 0; i < c->n; i++) {
        if (!ex_changed_target_is_news(&c->at[i]))
            continue;
        if (told++ < TARGETS_MAX)
            say_target(t, &c->at[i]);
        else
            left++;
    }
    if (left)
        fprintf(t->paper.to, "  ... and %zu more targets (exprobe diff -f json has them all)\n",
                left);
}

void ex_text_changes(const struct ex_text *t)
{
    const struct ex_changes *c = t->report->changes;
    char line[LINE_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));

    if (!c)
        return;
    ex_put_str(&w, "What changed since ");
    ex_put_str(&w, c->from[0] ? c->from : "the earlier sweep");
    ex_paper_paint(&t->paper, EX_PAINT_STRONG, line);
    putc('\n', t->paper.to);
    if (!c->complete || !c->earlier_complete)
        ex_text_say(t, "Unfinished",
                    c->complete ? "the earlier sweep did not come to its end: what is not in it is "
                                  "not called new"
                                : "this sweep did not come to its end: what it did not look at is "
                                  "called neither fixed nor gone");
    if (c->backwards)
        ex_text_say(t, "Order",
                    "the sweep called earlier began after this one: were they mixed up, or was a "
                    "clock wrong?");
    say_counts(t, c);
    if (c->changed)
        say_targets(t, c);
    else
        fputs("\n  Nothing changed.\n", t->paper.to);
}
