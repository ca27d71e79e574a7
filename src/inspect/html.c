// SPDX-License-Identifier: MIT
#include "inspect/html.h"

#include <libxml/parser.h>
#include <stdlib.h>

#include "core/page.h"
#include "inspect/forms.h"
#include "inspect/reader.h"
#include "logon/handler.h"
#include "logon/literal.h"

enum { TEXT_REFS_MAX = 64 /* addresses of one style sheet or block of data */ };

enum ex_status ex_reader_new(struct ex_reader **out, const struct ex_catalog *cat,
                             const struct ex_known_good *known)
{
    *out = calloc(1, sizeof(**out));
    if (!*out)
        return EX_ENOMEM;
    (*out)->cat = cat;
    (*out)->known = known;
    xmlInitParser();
    return EX_OK;
}

void ex_reader_free(struct ex_reader *r)
{
    free(r);
}

static void place_of(struct ex_looking *l, const struct ex_item *item, struct ex_place *p)
{
    ex_place_of(&l->where, ex_piece_of(&l->r->items, item->url), p);
}

static struct ex_script entry(const struct ex_looking *l, enum ex_script_kind kind,
                              struct ex_span url)
{
    struct ex_script s = { .kind = kind, .page = l->which };

    ex_span_copy(s.url, sizeof(s.url), url);
    return s;
}

/* Text that is a script, wherever it stands. */
static void code(struct ex_looking *l, enum ex_script_kind kind, struct ex_span text,
                 const struct ex_script_task *task, uint16_t features)
{
    struct ex_script s = entry(l, kind, (struct ex_span){ 0 });

    s.features = features;
    ex_found_text(l, text, task, &s);
    if (s.known)
        s.features = 0;
    ex_found_script(l, &s);
}

/* data:text/javascript;base64,... is a script within an address. */
static bool data_script(struct ex_looking *l, const struct ex_item *item)
{
    struct ex_piece p = item->url;
    const struct ex_span url = ex_piece_of(&l->r->items, p);
    const uint8_t *comma =
        ex_span_starts_nocase(ex_span_trim(url), "data:") ? memchr(url.p, ',', url.n) : NULL;
    const struct ex_script_task task = { 0 };
    size_t n;

    if (!comma)
        return false;
    const size_t head = (size_t)(comma - url.p) + 1;
    const bool base64 = ex_span_find_nocase(ex_span_part(url, 0, head), ";base64") != SIZE_MAX;
    uint8_t *text = l->r->items.text + p.at + head; /* in place: it only shrinks */

    n = ex_literal_percent(text, url.n - head);
    if (base64) {
        const size_t decoded = ex_literal_base64(text, (struct ex_span){ text, n });

        n = decoded ? decoded : n;
    }
    code(l, EX_SCRIPT_INLINE, (struct ex_span){ text, n }, &task, 0);
    return true;
}

static void external(struct ex_looking *l, const struct ex_item *item)
{
    struct ex_place p;

    if (data_script(l, item))
        return;
    if (!item->data) {
        ex_found_source(l, ex_piece_of(&l->r->items, item->url), item->integrity);
        return;
    }
    place_of(l, item, &p);
    ex_found_origin(l->out, &p);
}

static void frame(struct ex_looking *l, const struct ex_item *item)
{
    const struct ex_script_task task = { 0 };
    const struct ex_span url = ex_piece_of(&l->r->items, item->url);
    struct ex_place p;
    struct ex_script s;

    place_of(l, item, &p);
    ex_found_origin(l->out, &p);
    if (ex_place_is_foreign(p.kind)) {
        s = entry(l, EX_SCRIPT_FOREIGN, url);
        s.benign = p.kind == EX_PLACE_BENIGN;
        s.features = s.benign ? 0 : 1 << EX_FEAT_X1;
        ex_span_copy(s.sink, sizeof(s.sink), ex_span_str(p.host));
        ex_found_script(l, &s);
    } else if (url.n) { /* a page of this server, or code in an address */
        code(l, EX_SCRIPT_HANDLER, url, &task, 0);
    }
}

static void handler(struct ex_looking *l, const struct ex_item *item)
{
    struct ex_piece p = item->text;
    const struct ex_script_task task = { .on_field = item->on_field };
    struct ex_span text = ex_span_trim(ex_piece_of(&l->r->items, p));
    const bool keys = item->key_event && (item->on_field || item->wide);

    if (item->address)
        text.n = ex_literal_percent(l->r->items.text + (text.p - l->r->items.text), text.n);
    if (ex_handler_is_genuine(text))
        return;
    code(l, EX_SCRIPT_HANDLER, text, &task, keys ? 1 << EX_FEAT_C2 : 0);
}

/* Addresses with a host in style sheets and data. */
static void text_refs(struct ex_looking *l, struct ex_span text)
{
    for (unsigned i = 0; i < TEXT_REFS_MAX; i++) {
        const uint8_t *hit = text.n ? memmem(text.p, text.n, "//", 2) : NULL;
        const size_t at = hit ? (size_t)(hit - text.p) : 0;
        struct ex_place p;
        size_t n = 2;

        if (!hit)
            return;
        while (at + n < text.n && text.p[at + n] > ' ' && !strchr("\"'()<>,;\\{}", text.p[at + n]))
            n++;
        if (at == 0 || strchr(":(\"' ", text.p[at - 1])) {
            ex_place_of(&l->where, ex_span_part(text, at, n), &p);
            ex_found_origin(l->out, &p);
        }
        text = ex_span_part(text, at + n, text.n);
    }
}

static void script(struct ex_looking *l, const struct ex_item *item)
{
    const struct ex_script_task task = { 0 };
    const struct ex_span text = ex_piece_of(&l->r->items, item->text);

    if (item->has_url)
        external(l, item);
    else if (item->data)
        text_refs(l, text);
    else if (ex_span_trim(text).n)
        code(l, EX_SCRIPT_INLINE, text, &task, 0);
}

static void one_item(struct ex_looking *l, const struct ex_item *item)
{
    const struct ex_script_task task = { 0 };
    struct ex_place p;

    switch (item->kind) {
    case EX_ITEM_SCRIPT:
        script(l, item);
        break;
    case EX_ITEM_HANDLER:
        handler(l, item);
        break;
    case EX_ITEM_FRAME:
        frame(l, item);
        break;
    case EX_ITEM_NESTED:
        code(l, EX_SCRIPT_HANDLER, ex_piece_of(&l->r->items, item->url), &task, 0);
        break;
    case EX_ITEM_LINK:
        place_of(l, item, &p);
        ex_found_origin(l->out, &p);
        break;
    case EX_ITEM_TEXT:
        text_refs(l, ex_piece_of(&l->r->items, item->text));
        break;
    case EX_ITEM_FORM:
    case EX_ITEM_SUBMIT:
    case EX_ITEM_SECRET:
    case EX_ITEM_LENT:
        break; /* ex_read_forms() sees them together */
    }
}

/* The folder that the page takes its files from: "/owa/auth/15.1.2507/", "/owa/14.3.513.0/". */
static void read_theme(struct ex_logon_page *out, struct ex_span body,
                       const struct ex_page_texts *texts)
{
    static const char *const roots[] = { "/owa/auth/", "/owa/" };
    const size_t at = texts->path.n ? (size_t)(texts->path.p - body.p) : 0;

    for (size_t i = 0; at && !out->theme[0] && i < sizeof(roots) / sizeof(roots[0]); i++) {
        const size_t n = strlen(roots[i]), all = n + texts->path.n + 1;

        if (at >= n && ex_span_eq(ex_span_part(body, at - n, n), roots[i]) &&
            all < sizeof(out->theme)) {
            ex_span_copy(out->theme, all, ex_span_part(body, at - n, n + texts->path.n));
            out->theme[all - 1] = '/';
            out->theme[all] = '\0';
        }
    }
}

static bool is_html(const struct ex_exchange *x)
{
    const struct ex_header *type = ex_exchange_header(x, "Content-Type");

    if (type)
        return ex_span_find_nocase(type->value, "html") != SIZE_MAX;
    return ex_span_find_nocase(ex_span_part(x->body, 0, 4096), "<html") != SIZE_MAX;
}

/* The marks of the page itself, and no form of TMG or another device in front. */
static bool is_native(struct ex_span body, enum ex_credential_page which, const struct ex_page *p)
{
    static const char *const marks[] = { "OwaPage = ASP.auth_logon_aspx",
                                         "OwaPage = ASP.auth_expiredpassword_aspx" };
    const struct ex_span top = ex_span_part(body, 0, 4096);
    const bool marked = ex_span_find_nocase(top, marks[which]) != SIZE_MAX;

    if (ex_span_find_nocase(body, "CookieAuth.dll") != SIZE_MAX)
        return false;
    return marked || (!p->owa_page && p->guid && p->logon_form);
}

bool ex_reader_page(struct ex_reader *r, const struct ex_exchange *x, enum ex_credential_page which,
                    const char *host, struct ex_logon_page *out)
{
    struct ex_looking l = { .r = r, .out = out, .which = which };
    struct ex_page page;
    struct ex_page_texts texts;

    if (x->status != 200 || !is_html(x))
        return false;
    ex_page_scan(x->body, &page, &texts);
    l.again = out->seen[which] && out->native[which];
    out->seen[which] = true;
    if (!is_native(x->body, which, &page)) {
        out->pages_differ |= l.again;
        return false;
    }
    out->native[which] = true;
    out->cut[which] |= x->body_cut;
    read_theme(out, x->body, &texts);
    ex_items_read(&r->items, x->body);
    out->doubtful |= r->items.doubtful;
    l.where = (struct ex_where){ .cat = r->cat,
                                 .host = host,
                                 .folder = "/owa/auth/",
                                 .base = ex_piece_of(&r->items, r->items.base) };
    for (size_t i = 0; i < r->items.n; i++)
        one_item(&l, &r->items.at[i]);
    ex_read_forms(&l);
    for (size_t i = 0; l.again && i < out->n_scripts; i++) {
        const struct ex_script *s = &out->scripts[i];

        if (!(l.met >> i & 1) && s->page == which && s->kind != EX_SCRIPT_STATIC && !s->benign)
            out->pages_differ = true; /* it was there when the page was first looked at */
    }
    ex_spread_known(out);
    ex_found_hash(out);
    return true;
}

void ex_reader_script(struct ex_reader *r, const struct ex_exchange *x,
                      enum ex_credential_page which, const char *host, size_t at,
                      struct ex_logon_page *out)
{
    struct ex_looking l = { .r = r, .out = out, .which = which };
    const struct ex_script_task task = { 0 };
    struct ex_script *s;

    l.where = (struct ex_where){ .cat = r->cat, .host = host, .folder = "/owa/auth/" };
    if (x->status != 200 || at > out->n_scripts)
        return;
    if (at == out->n_scripts) {
        struct ex_script file = entry(&l, EX_SCRIPT_STATIC, ex_span_str(x->path));

        file.tried = file.shipped = true;
        if (at == EX_SCRIPTS_MAX) {
            out->n_more++;
            return;
        }
        out->scripts[out->n_scripts++] = file;
    }
    s = &out->scripts[at];
    s->fetched = true;
    s->cut = x->body_cut;
    s->known = !x->body_cut && ex_is_known_file(r, x->body);
    ex_found_text(&l, x->body, &task, s);
    ex_spread_known(out);
    ex_found_hash(out);
}
