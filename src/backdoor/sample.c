// SPDX-License-Identifier: MIT
#include "backdoor/parts.h"

enum {
    CLASS_TEXT = 96,
    TYPE_TEXT = 96,
    CLASS_TOP_BYTES = 8192, /* the comment stands above the doctype */
};

static bool is_class_char(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' ||
           c == '.';
}

/* "ASP.auth_logon_aspx" of the comment OwaPage = ASP.auth_logon_aspx (front end code, class
 * OwaPage); "" when there is none. Returns @to. */
static char *owa_class(char to[static CLASS_TEXT], struct ex_span body)
{
    static const char before[] = "<!-- OwaPage = ";
    const struct ex_span top = ex_span_part(body, 0, CLASS_TOP_BYTES);
    const size_t at = ex_span_find(top, before);
    struct ex_span rest;
    size_t n = 0;

    to[0] = '\0';
    if (at == SIZE_MAX)
        return to;
    rest = ex_span_part(top, at + sizeof(before) - 1, top.n);
    while (n < rest.n && n < CLASS_TEXT - 1 && is_class_char(rest.p[n]))
        n++;
    if (ex_span_starts_nocase(rest, "ASP."))
        ex_span_copy(to, CLASS_TEXT, ex_span_part(rest, 0, n));
    return to;
}

static bool is_dynamic(const struct ex_exchange *x)
{
    const struct ex_header *cache = ex_exchange_header(x, "Cache-Control");

    return ex_exchange_header(x, "X-AspNet-Version") ||
           (cache && ex_span_find_nocase(cache->value, "private") != SIZE_MAX);
}

static void copy_field(char *to, size_t size, const struct ex_exchange *x, const char *name)
{
    const struct ex_header *h = ex_exchange_header(x, name);

    ex_span_copy(to, size, h ? h->value : (struct ex_span){ 0 });
}

/* Where a name that is not there may be answered with a page, a page of Exchange that is not
 * there is, too: that it carries no mark says nothing. */
static bool answers_anything(const struct ex_baseline *b)
{
    return b && (b->state == EX_FS_WILDCARD || b->state == EX_FS_UNSTABLE);
}

void ex_answer_scan(struct ex_hunt *h, const struct ex_exchange *x, const struct ex_path_row *row,
                    const struct ex_baseline *b, struct ex_hits *out)
{
    char type[TYPE_TEXT], location[EX_BASE_LOCATION], class[CLASS_TEXT];
    const struct ex_inspector *inspector = h->opt->inspector;
    const bool based = b && b->settled && b->n > 0;
    const struct ex_sample s = {
        .body = x->body,
        .status = x->status,
        .path = h->path,
        .content_type = type,
        .location = location,
        .owa_page = owa_class(class, x->body),
        .expected_page = row && !answers_anything(b) ? row->marker : "",
        .dynamic = is_dynamic(x),
        .body_cut = x->body_cut || x->outcome != EX_OUT_OK,
        .baseline_status = based ? b->at[b->n - 1].status : 0,
        .baseline_location = based ? b->location : "",
    };

    *out = (struct ex_hits){ 0 };
    copy_field(type, sizeof(type), x, "Content-Type");
    copy_field(location, sizeof(location), x, "Location");
    inspector->scan(inspector->arg, &s, out);
    if (out->n > EX_HITS_MAX)
        out->n = EX_HITS_MAX;
    h->scan_failed |= out->failed;
    if (b)
        ex_baseline_remove_hits(b, out);
}

enum ex_strength ex_strength_of(const struct ex_hits *hits)
{
    enum ex_strength most = EX_STRENGTH_NONE;

    for (size_t i = 0; i < hits->n; i++)
        most = hits->at[i].strength > most ? hits->at[i].strength : most;
    return most;
}

static void keep_confirmed(struct ex_hits *hits)
{
    uint8_t n = 0;

    for (size_t i = 0; i < hits->n; i++)
        if (hits->at[i].strength >= EX_STRENGTH_CONFIRMED)
            hits->at[n++] = hits->at[i];
    hits->n = n;
}

/* Only a folder that knows what a miss looks like can tell small differences; a 200 where
 * everything is refused is one in any case. */
enum ex_trace ex_trace_counted(const struct ex_hunt *h, size_t folder, enum ex_trace trace)
{
    if (!h->control_ok)
        return EX_TRACE_NONE;
    switch (h->baselines[folder].state) {
    case EX_FS_ASSESSED:
        return trace;
    case EX_FS_REFUSED:
    case EX_FS_REDIRECTED:
    case EX_FS_FAILING:
        return trace == EX_TRACE_ANSWERS ? trace : EX_TRACE_NONE;
    default:
        return EX_TRACE_NONE;
    }
}

enum ex_trace ex_answer_weigh(struct ex_hunt *h, const struct ex_exchange *x,
                              const struct ex_path_row *row, size_t folder, struct ex_hits *hits)
{
    const struct ex_baseline *b = &h->baselines[folder];
    const enum ex_trace trace = ex_baseline_compare(b, &h->print, x);
    char class[CLASS_TEXT];
    bool own_class;

    *hits = (struct ex_hits){ 0 };
    if (x->status != 200 && trace == EX_TRACE_NONE)
        return EX_TRACE_NONE;
    ex_answer_scan(h, x, row, b, hits);
    own_class = row->marker[0] != '\0' &&
                ex_span_eq_nocase(ex_span_str(owa_class(class, x->body)), row->marker);
    if (own_class) /* Exchange's own page, of this generation: forms on it are its own */
        keep_confirmed(hits);
    if (row->genuine && x->status != 200)
        hits->n = 0;
    if (hits->n == 0 && (row->genuine || own_class))
        return EX_TRACE_NONE;
    return hits->n > 0 ? trace : ex_trace_counted(h, folder, trace);
}
