// SPDX-License-Identifier: MIT
#ifndef CORE_PAGE_H
#define CORE_PAGE_H

#include "exprobe/build.h"

/** Where the logon form posts to. */
enum ex_action_kind_of_form {
    EX_FORM_NONE,
    EX_FORM_GENUINE, /**< /owa/auth.owa, owaauth.dll and their relative forms */
    EX_FORM_OTHER,   /**< another page of this host */
    EX_FORM_FOREIGN, /**< another host, or an absolute address */
};

/** What the fonts, files and words of a page say about its age. */
enum ex_page_era {
    EX_ERA_UNKNOWN,
    EX_ERA_2003, /**< exchweb */
    EX_ERA_2007, /**< owaauth.dll, /owa/8.x */
    EX_ERA_2010, /**< owafont.css */
    EX_ERA_2013, /**< Segoe UI WPC */
    EX_ERA_2016, /**< wf_segoe-ui_normal: 2016 and later */
};

/** What the bytes of an OWA page show. Plain data; the spans point into the body. */
struct ex_page {
    bool owa_page;         /**< comment OwaPage = ASP.auth_... */
    bool guid;             /**< comment {57A118C6-2DA9-419d-BE9A-F92B0F9A418B} */
    bool logon_form;       /**< form named logonForm */
    bool stub;             /**< a_fRC = 0: the page that sends browsers on */
    bool error_fe;         /**< errorFE.aspx, which repeats what the visitor put into its query */
    bool saved_from;       /**< "saved from url=": somebody's copy */
    bool absolute;         /**< the paths to themes name a host */
    bool conflicting;      /**< two different numbers in its paths */
    bool two_products;     /**< and they are of different products */
    uint8_t action;        /**< enum ex_action_kind_of_form */
    uint8_t era;           /**< enum ex_page_era */
    struct ex_build build; /**< of its theme and script paths; n_parts 0: none */
};

/** Texts of a page that are worth quoting; spans into the body that was scanned. */
struct ex_page_texts {
    struct ex_span path;       /**< the number in the path */
    struct ex_span host;       /**< and the host before it, with port; empty: none */
    struct ex_span saved_from; /**< the comment */
    struct ex_span action;
};

/**
 * Look at the bytes of a page. Linear in the body; reads nothing outside of it.
 *
 * The markup itself is not parsed: what makes an OWA page recognisable are fixed
 * strings that its template has carried since 2007.
 *
 * Returns: true when the body is an OWA page (the comment, or a logon form with a
 *          versioned path); *out is wholly written in any case.
 */
bool ex_page_scan(struct ex_span body, struct ex_page *out, struct ex_page_texts *texts);

#endif
