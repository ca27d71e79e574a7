// SPDX-License-Identifier: MIT
#ifndef BACKDOOR_INSPECTOR_H
#define BACKDOOR_INSPECTOR_H

#include "exprobe/backdoor.h"
#include "exprobe/logon.h"

/*
 * What the pure hunt needs from libraries: signatures (libyara), HTML (libxml2),
 * hashes and memory. inspect/ implements it; tests put their own in its place.
 */

/** An answer as the signatures see it: the body, and these as external variables. */
struct ex_sample {
    struct ex_span body;
    int status;
    const char *path;          /**< as asked */
    const char *content_type;  /**< "" when there is none; of the three texts no NULL */
    const char *location;      /**< "" */
    const char *owa_page;      /**< class in the comment OwaPage = ASP.…, or "" */
    const char *expected_page; /**< what a genuine page of this name carries, or "" */
    bool dynamic;              /**< made by ASP.NET: X-AspNet-Version, or Cache-Control: private */
    bool body_cut;
    int baseline_status;           /**< of the random names, 0: none */
    const char *baseline_location; /**< "" */
};

struct ex_inspector {
    void *arg;
    /** Run all rules. Never blocks longer than its time limit. */
    void (*scan)(void *arg, const struct ex_sample *s, struct ex_hits *out);
    /** Add the scripts, handlers, forms and origins of a page that asks for a password.
     *  @host: the name and port the page was asked by, "mail.example.com:443".
     *  Returns: whether this answer is Exchange's own page. */
    bool (*page)(void *arg, const struct ex_exchange *x, enum ex_credential_page which,
                 const char *host, struct ex_logon_page *out);
    /** Read the text of script @at, that was fetched (SAME_ORIGIN), or add it (STATIC, @at ==
     *  out->n_scripts). */
    void (*script)(void *arg, const struct ex_exchange *x, enum ex_credential_page which,
                   const char *host, size_t at, struct ex_logon_page *out);
    /** Keep an answer for the owner of the server. NULL when there is no memory.
     *  @store is the host's own; what is kept lives as long as it. */
    const struct ex_exhibit *(*keep)(void *store, const struct ex_exchange *x);
};

#endif
