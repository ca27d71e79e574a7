// SPDX-License-Identifier: MIT
#ifndef INSPECT_READER_H
#define INSPECT_READER_H

#include "inspect/html.h"
#include "inspect/items.h"
#include "logon/script.h"

/* Between html.c (pages), texts.c (scripts) and found.c (what is noted). */

struct ex_reader {
    const struct ex_catalog *cat;      /* borrowed */
    const struct ex_known_good *known; /* borrowed, may be NULL */
    struct ex_walk walk;
    struct ex_items items;
    uint8_t bare[EX_ITEM_TEXT_MAX];
    uint8_t masked[EX_ITEM_TEXT_MAX];
};

/** One page while it is read. */
struct ex_looking {
    struct ex_reader *r;
    struct ex_logon_page *out;
    enum ex_credential_page which;
    struct ex_where where;
    uint64_t met; /* scripts of out that this look has met, by index */
    bool again;   /* the page was read before */
};

/**
 * Note @s, unless it is noted already. On a second look at a page, something new that nobody
 * knows sets pages_differ.
 * Returns: the entry, or NULL when there is no room.
 */
struct ex_script *ex_found_script(struct ex_looking *l, const struct ex_script *s);

/** Note a foreign origin. */
void ex_found_origin(struct ex_logon_page *out, const struct ex_place *place);

/** Hash of all that was noted: out->hash. */
void ex_found_hash(struct ex_logon_page *out);

/**
 * Read the text of a script into @s: hash, whether it is known, features.
 * @on: what the task says of the element.
 */
void ex_found_text(struct ex_looking *l, struct ex_span text, const struct ex_script_task *on,
                   struct ex_script *s);

/** Note a script that is loaded from @url: by an element, or by another script. */
void ex_found_source(struct ex_looking *l, struct ex_span url, bool integrity);

/** A file as it was served is one of the catalogue. */
bool ex_is_known_file(const struct ex_reader *r, struct ex_span body);

/** What is known by its file is known in the page, too. */
void ex_spread_known(struct ex_logon_page *out);

#endif
