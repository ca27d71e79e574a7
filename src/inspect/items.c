// SPDX-License-Identifier: MIT
#include "inspect/items.h"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>
#include <stdio.h>

#include "inspect/clean.h"
#include "logon/walk.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { DEPTH_MAX = 256 /* open elements; libxml2 looks through all of them at each end tag */ };

/* Elements that must all be reported: one that is missing is hidden from the parser, as a
 * second body is, whose handlers browsers add to the first. Genuine scripts write "<meta" and
 * "<object" into the page, so these cannot be counted. */
static const char *const counted[] = { "script", "form", "base", "iframe", "embed" };
/* The same for those that a parser adds by itself: only where they have attributes. */
static const char *const implied[] = { "body", "html" };

enum { N_COUNTED = N_OF(counted), N_IMPLIED = N_OF(implied) };

struct reading {
    struct ex_items *items;
    xmlParserCtxtPtr parser;
    struct ex_item *text; /* whose text is being read, or NULL */
    struct ex_item *form; /* open form, or NULL */
    size_t n_seen[N_COUNTED];
    size_t n_implied[N_IMPLIED];
    bool stopped;
};

static struct ex_piece keep(struct ex_items *items, const xmlChar *s, size_t n)
{
    struct ex_piece p = { (uint32_t)items->n_text, 0 };

    if (n > EX_ITEM_TEXT_MAX - items->n_text) {
        items->doubtful = true;
        return p;
    }
    if (n)
        memcpy(items->text + items->n_text, s, n);
    items->n_text += n;
    p.n = (uint32_t)n;
    return p;
}

static struct ex_item *add(struct ex_items *items, enum ex_item_kind kind, const xmlChar *url)
{
    struct ex_item *item;

    if (items->n == EX_ITEMS_MAX) {
        items->doubtful = true;
        return NULL;
    }
    item = &items->at[items->n++];
    *item = (struct ex_item){ .kind = kind, .has_url = url != NULL };
    item->url = keep(items, url, url ? strlen((const char *)url) : 0);
    return item;
}

static const xmlChar *attribute(const xmlChar **atts, const char *name)
{
    for (size_t i = 0; atts && atts[i]; i += 2)
        if (strcmp((const char *)atts[i], name) == 0)
            return atts[i + 1] ? atts[i + 1] : (const xmlChar *)"";
    return NULL;
}

static struct ex_span value(const xmlChar **atts, const char *name)
{
    return ex_span_trim(ex_span_str((const char *)attribute(atts, name)));
}

/* A type that browsers do not run (HTML 4.12.1.1): everything that is no JavaScript, no module
 * and no script of old browsers. */
static bool is_data(const xmlChar **atts)
{
    static const char *const runs[] = { "javascript", "ecmascript", "jscript",
                                        "livescript", "module",     "vbscript" };
    const struct ex_span type = value(atts, "type");

    if (!type.n)
        return false;
    for (size_t i = 0; i < N_OF(runs); i++)
        if (ex_span_find_nocase(type, runs[i]) != SIZE_MAX)
            return false;
    return true;
}

static bool names_password(const xmlChar **atts)
{
    return ex_span_eq_nocase(value(atts, "type"), "password") ||
           ex_word_is_password(value(atts, "id")) || ex_word_is_password(value(atts, "name"));
}

static void script(struct reading *r, const xmlChar **atts)
{
    struct ex_item *item = add(r->items, EX_ITEM_SCRIPT, attribute(atts, "src"));

    if (!item) {
        r->text = NULL;
        return;
    }
    if (!item->has_url && attribute(atts, "href")) { /* of SVG */
        const xmlChar *href = attribute(atts, "href");

        item->has_url = true;
        item->url = keep(r->items, href, strlen((const char *)href));
    }
    item->integrity = value(atts, "integrity").n > 0;
    item->data = is_data(atts);
    item->text.at = (uint32_t)r->items->n_text;
    r->text = item;
}

static void form(struct reading *r, const xmlChar **atts)
{
    struct ex_item *item = add(r->items, EX_ITEM_FORM, attribute(atts, "action"));

    r->form = item;
    if (!item)
        return;
    item->logon = ex_span_eq_nocase(value(atts, "name"), "logonForm") ||
                  ex_span_eq_nocase(value(atts, "id"), "logonForm");
    item->post = ex_span_eq_nocase(value(atts, "method"), "post");
    item->text = keep(r->items, value(atts, "id").p, value(atts, "id").n);
}

/* A field counts for the form around it, or for the one that its attribute names. */
static void lend(struct reading *r, const xmlChar **atts, bool password, bool user)
{
    struct ex_item *item = r->form;

    if (!password && !user)
        return;
    if (attribute(atts, "form"))
        item = add(r->items, EX_ITEM_LENT, attribute(atts, "form"));
    if (item) {
        item->password |= password;
        item->user |= user;
    }
}

static void field(struct reading *r, const char *name, const xmlChar **atts)
{
    static const char *const genuine[] = { "newPwd1", "newPwd2", "oldPwd", "password",
                                           "passwordText" };
    const struct ex_span id = value(atts, "name").n ? value(atts, "name") : value(atts, "id");
    const bool hidden = ex_span_eq_nocase(value(atts, "type"), "hidden");

    if (attribute(atts, "formaction")) {
        struct ex_item *item = add(r->items, EX_ITEM_SUBMIT, attribute(atts, "formaction"));

        if (item && r->form && !attribute(atts, "form"))
            item->form = r->form;
    }
    if (strcmp(name, "input") != 0)
        return;
    lend(r, atts, names_password(atts) && !hidden, ex_word_is_user(id) && !hidden);
    if (hidden && ex_word_is_password(id) && !ex_word_in(id, genuine, N_OF(genuine)))
        add(r->items, EX_ITEM_SECRET, (const xmlChar *)attribute(atts, "name"));
    if (ex_span_eq_nocase(value(atts, "type"), "image") && attribute(atts, "src"))
        add(r->items, EX_ITEM_LINK, attribute(atts, "src"));
}

/* <meta http-equiv=refresh content="0; url=..."> */
static void meta(struct reading *r, const xmlChar **atts)
{
    const struct ex_span content = value(atts, "content");
    const size_t at = ex_span_find_nocase(content, "url=");

    if (!ex_span_eq_nocase(value(atts, "http-equiv"), "refresh") || at == SIZE_MAX)
        return;
    struct ex_item *item = add(r->items, EX_ITEM_FRAME, NULL);

    if (item) {
        const struct ex_span url = ex_span_part(content, at + 4, content.n);

        item->has_url = true;
        item->url = keep(r->items, url.p, url.n);
    }
}

/* Attributes that load something, by element; sorted by nothing: there are few. */
static const struct {
    const char *element;
    const char *attribute;
    enum ex_item_kind kind;
} loading[] = {
    { "iframe", "src", EX_ITEM_FRAME },      { "frame", "src", EX_ITEM_FRAME },
    { "object", "data", EX_ITEM_FRAME },     { "object", "codebase", EX_ITEM_FRAME },
    { "embed", "src", EX_ITEM_FRAME },       { "applet", "codebase", EX_ITEM_FRAME },
    { "applet", "code", EX_ITEM_FRAME },     { "iframe", "srcdoc", EX_ITEM_NESTED },
    { "link", "href", EX_ITEM_LINK },        { "img", "src", EX_ITEM_LINK },
    { "body", "background", EX_ITEM_LINK },  { "video", "src", EX_ITEM_LINK },
    { "audio", "src", EX_ITEM_LINK },        { "source", "src", EX_ITEM_LINK },
    { "table", "background", EX_ITEM_LINK }, { "td", "background", EX_ITEM_LINK },
};

static void handler(struct reading *r, const char *element, const xmlChar **atts, size_t i)
{
    static const char *const keys[] = { "onbeforeinput", "onchange",   "oninput",
                                        "onkeydown",     "onkeypress", "onkeyup" };
    const bool input = strcmp(element, "input") == 0;
    struct ex_item *item = add(r->items, EX_ITEM_HANDLER, NULL);

    if (!item)
        return;
    item->text = keep(r->items, atts[i + 1], atts[i + 1] ? strlen((const char *)atts[i + 1]) : 0);
    item->key_event = ex_word_in(ex_span_str((const char *)atts[i]), keys, N_OF(keys));
    item->on_field = input && names_password(atts);
    item->wide = !input && strcmp(element, "select") != 0 && strcmp(element, "textarea") != 0;
}

/* What follows "javascript:" in an address; browsers drop tabs and line ends from it
 * (WHATWG URL 4.4). Returns false when it is another address. */
static bool script_address(struct ex_items *items, struct ex_span v, struct ex_piece *out)
{
    static const char scheme[] = "javascript:";
    const size_t begin = items->n_text;
    size_t n = 0;

    if (v.n > EX_ITEM_TEXT_MAX - begin) {
        items->doubtful = true;
        return false;
    }
    for (size_t i = 0; i < v.n; i++)
        if (!(n == 0 && v.p[i] <= ' ') && !strchr("\t\r\n", v.p[i]))
            items->text[begin + n++] = v.p[i];
    if (!ex_span_starts_nocase((struct ex_span){ items->text + begin, n }, scheme))
        return false;
    items->n_text += n;
    *out = (struct ex_piece){ (uint32_t)(begin + strlen(scheme)), (uint32_t)(n - strlen(scheme)) };
    return true;
}

/* on... attributes, javascript: addresses and styles of any element. */
static void common(struct reading *r, const char *element, const xmlChar **atts)
{
    static const char *const addresses[] = { "action", "data", "formaction",
                                             "href",   "src",  "xlink:href" };

    for (size_t i = 0; atts && atts[i]; i += 2) {
        const char *name = (const char *)atts[i];
        const struct ex_span v = ex_span_trim(ex_span_str((const char *)atts[i + 1]));
        struct ex_piece code;
        struct ex_item *item;

        if (name[0] == 'o' && name[1] == 'n' && name[2]) {
            handler(r, element, atts, i);
        } else if (strcmp(name, "style") == 0 && v.n) {
            item = add(r->items, EX_ITEM_TEXT, NULL);
            if (item)
                item->text = keep(r->items, v.p, v.n);
        } else if (ex_word_in(ex_span_str(name), addresses, N_OF(addresses)) &&
                   script_address(r->items, v, &code)) {
            item = add(r->items, EX_ITEM_HANDLER, NULL);
            if (item) {
                item->address = true;
                item->text = code;
            }
        }
    }
}

static void on_start(void *user, const xmlChar *name, const xmlChar **atts)
{
    struct reading *r = user;
    const char *element = (const char *)name;

    if (r->stopped)
        return;
    for (size_t i = 0; i < N_COUNTED; i++)
        r->n_seen[i] += strcmp(element, counted[i]) == 0;
    for (size_t i = 0; i < N_IMPLIED; i++)
        r->n_implied[i] += atts && strcmp(element, implied[i]) == 0;
    if (r->parser->nameNr > DEPTH_MAX) {
        r->items->doubtful = r->stopped = true;
        xmlStopParser(r->parser);
        return;
    }
    common(r, element, atts);
    for (size_t i = 0; i < N_OF(loading); i++)
        if (strcmp(element, loading[i].element) == 0 && attribute(atts, loading[i].attribute))
            add(r->items, loading[i].kind, attribute(atts, loading[i].attribute));
    if (strcmp(element, "script") == 0) {
        script(r, atts);
    } else if (strcmp(element, "style") == 0) {
        r->text = add(r->items, EX_ITEM_TEXT, NULL);
        if (r->text)
            r->text->text.at = (uint32_t)r->items->n_text;
    } else if (strcmp(element, "form") == 0) {
        form(r, atts);
    } else if (strcmp(element, "input") == 0 || strcmp(element, "button") == 0) {
        field(r, element, atts);
    } else if (strcmp(element, "meta") == 0) {
        meta(r, atts);
    } else if (strcmp(element, "base") == 0 && !r->items->has_base && attribute(atts, "href")) {
        const xmlChar *href = attribute(atts, "href");

        r->items->has_base = true;
        r->items->base = keep(r->items, href, strlen((const char *)href));
    }
}

static void on_end(void *user, const xmlChar *name)
{
    struct reading *r = user;

    if (strcmp((const char *)name, "script") == 0 || strcmp((const char *)name, "style") == 0)
        r->text = NULL;
    else if (strcmp((const char *)name, "form") == 0)
        r->form = NULL;
}

/* The text of one element comes in pieces, and nothing else is kept in between. */
static void on_text(void *user, const xmlChar *s, int n)
{
    struct reading *r = user;

    if (!r->text || n <= 0 || r->stopped)
        return;
    if ((size_t)r->text->text.at + r->text->text.n != r->items->n_text)
        r->items->doubtful = true; /* two texts at once: no page is like that */
    else
        r->text->text.n += keep(r->items, s, (size_t)n).n;
}

static void parse(struct reading *r, struct ex_span body)
{
    const int options = HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR |
                        HTML_PARSE_NOWARNING | HTML_PARSE_IGNORE_ENC;

    /* Scripts are hashed as they came: bytes are taken for UTF-8, whatever the page says. */
    r->parser = htmlCreateMemoryParserCtxt((const char *)body.p, (int)body.n);
    if (!r->parser) {
        r->items->doubtful = true;
        return;
    }
    memset(r->parser->sax, 0, sizeof(*r->parser->sax));
    r->parser->sax->startElement = on_start;
    r->parser->sax->endElement = on_end;
    r->parser->sax->characters = on_text;
    r->parser->sax->cdataBlock = on_text;
    r->parser->userData = r;
    htmlCtxtUseOptions(r->parser, options);
    xmlSwitchEncoding(r->parser, XML_CHAR_ENCODING_UTF8);
    htmlParseDocument(r->parser);
    xmlFreeParserCtxt(r->parser);
    r->parser = NULL;
}

/* How often a tag stands in the raw bytes, ASCII case ignored. */
static size_t count(struct ex_span body, const char *element, const char *end)
{
    char tag[16];
    size_t n = 0, at;

    snprintf(tag, sizeof(tag), "<%s%s", element, end);
    while ((at = ex_span_find_nocase(body, tag)) != SIZE_MAX) {
        n++;
        body = ex_span_part(body, at + strlen(tag), body.n);
    }
    return n;
}

void ex_items_read(struct ex_items *items, struct ex_span body)
{
    struct reading r = { .items = items };
    struct ex_span part = ex_span_part(body, 0, sizeof(items->clean));

    items->n = items->n_text = 0;
    items->has_base = false;
    items->base = (struct ex_piece){ 0 };
    items->doubtful = part.n != body.n;
    part = (struct ex_span){ items->clean, ex_clean(items->clean, part, &items->doubtful) };
    if (part.n)
        parse(&r, part);
    for (size_t i = 0; i < N_COUNTED; i++)
        items->doubtful |= count(body, counted[i], "") > r.n_seen[i];
    for (size_t i = 0; i < N_IMPLIED; i++)
        items->doubtful |=
            count(body, implied[i], "") > r.n_implied[i] + count(body, implied[i], ">");
}
