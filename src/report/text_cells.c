// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "core/put.h"
#include "report/text_parts.h"

char *ex_text_count(char to[static EX_TEXT_CELL], uint64_t n, const char *one, const char *many)
{
    struct ex_put w = ex_put_of(to, EX_TEXT_CELL);

    ex_put_dec(&w, n);
    ex_put_ch(&w, ' ');
    ex_put_str(&w, n == 1 ? one : many);
    return to;
}

char *ex_text_host(char to[static EX_TEXT_CELL], const struct ex_row *row)
{
    struct ex_put w = ex_put_of(to, EX_TEXT_CELL);

    ex_put_str(&w, row->target);
    if (row->several && row->address[0]) {
        ex_put_str(&w, " [");
        ex_put_str(&w, row->address);
        ex_put_ch(&w, ']');
    }
    return to;
}

/* Exchange was seen, as far as its version goes. */
static void put_version(struct ex_put *w, const struct ex_row *row)
{
    ex_put_str(w, row->version[0] ? row->version : "version unknown");
    if (row->unlisted)
        ex_put_str(w, " unlisted");
}

char *ex_text_version(char to[static EX_TEXT_CELL], const struct ex_row *row)
{
    struct ex_put w = ex_put_of(to, EX_TEXT_CELL);

    if (ex_row_rank(row) == EX_RANK_UNSEEN) {
        ex_put_str(&w, ex_state_str(row->state));
        if (row->detail[0]) {
            ex_put_str(&w, ": ");
            ex_put_str(&w, row->detail);
        }
        return to;
    }
    switch (row->present) {
    case EX_PRESENT_YES:
        put_version(&w, row);
        break;
    case EX_PRESENT_ONLINE:
        ex_put_str(&w, "Exchange Online");
        break;
    case EX_PRESENT_NO:
        ex_put_str(&w, "no Exchange");
        break;
    case EX_PRESENT_MAYBE:
        ex_put_str(&w, row->simulator ? "simulator?" : "perhaps");
        ex_put_str(&w, row->version[0] ? " " : "");
        ex_put_str(&w, row->version);
        ex_put_str(&w, row->device[0] ? ", behind " : "");
        ex_put_str(&w, row->device);
        break;
    }
    return to;
}

char *ex_text_build(char to[static EX_TEXT_CELL], const struct ex_row *row)
{
    struct ex_put w = ex_put_of(to, EX_TEXT_CELL);

    ex_put_str(&w, row->build);
    if (row->precision == EX_PREC_CU && row->n_candidates > 1) {
        ex_put_str(&w, row->build[0] ? " (" : "(");
        ex_put_dec(&w, row->n_candidates);
        ex_put_str(&w, row->mixed ? " builds)" : " possible)");
    }
    return to;
}

static void put_part(struct ex_put *w, const char *start, uint32_t n, const char *words)
{
    if (n == 0)
        return;
    ex_put_str(w, w->at > start ? ", " : "");
    ex_put_dec(w, n);
    ex_put_str(w, words);
}

static void put_missing(struct ex_put *w, const char *start, const struct ex_row *row, bool brief)
{
    if (row->n_missing + row->n_presumed == 0) {
        ex_put_str(w, "not the newest");
        return;
    }
    put_part(w, start, row->n_missing, " missing");
    if (!brief || row->n_missing == 0) /* kept apart, never added up */
        put_part(w, start, row->n_presumed, " presumed");
    put_part(w, start, row->n_kev, brief ? " KEV" : " exploited");
}

char *ex_text_fixes(char to[static EX_TEXT_CELL], const struct ex_row *row, bool brief)
{
    struct ex_put w = ex_put_of(to, EX_TEXT_CELL);

    if (ex_row_rank(row) == EX_RANK_UNSEEN)
        return to;
    switch (row->patch) {
    case EX_PATCH_MISSING:
        put_missing(&w, to, row, brief);
        break;
    case EX_PATCH_UNDETERMINED:
        if (row->n_possible == 0) {
            ex_put_str(&w, "cannot be told");
            break;
        }
        ex_put_str(&w, "up to ");
        ex_put_dec(&w, row->n_possible);
        ex_put_str(&w, brief ? "" : " missing");
        put_part(&w, to, row->n_kev, brief ? " KEV" : " exploited");
        break;
    case EX_PATCH_PATCHED:
        ex_put_str(&w, "up to date");
        break;
    case EX_PATCH_NEWER:
        ex_put_str(&w, "newer than data");
        break;
    case EX_PATCH_NOT_ASSESSED:
        put_part(&w, to, row->n_unassessed, " never assessed");
        break;
    case EX_PATCH_NOT_APPLICABLE:
        break;
    }
    return to;
}

char *ex_text_support(char to[static EX_TEXT_CELL], const struct ex_row *row, bool brief)
{
    struct ex_put w = ex_put_of(to, EX_TEXT_CELL);

    if (ex_row_rank(row) == EX_RANK_UNSEEN || row->support == EX_SUPPORT_UNKNOWN)
        return to;
    if (row->support == EX_SUPPORT_SUPPORTED) {
        ex_put_str(&w, row->cu_too_old ? "CU too old" : brief ? "yes" : "supported");
        return to;
    }
    ex_put_str(&w, row->esu_active ? "ESU only" : "ended");
    if (!brief && !row->esu_active && row->ended_on[0]) {
        ex_put_ch(&w, ' ');
        ex_put_str(&w, row->ended_on);
    }
    return to;
}

const char *ex_text_severity(const struct ex_row *row)
{
    if (ex_row_rank(row) != EX_RANK_UNSEEN)
        return ex_row_rank(row) == EX_RANK_OTHER ? "-" : ex_severity_str(row->severity);
    switch (row->state) {
    case EX_STATE_OUT_OF_SCOPE:
    case EX_STATE_OPTED_OUT:
        return "left out";
    case EX_STATE_INTERRUPTED:
        return "not done";
    case EX_STATE_INTERNAL_ERROR:
        return "failed";
    case EX_STATE_BLOCKED:
        return "blocked";
    default:
        return "no reply";
    }
}

enum ex_paint ex_text_paint(const struct ex_row *row)
{
    switch (ex_row_rank(row)) {
    case EX_RANK_UNSEEN:
        return EX_PAINT_UNSEEN;
    case EX_RANK_OTHER:
        return EX_PAINT_FAINT;
    default:
        return ex_paint_of(row->severity);
    }
}
