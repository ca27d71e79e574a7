// SPDX-License-Identifier: MIT
#include "report/cells.h"

#include "core/put.h"
#include "report/tally.h"

char *ex_cell_count(char to[static EX_CELL_SIZE], uint64_t n, const char *one, const char *many)
{
    struct ex_put w = ex_put_of(to, EX_CELL_SIZE);

    ex_put_dec(&w, n);
    ex_put_ch(&w, ' ');
    ex_put_str(&w, n == 1 ? one : many);
    return to;
}

char *ex_cell_host(char to[static EX_CELL_SIZE], const struct ex_row *row)
{
    struct ex_put w = ex_put_of(to, EX_CELL_SIZE);

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

char *ex_cell_version(char to[static EX_CELL_SIZE], const struct ex_row *row)
{
    struct ex_put w = ex_put_of(to, EX_CELL_SIZE);

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

char *ex_cell_build(char to[static EX_CELL_SIZE], const struct ex_row *row)
{
    struct ex_put w = ex_put_of(to, EX_CELL_SIZE);

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

char *ex_cell_fixes(char to[static EX_CELL_SIZE], const struct ex_row *row, bool brief)
{
    struct ex_put w = ex_put_of(to, EX_CELL_SIZE);

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
        ex_put_str(&w, row->old_knowledge ? "up to date, old data" : "up to date");
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

char *ex_cell_support(char to[static EX_CELL_SIZE], const struct ex_row *row, bool brief)
{
    struct ex_put w = ex_put_of(to, EX_CELL_SIZE);

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

const char *ex_cell_severity(const struct ex_row *row)
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

static const char *backdoor_words(const struct ex_row *row)
{
    switch (row->backdoor) {
    case EX_BD_NONE_SEEN:
        return "none seen";
    case EX_BD_NOT_ASSESSED:
        return row->hunted ? "not assessed" : "not looked for";
    default:
        return ex_backdoor_str(row->backdoor);
    }
}

char *ex_cell_signs(char to[static EX_CELL_SIZE], const struct ex_row *row, bool brief)
{
    const bool logon = row->logon >= EX_LP_REVIEW;
    /* In little room the worse of the two, the back door when they are alike; that it could not
     * be assessed weighs more than a page to look at. */
    const bool only_logon = brief && logon && row->backdoor < ex_row_signs(row) &&
                            (row->backdoor != EX_BD_NOT_ASSESSED || row->logon > EX_LP_REVIEW);
    struct ex_put w = ex_put_of(to, EX_CELL_SIZE);

    if (!ex_tally_concerns(row))
        return to;
    if (!only_logon)
        ex_put_str(&w, backdoor_words(row));
    if (only_logon || (logon && !brief)) {
        ex_put_str(&w, only_logon ? "logon " : ", logon ");
        ex_put_str(&w, ex_logon_str(row->logon));
    }
    return to;
}
