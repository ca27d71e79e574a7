// SPDX-License-Identifier: MIT
#ifndef LOGON_PLACE_H
#define LOGON_PLACE_H

#include "exprobe/catalog.h"
#include "exprobe/logon.h"

/** Where an address leads, seen from a page of the server. */
enum ex_place_kind {
    EX_PLACE_NONE,      /**< nowhere: data:, about:, a fragment, not an address */
    EX_PLACE_SELF,      /**< the page itself: empty, or a query alone */
    EX_PLACE_LOGON,     /**< where the logon forms of all generations post to */
    EX_PLACE_GENUINE,   /**< another page that Exchange ships */
    EX_PLACE_STATIC,    /**< picture, style or script of this server, by its extension */
    EX_PLACE_EDGE,      /**< path of this server that a network in front of it answers */
    EX_PLACE_RECAPTCHA, /**< the known helper of reCAPTCHA */
    EX_PLACE_OTHER,     /**< something else of this server */
    EX_PLACE_SIBLING,   /**< other host of the same registrable domain */
    EX_PLACE_BENIGN,    /**< host on the list of what pages usually load */
    EX_PLACE_FOREIGN,   /**< other host */
    EX_PLACE_COLLECTOR  /**< host on the list of collectors, or a bare address */
};

struct ex_place {
    enum ex_place_kind kind;
    char host[EX_HOST_TEXT];  /**< lower case, with the port when one is named; "": this server */
    char path[EX_SCRIPT_URL]; /**< absolute, without query; "" when there is none */
};

/** Where addresses are resolved. */
struct ex_where {
    const struct ex_catalog *cat;
    const char *host;    /**< name and port the page was asked by */
    const char *folder;  /**< of the page: "/owa/auth/" */
    struct ex_span base; /**< of <base href>, empty: none */
};

/** Resolve @ref (WHATWG URL, as far as host and path go) and say what it is. */
void ex_place_of(const struct ex_where *w, struct ex_span ref, struct ex_place *out);

/** Another origin than the page's own. */
static inline bool ex_place_is_foreign(enum ex_place_kind k)
{
    return k >= EX_PLACE_SIBLING;
}

/** The place ends in the name of a page that a server runs: ".aspx", ".ashx", ... */
bool ex_place_is_page(const struct ex_place *p);

/**
 * The host of @p looks like one of somebody well known without being it: it carries such a name
 * ("cdn-microsoft-office.example.net"), or differs from a benign host of the catalogue by one
 * character.
 */
bool ex_place_is_look_alike(const struct ex_where *w, const struct ex_place *p);

#endif
