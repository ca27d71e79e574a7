// SPDX-License-Identifier: MIT
#include "out/signs.h"

#include "core/put.h"

/* Why there is nothing to tell, or why the rest is not known: a clause. */
static const char *reason_words(enum ex_bd_reason r)
{
    static const char *const words[] = {
        [EX_BDR_NONE] = "",
        [EX_BDR_SWITCHED_OFF] = "it was switched off",
        [EX_BDR_NOT_EXCHANGE] = "it is not certain that this is Exchange",
        [EX_BDR_NOT_FINISHED] = "the server did not answer to the end",
        [EX_BDR_CONTROL_FAILED] = "the logon page is not Exchange's own",
        [EX_BDR_FOLDERS] = "not every folder tells a name that is there from one that is not",
        [EX_BDR_BLOCKED] = "a device began to refuse",
        [EX_BDR_TIMEOUT] = "the time was used up",
        [EX_BDR_BUDGET] = "the requests allowed did not suffice",
        [EX_BDR_RECEIVER] = "the logon page sends something to a known name, which was not asked",
        [EX_BDR_INTERRUPTED] = "the scan was stopped",
        [EX_BDR_INTERNAL] = "exprobe itself failed",
    };
    return (size_t)r < sizeof(words) / sizeof(words[0]) ? words[r] : "";
}

/* " (names of tier 1)" */
static void put_tier(struct ex_put *w, const struct ex_backdoor *b)
{
    ex_put_str(w, b->tier > 1 ? " (names of tiers 1 to " : " (names of tier ");
    ex_put_dec(w, b->tier);
    ex_put_ch(w, ')');
}

static void put_why(struct ex_put *w, const struct ex_backdoor *b)
{
    ex_put_str(w, reason_words(b->reason));
    if (b->blocked_after == 0)
        return;
    ex_put_str(w, " (");
    ex_put_str(w, b->blocked_by);
    ex_put_str(w, b->blocked_by[0] ? " after " : "after ");
    ex_put_dec(w, b->blocked_after);
    ex_put_str(w, b->blocked_after == 1 ? " request)" : " requests)");
}

/* "3 of 38 known locations" */
static void put_share(struct ex_put *w, unsigned n, unsigned of)
{
    ex_put_dec(w, n);
    ex_put_str(w, " of ");
    ex_put_dec(w, of);
    ex_put_str(w, of == 1 ? " known location" : " known locations");
}

static void put_stands_out(struct ex_put *w, const struct ex_backdoor *b)
{
    const unsigned n = b->n_suspects + b->n_more;

    put_share(w, n, b->n_asked);
    ex_put_str(w, n == 1 ? " stands out" : " stand out");
    put_tier(w, b);
    ex_put_str(w, ": ");
    ex_put_str(w, ex_backdoor_str(b->state));
    if (b->reason != EX_BDR_NONE) {
        ex_put_str(w, "; the rest is not assessed: ");
        put_why(w, b);
    }
}

char *ex_signs_backdoor(char to[static EX_SIGNS_SIZE], const struct ex_result *r)
{
    const struct ex_backdoor *b = r->backdoor;
    struct ex_put w = ex_put_of(to, EX_SIGNS_SIZE);

    if (!b) {
        ex_put_str(&w, "not looked for");
        ex_put_str(&w, r->not_hunted != EX_BDR_NONE ? ": " : "");
        ex_put_str(&w, reason_words(r->not_hunted));
    } else if (b->state == EX_BD_NOT_ASSESSED) {
        ex_put_str(&w, "not assessed: ");
        put_why(&w, b);
        ex_put_str(&w, b->reason != EX_BDR_NONE ? "; " : "");
        put_share(&w, b->n_asked, b->n_names);
        ex_put_str(&w, b->n_asked == 1 ? " was asked" : " were asked");
        put_tier(&w, b);
    } else if (b->state == EX_BD_NONE_SEEN) {
        ex_put_str(&w, "none of ");
        ex_put_dec(&w, b->n_asked);
        ex_put_str(&w, " known locations answered");
        put_tier(&w, b);
    } else {
        put_stands_out(&w, b);
    }
    return to;
}

const char *ex_signs_suspect(const struct ex_suspect *s)
{
    static const char *const words[] = {
        [EX_TRACE_NONE] = "nothing that differs",
        [EX_TRACE_HEADERS] = "other header fields than for a missing page",
        [EX_TRACE_BODY] = "another text than for a missing page",
        [EX_TRACE_REDIRECT] = "another redirect than for a missing page",
        [EX_TRACE_STATUS] = "another status than for a missing page",
        [EX_TRACE_REFUSED] = "access is refused where a missing page is only missing",
        [EX_TRACE_ERROR] = "an error of the server where a missing page is only missing",
        [EX_TRACE_ANSWERS] = "a page answers",
    };

    if (s->hits.n > 0)
        return s->hits.at[0].title[0] ? s->hits.at[0].title : s->hits.at[0].id;
    return (size_t)s->trace < sizeof(words) / sizeof(words[0]) ? words[s->trace] : "";
}

/* "reads the password, makes network calls"; "" for no feature. Returns @to. */
static char *feature_words(char to[static EX_SIGNS_SIZE], uint16_t features)
{
    static const char *const words[EX_N_FEATURES] = {
        [EX_FEAT_C1] = "reads the password",
        [EX_FEAT_C2] = "listens to keys",
        [EX_FEAT_S1] = "makes network calls",
        [EX_FEAT_S2] = "loads addresses that it builds itself",
        [EX_FEAT_S3] = "names an unknown host",
        [EX_FEAT_S4] = "names a host that collects data, or a bare address",
        [EX_FEAT_S5] = "names a page of this server that no Exchange ships",
        [EX_FEAT_H1] = "puts credentials into request headers",
        [EX_FEAT_K1] = "puts the password into a cookie or storage",
        [EX_FEAT_F1] = "posts the form elsewhere",
        [EX_FEAT_F2] = "mirrors the password in another field",
        [EX_FEAT_M1] = "changes functions of the page",
        [EX_FEAT_O1] = "hides what it does",
        [EX_FEAT_X1] = "loads a script of another site",
        [EX_FEAT_B1] = "looks like the code of a vendor",
    };
    struct ex_put w = ex_put_of(to, EX_SIGNS_SIZE);

    for (unsigned i = 0; i < EX_N_FEATURES; i++) {
        if (!(features & 1u << i))
            continue;
        ex_put_str(&w, w.at > to ? ", " : "");
        ex_put_str(&w, words[i]);
    }
    return to;
}

/* The script that weighs most and says where it sends. */
static const char *sink_of(const struct ex_logon_page *page)
{
    const struct ex_script *best = NULL;

    for (uint8_t i = 0; i < page->n_scripts; i++) {
        const struct ex_script *s = &page->scripts[i];

        if (!s->known && s->sink[0] && (!best || s->score > best->score))
            best = s;
    }
    return best ? best->sink : "";
}

/* Scripts, not forms; and how many of them are known. */
static unsigned count_scripts(const struct ex_logon_page *page, unsigned *known)
{
    unsigned n = page->n_more;

    *known = 0;
    for (uint8_t i = 0; i < page->n_scripts; i++) {
        n += page->scripts[i].kind != EX_SCRIPT_FORM;
        *known += page->scripts[i].kind != EX_SCRIPT_FORM && page->scripts[i].known;
    }
    return n;
}

static void put_known(struct ex_put *w, const struct ex_logon_page *page)
{
    unsigned known;
    const unsigned n = count_scripts(page, &known);

    ex_put_dec(w, known);
    ex_put_str(w, " of ");
    ex_put_dec(w, n);
    ex_put_str(w, " scripts are known");
}

/* Not of every update the scripts are known, so this is not yet a change. */
static void put_unknown(struct ex_put *w, const struct ex_logon_page *page)
{
    unsigned known;
    const unsigned n = count_scripts(page, &known);

    if (n == known) {
        ex_put_str(w, "is not known in this form");
        return;
    }
    ex_put_str(w, n - known == 1 ? "holds a script that is not known (of "
                                 : "holds scripts that are not known (");
    if (n - known > 1) {
        ex_put_dec(w, n - known);
        ex_put_str(w, " of ");
    }
    ex_put_dec(w, n);
    ex_put_ch(w, ')');
}

char *ex_signs_page(char to[static EX_SIGNS_SIZE], const struct ex_logon_page *page)
{
    const struct {
        bool holds;
        const char *words;
    } others[] = {
        { page->flogon_differs, "holds another flogon.js than the file of the server" },
        { page->pages_differ, "had other scripts when it was asked for again" },
        { page->doubtful, "holds scripts that could not be read" },
        { page->incomplete, "has scripts that were not all fetched" },
    };
    const char *target = page->target[0] ? page->target : sink_of(page);
    struct ex_put w = ex_put_of(to, EX_SIGNS_SIZE);

    feature_words(to, page->features & (uint16_t) ~(1u << EX_FEAT_B1));
    w.at += strlen(to);
    w.left -= strlen(to);
    if (page->features && target[0]) {
        ex_put_str(&w, " (");
        ex_put_str(&w, target);
        ex_put_ch(&w, ')');
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (!others[i].holds)
            continue;
        ex_put_str(&w, w.at > to ? ", " : "");
        ex_put_str(&w, others[i].words);
    }
    if (w.at == to)
        put_unknown(&w, page);
    return to;
}

char *ex_signs_logon(char to[static EX_SIGNS_SIZE], const struct ex_result *r)
{
    const struct ex_logon_page *page = r->logon;
    struct ex_put w = ex_put_of(to, EX_SIGNS_SIZE);
    char text[EX_SIGNS_SIZE];

    if (!page || page->state == EX_LP_NOT_ASSESSED) {
        ex_put_str(&w, page ? "not assessed" : "not looked at");
        if (!page && r->not_hunted != EX_BDR_NONE) {
            ex_put_str(&w, ": ");
            ex_put_str(&w, reason_words(r->not_hunted));
        }
    } else if (page->state == EX_LP_NOT_NATIVE) {
        ex_put_str(&w, "the page is not Exchange's own and was not judged");
    } else if (page->state == EX_LP_GENUINE) {
        put_known(&w, page);
        ex_put_str(&w, ", and nothing else stands out");
    } else if (page->state == EX_LP_CUSTOMISED) {
        ex_put_str(&w, "changed, and nothing in it was seen to take passwords: ");
        put_known(&w, page);
    } else {
        ex_put_str(&w, ex_logon_str(page->state));
        ex_put_str(&w, ": it ");
        ex_put_str(&w, ex_signs_page(text, page));
    }
    return to;
}
