// SPDX-License-Identifier: MIT
#ifndef CORE_PRESENCE_H
#define CORE_PRESENCE_H

#include "core/evidence.h"

/** What the control request, a path that no Exchange has, came back with. */
enum ex_control {
    EX_CONTROL_NOT_ASKED,
    EX_CONTROL_FAILED,  /**< asked, and nothing can be concluded */
    EX_CONTROL_REFUSED, /**< cut off or blocked: clean once another request is answered after it */
    EX_CONTROL_CLEAN,   /**< not found, or refused as such, and without marks of Exchange */
    EX_CONTROL_SOFT,    /**< 200 */
    EX_CONTROL_FE_ONLY, /**< carries X-FEServer, as real servers only do inside their folders */
    EX_CONTROL_MARKED,  /**< carries X-OWA-Version or an OWA page: a simulator */
};

/** Everything about the presence of Exchange that can be said so far. */
struct ex_assessment {
    enum ex_presence present;
    enum ex_control control;
    bool proven;        /**< positive proof was seen; "yes" needs a clean control as well */
    bool by_page;       /**< the logon page is part of the proof */
    bool wants_fresh;   /**< would be proven by a second, different request-id */
    bool wants_owa;     /**< a page without any header of a front end: /owa/ tells */
    bool worth_control; /**< the result is not a plain "no" */
    bool online;        /**< marks of Exchange Online itself */
    bool vanity;        /**< a redirect to Exchange Online */
    bool suspicious;    /**< contradictions that real servers do not have */
    bool soft_404;      /**< answers 200 for whatever is asked */
    bool preauth;       /**< something logs users on in front */
    bool fresh_ids;     /**< request-id was there and changed */
};

/**
 * Weigh the answers so far. Positive proof is one of
 *  - a logon page with its comment and a version in its paths, that is no copy and,
 *    for 2013 and later, is borne out by a header of a front end or another answer;
 *  - X-FEServer or the X-SOAP-Enabled family with a request-id that changes;
 *  - a healthcheck answer that names the server of X-FEServer.
 * A 401, NTLM, or words in a page alone are never proof.
 */
struct ex_assessment ex_assess(const struct ex_evidence *ev, const struct ex_catalog *cat);

/** The page is one that a server of ours may have made: comment, version, own paths, no copy. */
bool ex_page_is_genuine_like(const struct ex_page *p);

#endif
