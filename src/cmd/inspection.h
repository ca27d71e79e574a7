// SPDX-License-Identifier: MIT
#ifndef CMD_INSPECTION_H
#define CMD_INSPECTION_H

#include "backdoor/hunt.h"
#include "cmd/config.h"
#include "input/paths.h"
#include "inspect/inspect.h"
#include "out/jsonl.h"

/** What the back-door phase works with: signatures, the owner's files, one inspector a loop.
 *  Zero-initialised; ex_inspection_close() empties it. */
struct ex_inspection {
    bool wanted; /**< --no-backdoor and --fingerprint-only switch the phase off */
    struct ex_signatures *signatures;
    struct ex_known_good known;
    struct ex_own_paths *own;
    struct ex_inspect **inspects; /**< one for each loop */
    struct ex_hunt_options *hunts;
    size_t n_loops;
    unsigned budget;           /**< requests of the phase to one host, at most; 0: switched off */
    uint32_t time_ms;          /**< limit of the phase for one host */
    struct ex_own_files files; /**< those that the phase works with; cacert is none of them */
};

/**
 * Read the owner's files, compile the signatures, and make what @n_loops loops need; with 0
 * loops the files are only checked.
 * Returns: EX_OK, EX_EINPUT (@err names file and place), EX_ENOMEM. In every case the
 *          caller closes it.
 */
EX_MUSTUSE enum ex_status ex_inspection_open(struct ex_inspection *i, const struct ex_config *cfg,
                                             const struct ex_catalog *cat, size_t n_loops,
                                             struct ex_error *err);

/** For the loop of that number; NULL when the phase is switched off. */
const struct ex_hunt_options *ex_inspection_hunt(const struct ex_inspection *i, size_t loop);

/** After the last record was written: findings point into it. */
void ex_inspection_close(struct ex_inspection *i);

#endif
