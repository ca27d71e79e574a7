// SPDX-License-Identifier: MIT
#ifndef INSPECT_ITEMS_H
#define INSPECT_ITEMS_H

#include "exprobe/exchange.h"

/* What of a page can run, load or send something, as libxml2's SAX interface reports it. */

enum ex_item_kind {
    EX_ITEM_SCRIPT,
    EX_ITEM_HANDLER, /* on... attribute, or a javascript: address */
    EX_ITEM_FORM,
    EX_ITEM_SUBMIT, /* formaction of a button */
    EX_ITEM_SECRET, /* hidden field with a password's name */
    EX_ITEM_LENT,   /* field that belongs to another form: url is that one's id */
    EX_ITEM_FRAME,  /* iframe, frame, object, embed, meta refresh: runs or shows other pages */
    EX_ITEM_NESTED, /* srcdoc of a frame */
    EX_ITEM_LINK,   /* style sheet, picture, ... */
    EX_ITEM_TEXT    /* data or style that may name addresses */
};

enum { EX_ITEMS_MAX = 2048, EX_ITEM_TEXT_MAX = EX_BODY_MAX + 4096 };

/** Places in ex_items.text. */
struct ex_piece {
    uint32_t at, n;
};

struct ex_item {
    enum ex_item_kind kind;
    struct ex_piece url;  /* src, href, action, ... */
    struct ex_piece text; /* of a script, handler; FORM: its id */
    bool has_url;
    bool integrity;
    bool data;                  /* SCRIPT: its type is none that runs */
    bool address;               /* HANDLER: out of an address, so %NN counts */
    bool key_event;             /* HANDLER: of a key */
    bool on_field;              /* HANDLER: of the password field */
    bool wide;                  /* HANDLER: of something that is no single field */
    bool logon;                 /* FORM: named logonForm */
    bool post;                  /* FORM */
    bool password;              /* FORM: holds a field for the password */
    bool user;                  /* FORM: holds one for the user's name */
    const struct ex_item *form; /* SUBMIT: whose button it is; NULL: not known */
};

struct ex_items {
    size_t n;
    size_t n_text;
    struct ex_piece base; /* <base href> */
    bool has_base;
    bool doubtful; /* the parser may have seen something else than a browser would */
    struct ex_item at[EX_ITEMS_MAX];
    uint8_t clean[EX_BODY_MAX]; /* the page as the parser gets it */
    uint8_t text[EX_ITEM_TEXT_MAX];
};

/** Parse @body. Never fails: what could not be read sets doubtful. */
void ex_items_read(struct ex_items *items, struct ex_span body);

static inline struct ex_span ex_piece_of(const struct ex_items *items, struct ex_piece p)
{
    return (struct ex_span){ items->text + p.at, p.n };
}

#endif
