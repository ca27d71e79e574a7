// SPDX-License-Identifier: MIT
#include "report/html_parts.h"

static void say_counts(FILE *to, const struct ex_changes *c)
{
    ex_html(to, "<div class=\"tiles\">\n");
    for (int i = 0; i < EX_N_CHANGES; i++)
        ex_html(to, "<div class=\"tile%s\"><b>%llu</b><span>findings %s</span></div>\n",
                i <= EX_CHANGE_WORSE && c->changes[i] > 0 ? " bad" : "",
                (unsigned long long)c->changes[i], ex_change_words((enum ex_change)i));
    ex_html(to, "</div>\n<p>Targets:");
    for (int i = 0, said = 0; i < EX_N_FATES; i++)
        if (c->fates[i] > 0)
            ex_html(to, "%s %llu %s", said++ ? "," : "", (unsigned long long)c->fates[i],
                    ex_fate_words((enum ex_fate)i));
    if (c->builds_changed > 0)
        ex_html(to, "; %llu with another build", (unsigned long long)c->builds_changed);
    if (c->pages_changed > 0)
        ex_html(to, "; <strong>%llu with another logon page though the build is the same</strong>",
                (unsigned long long)c->pages_changed);
    ex_html(to, ".</p>\n");
}

static void say_finding(FILE *to, const struct ex_changed_finding *f)
{
    ex_html(to, "<li><span class=\"badge s-%s\">%s, %s</span> %s",
            f->change == EX_CHANGE_FIXED ? "none" : ex_severity_str(f->severity),
            ex_change_words(f->change), ex_severity_str(f->severity), f->title);
    if (f->since[0] && f->change != EX_CHANGE_NEW)
        ex_html(to, ", open since %s", f->since);
    if (f->why[0])
        ex_html(to, ", because: %s", f->why);
    if (f->accepted)
        ex_html(to, " (accepted by %s: %s)", f->accepted->by, f->accepted->reason);
    ex_html(to, "</li>\n");
}

static void say_target(FILE *to, const struct ex_changed_target *t)
{
    ex_html(to, "<li><strong>%s</strong>", t->target);
    if (t->fate != EX_FATE_SAME)
        ex_html(to, ": %s", ex_fate_words(t->fate));
    if (t->detail[0])
        ex_html(to, " (%s)", t->detail);
    if (t->fate != EX_FATE_SAME && t->last_seen[0])
        ex_html(to, ", last examined on %s", t->last_seen);
    if (t->build_changed)
        ex_html(to, "; build %s, before it was %s", t->build, t->build_before);
    if (t->page_changed)
        ex_html(to, "; <strong>the logon page changed%s</strong>",
                t->build_unsure ? "; whether the build did is not known"
                                : " though the build did not");
    ex_html(to, "\n<ul>\n");
    for (size_t i = 0; i < t->n_findings; i++)
        if (t->findings[i].change != EX_CHANGE_STILL_OPEN)
            say_finding(to, &t->findings[i]);
    ex_html(to, "</ul></li>\n");
}

void ex_page_changes(const struct ex_page *p)
{
    const struct ex_changes *c = p->report->changes;
    size_t told = 0, left = 0;

    if (!c)
        return;
    ex_html(p->to,
            "<section id=\"changes\" aria-labelledby=\"h-changes\">\n"
            "<h2 id=\"h-changes\">What changed since %s</h2>\n",
            c->from[0] ? c->from : "the earlier sweep");
    if (!c->complete || !c->earlier_complete)
        ex_html(p->to,
                "<p class=\"alert\">%s did not come to its end. What was not looked at is "
                "called neither fixed nor gone.</p>\n",
                c->complete ? "The earlier sweep" : "This sweep");
    say_counts(p->to, c);
    if (!c->changed)
        ex_html(p->to, "<p>Nothing changed.</p>\n");
    ex_html(p->to,
            "<details class=\"card group\"%s><summary><h3>Target by target</h3></summary>\n<ul>\n",
            c->worse ? " open" : "");
    for (size_t i = 0; i < c->n; i++) {
        if (!ex_changed_target_is_news(&c->at[i]))
            continue;
        if (told++ < EX_PAGE_CHANGES_MAX)
            say_target(p->to, &c->at[i]);
        else
            left++;
    }
    ex_html(p->to, "</ul>\n");
    if (left > 0)
        ex_html(p->to, "<p>... and %zu more targets: see <code>exprobe diff</code>.</p>\n", left);
    ex_html(p->to, "</details>\n</section>\n");
}
