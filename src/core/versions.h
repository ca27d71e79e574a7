// SPDX-License-Identifier: MIT
#ifndef CORE_VERSIONS_H
#define CORE_VERSIONS_H

#include "core/evidence.h"

enum { EX_VERSIONS_MAX = EX_FRONT_ENDS_MAX };

/** The build numbers that were read, in the order of trust. */
struct ex_versions {
    struct ex_build full[EX_VERSIONS_MAX]; /**< different full numbers, lowest first */
    uint8_t n_full;
    struct ex_build cu;      /**< three parts, of the page or of a header; n_parts 0: none */
    bool by_page;            /**< full[0] was read from the paths of a page, not from a header */
    bool mixed;              /**< several front ends named different numbers */
    bool page_differs;       /**< with mixed: cu is of a front end that named no full number */
    bool silent;             /**< one of several front ends named no number, others did; its CU is
                                  taken to be theirs, its revision is not */
    bool conflict;           /**< one front end did */
    uint8_t header;          /**< enum ex_version_header: the best that any answer had */
    bool header_seen_broken; /**< some answer had one that is no number */
};

/**
 * Put the numbers of all answers together. Trust: a header on a service and on the
 * logon page alike, then the paths of the page. A header that contradicts the page it
 * came with is not believed: to rewrite a header is one rule on any proxy, to rewrite
 * every path of a page is not.
 */
struct ex_versions ex_versions_of(const struct ex_evidence *ev);

#endif
