// SPDX-License-Identifier: MIT
#include <string.h>

#include "core/put.h"
#include "report/text_parts.h"

enum {
    ACTIONS_MAX = 40,     /* printed; the rest is counted */
    HOSTS_NAMED_MAX = 20, /* of one action */
    NUMBER_COLUMNS = 5,   /* " 12. " */
    STATE_COLUMNS = 17,
    REASON_COLUMNS = 22,
    LINE_SIZE = HOSTS_NAMED_MAX * EX_CELL_SIZE,
};

/* "a, b, c and 12 more (see the result file)" */
struct host_list {
    char text[LINE_SIZE];
    struct ex_put put;
    size_t n;
};

static void list_begin(struct host_list *list)
{
    list->put = ex_put_of(list->text, sizeof(list->text));
    list->n = 0;
}

static void list_add(struct host_list *list, const char *host)
{
    if (list->n++ >= HOSTS_NAMED_MAX)
        return;
    ex_put_str(&list->put, list->n > 1 ? ", " : "");
    ex_put_str(&list->put, host);
}

/* From @column on, where the cursor stands. */
static void list_print(const struct ex_text *t, struct host_list *list, size_t column)
{
    if (list->n > HOSTS_NAMED_MAX) {
        ex_put_str(&list->put, ", and ");
        ex_put_dec(&list->put, list->n - HOSTS_NAMED_MAX);
        ex_put_str(&list->put, " more (see the result file)");
    }
    ex_paper_items(&t->paper, column, column, list->text);
}

/* " 1. critical, 3 hosts: Install ..." */
static void say_item(const struct ex_text *t, size_t number, enum ex_paint paint,
                     const char *urgency, size_t n_hosts, const char *what)
{
    char count[EX_CELL_SIZE], rest[EX_CELL_SIZE];
    struct ex_put w = ex_put_of(rest, sizeof(rest));

    ex_put_str(&w, ", ");
    ex_put_str(&w, ex_cell_count(count, n_hosts, "host", "hosts"));
    ex_put_str(&w, ": ");
    fprintf(t->paper.to, "%3zu. ", number);
    ex_paper_paint(&t->paper, paint, urgency);
    fputs(rest, t->paper.to);
    ex_paper_wrap(&t->paper, NUMBER_COLUMNS + strlen(urgency) + strlen(rest), NUMBER_COLUMNS, what);
}

static void say_action(const struct ex_text *t, size_t number, const struct ex_todo *action)
{
    char host[EX_CELL_SIZE];
    struct host_list list;

    say_item(t, number, ex_paint_of(action->severity), ex_severity_str(action->severity),
             action->n_hosts, action->text);
    list_begin(&list);
    for (size_t i = 0; i < action->n_hosts; i++)
        list_add(&list, ex_cell_host(host, action->hosts[i]));
    ex_paper_blanks(&t->paper, NUMBER_COLUMNS);
    list_print(t, &list, NUMBER_COLUMNS);
}

/* Hosts of which nothing is known, except for those that were to be left out. */
static bool is_to_be_seen(const struct ex_row *row)
{
    return ex_row_rank(row) == EX_RANK_UNSEEN && row->state != EX_STATE_OUT_OF_SCOPE &&
           row->state != EX_STATE_OPTED_OUT;
}

/* One line for each state. */
static void say_unseen(const struct ex_text *t, size_t number, size_t n)
{
    char host[EX_CELL_SIZE];
    struct host_list list;

    say_item(t, number, EX_PAINT_UNSEEN, "unknown", n,
             "Look again at what could not be examined; nothing is known about it");
    for (int state = 0; state < EX_N_STATES; state++) {
        list_begin(&list);
        for (size_t i = 0; i < t->rows->n; i++)
            if (is_to_be_seen(t->rows->at[i]) && (int)t->rows->at[i]->state == state)
                list_add(&list, ex_cell_host(host, t->rows->at[i]));
        if (list.n == 0)
            continue;
        fprintf(t->paper.to, "%*s%-*s", NUMBER_COLUMNS, "", STATE_COLUMNS,
                ex_state_str((enum ex_state)state));
        list_print(t, &list, NUMBER_COLUMNS + STATE_COLUMNS);
    }
}

/* Exchange on which back doors were looked for, and could not be told. */
static bool is_to_be_searched(const struct ex_row *row)
{
    return row->hunted && row->present == EX_PRESENT_YES && row->backdoor == EX_BD_NOT_ASSESSED;
}

static size_t count_if(const struct ex_text *t, bool (*holds)(const struct ex_row *row))
{
    size_t n = 0;

    for (size_t i = 0; i < t->rows->n; i++)
        n += holds(t->rows->at[i]);
    return n;
}

/* One line for each reason. */
static void say_unsearched(const struct ex_text *t, size_t number, size_t n)
{
    char host[EX_CELL_SIZE];
    struct host_list list;

    say_item(t, number, EX_PAINT_UNSEEN, "unknown", n,
             "Look for back doors on the server itself; from outside nothing could be told");
    for (int reason = 0; reason <= EX_BDR_INTERNAL; reason++) {
        const char *word = ex_bd_reason_str((enum ex_bd_reason)reason);

        list_begin(&list);
        for (size_t i = 0; i < t->rows->n; i++)
            if (is_to_be_searched(t->rows->at[i]) && (int)t->rows->at[i]->reason == reason)
                list_add(&list, ex_cell_host(host, t->rows->at[i]));
        if (list.n == 0)
            continue;
        fprintf(t->paper.to, "%*s%-*s", NUMBER_COLUMNS, "", REASON_COLUMNS,
                word[0] ? word : "no reason");
        list_print(t, &list, NUMBER_COLUMNS + REASON_COLUMNS);
    }
}

void ex_text_todo(const struct ex_text *t, bool details)
{
    size_t number = 0, hints = 0, left = 0;
    const size_t unseen = count_if(t, is_to_be_seen);
    const size_t unsearched = count_if(t, is_to_be_searched);

    ex_text_heading(t, "What to do");
    for (size_t i = 0; i < t->rows->n_actions; i++) {
        const struct ex_todo *action = &t->rows->actions[i];

        if (action->n_hosts == 0)
            continue;
        if (action->severity <= EX_SEV_INFO)
            hints++;
        else if (number < ACTIONS_MAX)
            say_action(t, ++number, action);
        else
            left++;
    }
    if (left)
        fprintf(t->paper.to, "  ... and %zu more things (see the result file)\n", left);
    if (t->rows->n == 0)
        fputs("  Look at the list of targets: there was nothing to examine.\n", t->paper.to);
    else if (number == 0 && unseen == 0 && unsearched == 0)
        fputs("  Nothing that can be told from outside.\n", t->paper.to);
    if (unsearched)
        say_unsearched(t, ++number, unsearched);
    if (unseen)
        say_unseen(t, number + 1, unseen);
    if (hints && !details)
        fprintf(t->paper.to, "  Also %zu %s of severity info: --details shows %s.\n", hints,
                hints == 1 ? "hint" : "hints", hints == 1 ? "it" : "them");
}
