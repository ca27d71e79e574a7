// SPDX-License-Identifier: MIT
#ifndef CMD_KNOWLEDGE_H
#define CMD_KNOWLEDGE_H

#include "cmd/store.h"
#include "data/load.h"

/** What --data takes for the set that is compiled in; a directory of that name is ./built-in. */
#define EX_KNOWLEDGE_BUILT_IN "built-in"

/** The knowledge of a run, and where it comes from. */
struct ex_knowledge {
    struct ex_dataset *data;     /**< owned; NULL after a failure */
    char store[PATH_MAX];        /**< of an installed set: its store, else "" */
    char directory[PATH_MAX];    /**< what is read; "": compiled in */
    char key_id[EX_KEY_ID_TEXT]; /**< of an installed set: who signed it, else "" */
    bool verified;               /**< its signature was checked, not only its hashes */
    int32_t passed_over;         /**< day of an installed set that is older than the built-in one
                                      and not used, EX_DAY_NONE */
};

/**
 * Load the knowledge that a command uses: --data; else the newest installed set (store.h) when it
 * is not older than the one compiled in, which it is preferred to; else that one.
 *
 * An installed set counts only as it was installed: its hashes are checked, and where trusted keys
 * are given, its signature by one of them. One that fails is an error, never passed over: a run
 * with other knowledge than what was installed could look the same.
 *
 * Returns: EX_OK; EX_ESIGNATURE (an installed set does not hold); EX_ECONFIG or EX_ESCHEMA (--data
 *          or a trusted key cannot be used); EX_ENOMEM.
 * Owns:    release @k with ex_knowledge_free(), after a failure, too.
 */
EX_MUSTUSE enum ex_status ex_knowledge_load(struct ex_knowledge *k, const struct ex_config *cfg,
                                            struct ex_error *err);
void ex_knowledge_free(struct ex_knowledge *k);

const struct ex_catalog *ex_knowledge_catalog(const struct ex_knowledge *k);

#endif
