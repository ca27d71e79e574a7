// SPDX-License-Identifier: MIT
#include <string.h>

#include "core/put.h"
#include "out/signs.h"
#include "report/tally.h"
#include "report/text_parts.h"

enum { LINE_SIZE = 8192, NAMES_MAX = 12, DIGITS = 8, LIMITS_INDENT = 2 };

static const char headline[] = "Back door or changed logon page";

void ex_text_signs_headline(const struct ex_text *t)
{
    char line[LINE_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));
    struct ex_tally sum;

    ex_tally_of(&sum, t->rows);
    for (int i = EX_BD_CONFIRMED; i >= EX_BD_SUSPICIOUS; i--)
        ex_text_put_count(&w, line, sum.signs[i], ex_backdoor_str((enum ex_backdoor_state)i));
    if (!line[0])
        return;
    ex_paper_paint(&t->paper, EX_PAINT_CRITICAL, headline);
    fputs(": ", t->paper.to);
    ex_paper_items(&t->paper, strlen(headline) + 2, 2, line);
}

/* "3 not assessed: blocked" */
static void put_reasons(struct ex_put *w, const char *start, const struct ex_tally *sum)
{
    char words[EX_CELL_SIZE];

    for (int i = EX_BDR_NONE + 1; i <= EX_BDR_INTERNAL; i++) {
        const char *reason = ex_bd_reason_str((enum ex_bd_reason)i);

        if (i == EX_BDR_SWITCHED_OFF)
            continue;
        snprintf(words, sizeof(words), "not assessed (%s)", reason);
        ex_text_put_count(w, start, sum->reasons[i], words);
    }
    ex_text_put_count(w, start, sum->reasons[EX_BDR_SWITCHED_OFF] + sum->reasons[EX_BDR_NONE],
                      "not looked for");
}

/* Addresses of one name whose pages have the same digits show the same page. */
static void say_differing(const struct ex_text *t)
{
    char line[LINE_SIZE], text[EX_CELL_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));
    size_t n = 0;

    if (t->rows->n_pages_differ == 0)
        return;
    ex_put_str(&w, ex_cell_count(text, t->rows->n_pages_differ, "target shows", "targets show"));
    ex_put_str(&w, " different logon pages at different addresses:");
    for (size_t i = 0; i < t->rows->n; i++) {
        const struct ex_row *row = t->rows->at[i];

        if (!row->pages_differ || n++ >= NAMES_MAX)
            continue;
        ex_put_str(&w, n > 1 ? ", " : " ");
        ex_put_str(&w, ex_cell_host(text, row));
        ex_span_copy(text, DIGITS + 1, ex_span_str(row->page_hash));
        ex_put_str(&w, " page ");
        ex_put_str(&w, text);
    }
    if (n > NAMES_MAX) {
        ex_put_str(&w, " and ");
        ex_put_dec(&w, n - NAMES_MAX);
        ex_put_str(&w, " more");
    }
    ex_text_say(t, "Differing", line);
}

void ex_text_signs_summary(const struct ex_text *t)
{
    char line[LINE_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));
    struct ex_tally sum;

    ex_tally_of(&sum, t->rows);
    for (int i = EX_BD_CONFIRMED; i >= EX_BD_REVIEW; i--)
        ex_text_put_count(&w, line, sum.backdoors[i], ex_backdoor_str((enum ex_backdoor_state)i));
    ex_text_put_count(&w, line, sum.backdoors[EX_BD_NONE_SEEN], "none seen");
    put_reasons(&w, line, &sum);
    ex_text_put_count(&w, line, sum.others, "not surely Exchange");
    ex_text_put_count(&w, line, sum.unseen, "not examined");
    ex_text_say_items(t, "Back doors", line);
    w = ex_put_of(line, sizeof(line));
    for (int i = EX_LP_CONFIRMED; i >= 0; i--)
        ex_text_put_count(&w, line, sum.logons[i], ex_logon_str((enum ex_logon_state)i));
    ex_text_put_count(&w, line, sum.others, "not surely Exchange");
    ex_text_put_count(&w, line, sum.unseen, "not examined");
    ex_text_say_items(t, "Logon pages", line);
    say_differing(t);
}

/* What "none seen" stands for: the fewest and the most names that were asked on such a host. */
struct asked {
    uint32_t least, most, tier_least, tier_most;
    bool any;
};

static void note_asked(struct asked *sum, const struct ex_row *row)
{
    if (row->backdoor != EX_BD_NONE_SEEN)
        return;
    sum->least = sum->any && sum->least < row->n_probed ? sum->least : row->n_probed;
    sum->tier_least = sum->any && sum->tier_least < row->tier ? sum->tier_least : row->tier;
    sum->most = sum->most > row->n_probed ? sum->most : row->n_probed;
    sum->tier_most = sum->tier_most > row->tier ? sum->tier_most : row->tier;
    sum->any = true;
}

/* "38" or "38 to 42" */
static void put_range(struct ex_put *w, uint32_t least, uint32_t most)
{
    ex_put_dec(w, least);
    if (least == most)
        return;
    ex_put_str(w, " to ");
    ex_put_dec(w, most);
}

/* "names of tier 1", "names of tiers 1 to 3" */
static void put_tiers(struct ex_put *w, const struct asked *sum)
{
    ex_put_str(w, sum->tier_least > 1 ? "names of tiers 1 to " : "names of tier ");
    ex_put_dec(w, sum->tier_least);
    if (sum->tier_least == sum->tier_most)
        return;
    ex_put_str(w, ", on some hosts of tiers 1 to ");
    ex_put_dec(w, sum->tier_most);
}

static void say_none_seen(const struct ex_text *t)
{
    struct asked sum = { .any = false };
    char line[LINE_SIZE];
    struct ex_put w = ex_put_of(line, sizeof(line));

    for (size_t i = 0; i < t->rows->n; i++)
        note_asked(&sum, t->rows->at[i]);
    if (!sum.any)
        return;
    ex_put_str(&w, "\"None seen\": none of ");
    put_range(&w, sum.least, sum.most);
    ex_put_str(&w, " known locations answered (");
    put_tiers(&w, &sum);
    ex_put_str(&w, "). That is no proof that nobody is in the server.");
    ex_paper_blanks(&t->paper, LIMITS_INDENT);
    ex_paper_wrap(&t->paper, LIMITS_INDENT, LIMITS_INDENT, line);
}

/* The first that any of the records has: they all come with the same knowledge, mostly. */
void ex_text_signs_limits(const struct ex_text *t)
{
    if (!t->rows->hunted)
        return;
    ex_text_heading(t, "What cannot be seen from outside");
    say_none_seen(t);
    ex_paper_blanks(&t->paper, LIMITS_INDENT);
    ex_paper_wrap(&t->paper, LIMITS_INDENT, LIMITS_INDENT,
                  t->report->sweep->limits
                      ? t->report->sweep->limits
                      : "What the search cannot find is not listed in this result.");
}
