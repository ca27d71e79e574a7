// SPDX-License-Identifier: MIT
#include "core/put.h"
#include "report/age.h"
#include "report/html_parts.h"

enum { LINE_SIZE = 512, BAR_WIDTH = 1000, BAR_HEIGHT = 34, RUNS_NAMED_MAX = 10 };

static void say_why(FILE *to, const struct ex_run_seen *run)
{
    if (!run->ended)
        ex_html(to, " has no end record: the scan is still running, was killed, or the file is cut "
                    "off");
    else if (run->interrupted)
        ex_html(to, " was interrupted");
    else
        ex_html(to, " ended with %llu hosts, but the file holds %llu",
                (unsigned long long)run->hosts_said, (unsigned long long)run->hosts);
}

/* A client's page names no file: it may be called after another client. */
static void say_incomplete(const struct ex_page *p)
{
    const struct ex_results *results = p->report->sweep->results;
    size_t named = 0;

    if (ex_sweep_is_complete(p->report->sweep))
        return;
    ex_html(p->to, "<div class=\"alert\"><strong>INCOMPLETE</strong>: this is not the whole "
                   "picture, hosts may be missing.\n<ul>\n");
    for (size_t i = 0; i < ex_results_n_runs(results) && named < RUNS_NAMED_MAX; i++) {
        const struct ex_run_seen *run = ex_results_run(results, i);

        if (ex_run_is_complete(run))
            continue;
        named++;
        ex_html(p->to, "<li>The run of ");
        ex_page_time(p->to, run->started);
        if (!p->report->client)
            ex_html(p->to, " (%s, line %llu)", run->file, (unsigned long long)run->line);
        say_why(p->to, run);
        ex_html(p->to, ".</li>\n");
    }
    if (!ex_sweep_has_all_shards(p->report->sweep))
        ex_html(p->to, "<li>Shards of the sweep are missing.</li>\n");
    ex_html(p->to, "</ul></div>\n");
}

static void say_verdict(const struct ex_page *p)
{
    const struct ex_tally *sum = &p->sum;
    const uint64_t intruders = sum->signs[EX_BD_CONFIRMED] + sum->signs[EX_BD_LIKELY];
    const uint64_t worst = sum->severities[EX_SEV_CRITICAL] + sum->severities[EX_SEV_HIGH];
    char text[EX_CELL_SIZE];

    ex_html(p->to, "<p class=\"verdict\">");
    if (sum->hosts == 0)
        ex_html(p->to, "No host was examined.");
    if (intruders > 0)
        ex_html(p->to, "%s a back door or a logon page that was tampered with. ",
                ex_cell_count(text, intruders, "host probably or surely has",
                              "hosts probably or surely have"));
    if (sum->exploited > 0)
        ex_html(p->to, "%s a fix for a vulnerability that is known to be exploited. ",
                ex_cell_count(text, sum->exploited, "host lacks", "hosts lack"));
    if (intruders + sum->exploited == 0 && worst > 0)
        ex_html(p->to, "%s soon. ",
                ex_cell_count(text, worst, "host needs attention", "hosts need attention"));
    if (sum->hosts > 0 && intruders + sum->exploited + worst == 0)
        ex_html(p->to, "Nothing urgent was seen on the hosts that could be examined. ");
    if (sum->unseen > 0)
        ex_html(p->to, "%s, and nothing is known of %s.",
                ex_cell_count(text, sum->unseen, "host could not be examined",
                              "hosts could not be examined"),
                sum->unseen == 1 ? "it" : "them");
    ex_html(p->to, "</p>\n");
}

static void tile(FILE *to, uint64_t n, bool bad, const char *words)
{
    ex_html(to, "<div class=\"tile%s\"><b>%llu</b><span>%s</span></div>\n",
            bad && n > 0 ? " bad" : "", (unsigned long long)n, words);
}

static void tiles(const struct ex_page *p)
{
    const struct ex_tally *sum = &p->sum;

    ex_html(p->to, "<div class=\"tiles\">\n");
    tile(p->to, sum->hosts, false, sum->hosts == 1 ? "host" : "hosts");
    tile(p->to, sum->present[EX_PRESENT_YES], false, "run Exchange");
    tile(p->to, sum->signs[EX_BD_CONFIRMED] + sum->signs[EX_BD_LIKELY], true,
         "back door confirmed or likely");
    tile(p->to, sum->signs[EX_BD_SUSPICIOUS], true, "suspicious");
    tile(p->to, sum->exploited, true, "lack a fix for what is exploited");
    tile(p->to, sum->supports[EX_SUPPORT_ENDED], true, "out of support");
    tile(p->to, sum->patches[EX_PATCH_PATCHED], false, "up to date, as far as is known");
    tile(p->to, sum->unseen, false, "not examined");
    ex_html(p->to, "</div>\n");
}

/* What the bar is made of, from left to right; each with its word. */
struct part {
    const char *word;
    uint64_t n;
};

static size_t parts_of(struct part parts[static EX_N_SEVERITIES + 1], const struct ex_tally *sum)
{
    size_t n = 0;

    for (int i = EX_N_SEVERITIES; i-- > 0;)
        parts[n++] = (struct part){ ex_severity_str((enum ex_severity)i), sum->severities[i] };
    parts[n++] = (struct part){ "unseen", sum->unseen };
    return n;
}

static const char *part_words(const struct part *part)
{
    return strcmp(part->word, "none") == 0     ? "without findings"
           : strcmp(part->word, "unseen") == 0 ? "not examined"
                                               : part->word;
}

void ex_page_bar(FILE *to, const struct ex_tally *sum, const char *id)
{
    struct part parts[EX_N_SEVERITIES + 1];
    const size_t n = parts_of(parts, sum);
    uint64_t before = 0;

    if (sum->hosts == 0)
        return;
    ex_html(to,
            "<svg class=\"chart\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"%s\">"
            "<title id=\"%s\">Hosts by severity:",
            BAR_WIDTH, BAR_HEIGHT, id, id);
    for (size_t i = 0; i < n; i++)
        if (parts[i].n > 0)
            ex_html(to, " %llu %s;", (unsigned long long)parts[i].n, part_words(&parts[i]));
    ex_html(to, "</title>\n<rect class=\"track\" width=\"%d\" height=\"%d\" rx=\"5\"/>\n",
            BAR_WIDTH, BAR_HEIGHT);
    for (size_t i = 0; i < n; i++) {
        const uint64_t from = before * BAR_WIDTH / sum->hosts;
        const uint64_t to_x = (before + parts[i].n) * BAR_WIDTH / sum->hosts;

        before += parts[i].n;
        if (parts[i].n > 0)
            ex_html(to, "<rect class=\"f-%s\" x=\"%llu\" width=\"%llu\" height=\"%d\"/>\n",
                    parts[i].word, (unsigned long long)from,
                    (unsigned long long)(to_x > from ? to_x - from : 1), BAR_HEIGHT);
    }
    ex_html(to, "</svg>\n<p>");
    for (size_t i = 0; i < n; i++)
        if (parts[i].n > 0)
            ex_html(to, "<span class=\"badge s-%s\">%llu %s</span> ", parts[i].word,
                    (unsigned long long)parts[i].n, part_words(&parts[i]));
    ex_html(to, "</p>\n");
}

static void coverage(const struct ex_page *p)
{
    const uint64_t tenths = ex_tally_coverage(&p->sum);
    const bool complete = ex_sweep_is_complete(p->report->sweep);

    ex_html(p->to,
            "<h3>Coverage</h3>\n<svg class=\"chart\" viewBox=\"0 0 %d 14\" role=\"img\" "
            "aria-label=\"%llu.%llu percent covered\"><rect class=\"track\" width=\"%d\" "
            "height=\"14\" rx=\"5\"/><rect class=\"f-covered\" width=\"%llu\" height=\"14\" "
            "rx=\"5\"/></svg>\n<p>%s%llu.%llu %% of the hosts answered",
            BAR_WIDTH, (unsigned long long)tenths / 10, (unsigned long long)tenths % 10, BAR_WIDTH,
            (unsigned long long)tenths,
            complete ? "" : "Not known, the result is incomplete; here ",
            (unsigned long long)tenths / 10, (unsigned long long)tenths % 10);
    if (p->sum.left_out > 0)
        ex_html(p->to, "; those that were left out on purpose (%llu) count neither way",
                (unsigned long long)p->sum.left_out);
    ex_html(p->to, ":");
    for (int i = 0, said = 0; i < EX_N_STATES; i++)
        if (p->sum.states[i] > 0)
            ex_html(p->to, "%s %llu %s", said++ ? "," : "", (unsigned long long)p->sum.states[i],
                    ex_state_str((enum ex_state)i));
    ex_html(p->to, ".</p>\n");
}

/* Before any verdict: all of them are worth as much as the knowledge. */
static void say_old(const struct ex_page *p)
{
    const struct ex_run_seen *run = ex_sweep_oldest(p->report->sweep);
    char age[EX_AGE_SIZE];

    if (run && ex_age_say(age, run)[0])
        ex_html(
            p->to,
            "<div class=\"alert\"><strong>Old knowledge</strong>: the verdicts rest on what was "
            "published until %s; %s, and what they fixed is in no verdict.</div>\n",
            run->data_date, age);
}

static void knowledge(const struct ex_page *p)
{
    const struct ex_run_seen *run = ex_sweep_oldest(p->report->sweep);
    int32_t of;

    ex_html(p->to, "<h3>Knowledge</h3>\n");
    if (!run || ex_day_parse(ex_span_str(run->data_date), &of) != EX_OK) {
        ex_html(p->to, "<p>Of an unknown date: do not rely on \"up to date\".</p>\n");
        return;
    }
    ex_html(p->to,
            "<p>The verdicts rest on what was published until <strong>%s</strong>, %d days "
            "before this report was made.",
            run->data_date, (int)(ex_day_of_unix_ms(p->report->made_unix_ms) - of));
    if (run->newest_update[0])
        ex_html(p->to, " The newest update it knows is %s.", run->newest_update);
    ex_html(p->to, " What was released later is not taken into account.</p>\n");
}

void ex_page_glance(const struct ex_page *p)
{
    ex_html(p->to, "<section id=\"glance\" aria-labelledby=\"h-glance\">\n");
    say_incomplete(p);
    say_old(p);
    ex_html(p->to, "<h2 id=\"h-glance\">At a glance</h2>\n<div class=\"card\">\n");
    say_verdict(p);
    ex_page_bar(p->to, &p->sum, "bar-all");
    ex_html(p->to, "</div>\n");
    tiles(p);
    ex_html(p->to, "<div class=\"card\">\n");
    coverage(p);
    knowledge(p);
    ex_html(p->to, "</div>\n</section>\n");
}
