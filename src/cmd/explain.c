// SPDX-License-Identifier: MIT
#include "cmd/explain.h"

#include <stdlib.h>

#include "core/quote.h"
#include "exprobe/verdict.h"
#include "out/jsonl.h"

enum { IDS_A_LINE = 5, LINE_WIDTH = 100 };

/* One build on its way to the page. */
struct told {
    FILE *to;
    const struct ex_catalog *cat;
    int32_t today;
    struct ex_fingerprint fp;
    struct ex_verdict v;
};

static const char *day(char text[static EX_DAY_TEXT], int32_t d)
{
    return ex_day_format(text, d);
}

/* Words of @text in lines that begin with @indent blanks; the first is begun already. */
static void print_wrapped(FILE *to, int indent, const char *text)
{
    int column = indent;

    for (const char *p = text; *p;) {
        const int n = (int)strcspn(p, " ");

        if (column > indent && column + 1 + n > LINE_WIDTH) {
            fprintf(to, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', to);
            column++;
        }
        fprintf(to, "%.*s", n, p);
        column += n;
        p += n + (int)strspn(p + n, " ");
    }
    fputc('\n', to);
}

/* A line of the description: a title in a column of its own, then text. */
static void print_line(FILE *to, const char *title, const char *text)
{
    enum { TITLE_WIDTH = 10, INDENT = 2 };

    fprintf(to, "%*s%-*s", INDENT, "", TITLE_WIDTH, title);
    print_wrapped(to, INDENT + TITLE_WIDTH, text);
}

/* The row of exactly this number. */
static const struct ex_build_row *listed(const struct told *t)
{
    return t->v.row && !t->v.unlisted && ex_build_cmp(&t->v.row->build, &t->fp.exact) == 0
               ? t->v.row
               : NULL;
}

static void print_row_name(FILE *to, const struct ex_build_row *row)
{
    fprintf(to, "%s %s%s%s%s%s%s", row->product, row->cu, row->update[0] ? " " : "", row->update,
            row->kb[0] ? " (" : "", row->kb, row->kb[0] ? ")" : "");
}

static void print_number(struct told *t)
{
    char number[EX_BUILD_TEXT];
    const struct ex_build *b = t->fp.precision == EX_PREC_EXACT ? &t->fp.exact : &t->fp.observed;

    fprintf(t->to, "%s\n", ex_build_format(number, &t->fp.observed));
    if (ex_build_cmp(b, &t->fp.observed) != 0)
        fprintf(t->to, "  Number    OWA reports this for build %s\n", ex_build_format(number, b));
}

static void print_what(struct told *t)
{
    const struct ex_life_row *life = ex_catalog_life(t->cat, t->fp.generation);
    const struct ex_build_row *row = listed(t);
    char text[EX_DAY_TEXT], number[EX_BUILD_TEXT];

    fputs("  Is        ", t->to);
    if (row) {
        print_row_name(t->to, row);
        fprintf(t->to, ", released %s", day(text, row->released));
        if (t->v.age_days >= 0)
            fprintf(t->to, ", %d days old", (int)t->v.age_days);
        fputc('\n', t->to);
        if (row->notes[0])
            print_line(t->to, "", row->notes);
        if (strcmp(row->update[0] ? row->update : row->cu, row->security_level) != 0)
            fprintf(t->to, "            security fixes as of %s\n", row->security_level);
        return;
    }
    fprintf(t->to, "%s%s%s", life ? life->product : "Exchange Server", t->fp.cu_row ? " " : "",
            t->fp.cu_row ? t->fp.cu_row->cu : "");
    if (t->fp.precision == EX_PREC_CU)
        fputs(t->fp.n_candidates ? ", revision not known\n" : ", in no table\n", t->to);
    else if (ex_fp_has(&t->fp, EX_NOTE_NEWER_THAN_DATA))
        fputs(", newer than the data\n", t->to);
    else if (t->v.row)
        fprintf(t->to, ", in no table; the build below it is %s%s%s\n",
                ex_build_format(number, &t->v.row->build), t->v.row->update[0] ? ", " : "",
                t->v.row->update);
    else
        fputs(", in no table\n", t->to);
}

static void print_support(struct told *t)
{
    const struct ex_verdict *v = &t->v;
    char text[EX_DAY_TEXT];

    fprintf(t->to, "  Support   %s", ex_support_str(v->support));
    if (v->product_end != EX_DAY_NONE)
        fprintf(t->to, v->support == EX_SUPPORT_ENDED ? " since %s" : " until %s",
                day(text, v->product_end));
    if (v->cu_known && v->support != EX_SUPPORT_UNKNOWN && t->fp.cu_row)
        fprintf(t->to, "; %s %s", t->fp.cu_row->cu,
                v->cu_serviced
                    ? (v->support == EX_SUPPORT_ENDED ? "got the last updates" : "gets updates")
                    : "gets no updates any more");
    fputc('\n', t->to);
    if (v->esu == EX_ESU_ACTIVE)
        fprintf(t->to, "            Extended Security Updates for buyers until %s\n",
                day(text, v->esu_end));
    else if (v->esu == EX_ESU_ENDED)
        fprintf(t->to, "            Extended Security Updates ended on %s\n",
                day(text, v->esu_end));
    if (v->esu_build)
        fputs("            this build went to buyers of Extended Security Updates\n", t->to);
}

static void print_patch(struct told *t)
{
    const struct ex_verdict *v = &t->v;
    char number[EX_BUILD_TEXT];

    fprintf(t->to, "  Patch     %s", ex_patch_str(v->patch));
    if (v->latest && v->updates_behind > 0)
        fprintf(t->to, ", %d security level%s below %s", v->updates_behind,
                v->updates_behind == 1 ? "" : "s", ex_build_format(number, &v->latest->build));
    else if (v->latest && v->updates_behind == 0)
        fprintf(t->to, ", nothing newer than %s is known for this cumulative update",
                ex_build_format(number, &v->latest->build));
    fputc('\n', t->to);
    if (v->not_cumulative)
        fputs("            a special package: updates before it may never have been installed\n",
              t->to);
}

static unsigned count_kev(const struct told *t, const struct ex_cve_list *list)
{
    unsigned n = 0;

    for (uint16_t i = 0; i < list->n; i++)
        n += t->cat->cves[list->at[i]].kev;
    return n;
}

static void print_exploited(struct told *t, const struct ex_cve_list *list)
{
    for (uint16_t i = 0; i < list->n; i++) {
        const struct ex_cve_row *cve = &t->cat->cves[list->at[i]];

        if (cve->kev)
            fprintf(t->to, "    exploited %s%s%s%s\n", cve->id, cve->name[0] ? " " : "", cve->name,
                    cve->ransomware ? ", by ransomware too" : "");
    }
}

static void print_title(struct told *t, const struct ex_cve_list *list, const char *title)
{
    const unsigned n_kev = count_kev(t, list);

    fprintf(t->to, "  %s: %u", title, list->n);
    if (n_kev > 0)
        fprintf(t->to, ", known to be exploited: %u", n_kev);
    fputc('\n', t->to);
}

static void print_class(struct told *t, const struct ex_cve_list *list, const char *title)
{
    unsigned n = 0;

    if (list->n == 0)
        return;
    print_title(t, list, title);
    print_exploited(t, list);
    for (uint16_t i = 0; i < list->n; i++) {
        const struct ex_cve_row *cve = &t->cat->cves[list->at[i]];

        if (cve->kev)
            continue;
        fputs(n == 0 ? "    " : n % IDS_A_LINE == 0 ? "\n    " : "  ", t->to);
        fputs(cve->id, t->to);
        n++;
    }
    if (n > 0)
        fputc('\n', t->to);
}

/* Every condition once, with the CVEs that it belongs to. */
static void print_conditions(struct told *t)
{
    const struct ex_cve_list *list = &t->v.configuration;

    if (list->n > 0)
        print_title(t, list, "Depends on configuration as well");
    print_exploited(t, list);
    for (uint16_t i = 0; i < list->n; i++) {
        const char *text = t->cat->cves[list->at[i]].extra_condition;
        bool told = false;

        for (uint16_t k = 0; k < i; k++)
            told = told || strcmp(t->cat->cves[list->at[k]].extra_condition, text) == 0;
        if (told)
            continue;
        fprintf(t->to, "    %s", t->cat->cves[list->at[i]].id);
        for (uint16_t k = i + 1; k < list->n; k++)
            if (strcmp(t->cat->cves[list->at[k]].extra_condition, text) == 0)
                fprintf(t->to, ", %s", t->cat->cves[list->at[k]].id);
        fputs(":\n      ", t->to);
        print_wrapped(t->to, 6, text);
    }
}

static void print_update(struct told *t, const struct ex_build_row *row)
{
    const struct ex_build_row *base = ex_catalog_cu(t->cat, &row->build);
    char number[EX_BUILD_TEXT], text[EX_DAY_TEXT];

    fputs("  Do        install ", t->to);
    if (base && base != row && !ex_build_same_branch(&base->build, &t->fp.min)) {
        print_row_name(t->to, base);
        fputs(", then ", t->to);
    }
    print_row_name(t->to, row);
    fprintf(t->to, ", build %s of %s\n", ex_build_format(number, &row->build),
            day(text, row->released));
    if (row->esu_only)
        print_line(t->to, "",
                   "it goes to buyers of Extended Security Updates only; otherwise move "
                   "to Exchange Server SE");
}

static void print_remedy(struct told *t)
{
    if (t->v.patch == EX_PATCH_NEWER)
        print_line(t->to, "Do",
                   "get newer knowledge: this is neither a clean bill nor a missing "
                   "update");
    else if (t->v.install && t->v.patch != EX_PATCH_PATCHED)
        print_update(t, t->v.install);
    if (t->v.support == EX_SUPPORT_ENDED && !t->v.install)
        print_line(t->to, "Do",
                   "move to Exchange Server SE or to Exchange Online: this product "
                   "gets no updates any more");
}

/* Day of the update whose security fixes the build carries. */
static int32_t level_day(const struct told *t, const struct ex_build_row *row)
{
    size_t n = 0;
    const struct ex_build_row *rows = ex_catalog_branch(t->cat, &row->build, &n);

    for (size_t i = 0; i < n; i++)
        if (strcmp(rows[i].update[0] ? rows[i].update : rows[i].cu, row->security_level) == 0)
            return rows[i].released;
    return row->released;
}

static void print_advice(struct told *t)
{
    const struct ex_build_row *row = listed(t);

    if (!row || row->generation < EX_GEN_2016)
        return;
    for (size_t i = 0; i < t->cat->n_advice; i++) {
        const struct ex_advice_row *advice = &t->cat->advice[i];

        if (level_day(t, row) < advice->before && t->today >= advice->since)
            print_line(t->to, "Mind", advice->text);
    }
}

static void print_basis(struct told *t)
{
    char text[EX_DAY_TEXT];

    fprintf(t->to, "  Judged    on %s with data of %s, exploited CVEs of %s\n", day(text, t->today),
            t->cat->info.date, t->cat->info.kev_date);
    if (t->v.patch_tuesdays > 0)
        fprintf(
            t->to,
            "  Old data  %d days old, and %u Patch Tuesday%s came since: what they fixed is not "
            "in this verdict\n",
            (int)t->v.data_age_days, t->v.patch_tuesdays, t->v.patch_tuesdays == 1 ? "" : "s");
}

static void print_text(struct told *t)
{
    print_number(t);
    if (t->fp.present == EX_PRESENT_NO) {
        fputs("  Is        no number that Exchange on premises ever had\n", t->to);
        return;
    }
    if (t->fp.present == EX_PRESENT_ONLINE) {
        fputs("  Is        Exchange Online: Microsoft updates it, there is nothing to judge\n",
              t->to);
        return;
    }
    print_what(t);
    print_support(t);
    print_patch(t);
    print_class(t, &t->v.missing, "Missing");
    print_class(t, &t->v.presumed, "Presumed missing, the cumulative update was too old for a fix");
    print_class(t, &t->v.possible, "Possible, cannot be told from the number");
    print_conditions(t);
    print_class(t, &t->v.unassessed, "Never assessed, came after the end of support");
    if (t->v.no_public_fix.n > 0)
        fprintf(t->to,
                "  Of the missing fixes %u went to buyers of Extended Security Updates only\n",
                t->v.no_public_fix.n);
    print_remedy(t);
    print_advice(t);
    print_basis(t);
}

static enum ex_status print_json(struct told *t, const char *input)
{
    struct ex_json j = { 0 };

    ex_json_begin(&j);
    ex_json_text(&j, "type", "build");
    ex_json_text(&j, "input", input);
    ex_json_exchange(&j, &t->fp);
    ex_json_patch(&j, &t->v, t->cat, &t->fp);
    ex_json_support(&j, &t->v);
    return ex_json_print(&j, t->to);
}

enum ex_status ex_explain(FILE *to, const struct ex_catalog *cat, int32_t today,
                          const char *const *builds, bool json, struct ex_error *err)
{
    struct told *t = malloc(sizeof(*t));
    enum ex_status st = EX_OK, worst = EX_OK;

    if (!t)
        return EX_ENOMEM;
    *t = (struct told){ .to = to, .cat = cat, .today = today };
    for (size_t i = 0; builds[i] && st == EX_OK; i++) {
        char quoted[EX_QUOTE_SIZE];
        struct ex_build build;

        if (ex_build_parse(ex_span_str(builds[i]), &build, NULL) != EX_OK) {
            if (worst == EX_OK)
                ex_error_set(err,
                             "%s is no build number: give three or four numbers joined by "
                             "dots, such as 15.2.1748.43",
                             ex_quote(quoted, ex_span_str(builds[i])));
            worst = EX_EINPUT;
            continue;
        }
        ex_fingerprint_of_build(cat, &build, &t->fp);
        ex_verdict(cat, &t->fp, today, &t->v);
        if (json)
            st = print_json(t, builds[i]);
        else
            print_text(t);
        if (!json && builds[i + 1])
            fputc('\n', to);
    }
    free(t);
    return st == EX_OK ? worst : st;
}
