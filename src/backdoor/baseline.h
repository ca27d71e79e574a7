// SPDX-License-Identifier: MIT
#ifndef BACKDOOR_BASELINE_H
#define BACKDOOR_BASELINE_H

#include "backdoor/footprint.h"
#include "exprobe/backdoor.h"

enum {
    EX_SAMPLES_MAX = 4, /**< random names for a folder: a pair, and one more when it disagrees */
    EX_BASE_HITS_MAX = EX_SAMPLES_MAX * EX_HITS_MAX,
    EX_BASE_LOCATION = 256
};

/** How a folder answers for names that are not there. Zero-initialised. */
struct ex_baseline {
    uint8_t n_asked; /**< random names, answered or not */
    uint8_t n;       /**< samples in at[] */
    bool settled;
    bool varies;                /**< samples that agree have different bodies */
    enum ex_folder_state state; /**< once settled */
    enum ex_folder_state kinds[EX_SAMPLES_MAX];
    struct ex_footprint at[EX_SAMPLES_MAX];
    char location[EX_BASE_LOCATION];    /**< of the last sample, raw */
    const char *hits[EX_BASE_HITS_MAX]; /**< rules that the samples fire */
    uint8_t n_hits;
};

/**
 * What an answer for a random name in @folder says: ASSESSED for "there is no such file",
 * otherwise WILDCARD, REFUSED, REDIRECTED, FAILING; UNSTABLE for a status that means nothing.
 * @name: name or address of the server, no port.
 *
 * A miss is 404 or 410; Exchange also redirects: below /owa to errorFE.aspx?httpCode=404 (2013
 * and later) or error.aspx (2007, 2010: customErrors), below /ecp/auth/ to the logon page, because
 * its forms module rewrites 401, 403 and 404 at the end of a request.
 */
enum ex_folder_state ex_answer_kind(const char *folder, const struct ex_exchange *x,
                                    const char *name);

/** Add the answer for a random name; NULL: none came. */
void ex_baseline_add(struct ex_baseline *b, const char *folder, const struct ex_exchange *x,
                     const char *name);

/** How @f, the answer @x, differs from all samples. Without any sample: NONE. */
enum ex_trace ex_baseline_compare(const struct ex_baseline *b, const struct ex_footprint *f,
                                  const struct ex_exchange *x);

/** Remember what the samples fire; remove from @hits what they fire as well. */
void ex_baseline_note_hits(struct ex_baseline *b, const struct ex_hits *hits);
void ex_baseline_remove_hits(const struct ex_baseline *b, struct ex_hits *hits);

#endif
