// SPDX-License-Identifier: MIT
#ifndef DATA_LOADED_H
#define DATA_LOADED_H

#include "data/signed.h"
#include "exprobe/catalog.h"

/* What the files of this folder share about sets and their signatures. */

struct ex_dataset;

/** The hash of a set in hex, as files.h defines it. Returns: false without memory. */
bool ex_data_hash(char to[static EX_SET_HASH_TEXT], const struct ex_span text[EX_N_DATA_FILES]);

/** Say where a set came from. */
void ex_data_set_origin(struct ex_dataset *set, enum ex_data_origin origin, uint32_t serial);

/** Check signature and manifest, which are in @out as texts, the signature parsed. Nothing is read
 *  of the manifest before its signature holds. Returns: as ex_signed_take_apart(). */
EX_MUSTUSE enum ex_status ex_signed_open(struct ex_signed *out, const struct ex_keys *keys,
                                         enum ex_unverified unverified, struct ex_error *err);

/** Check size and hash of file @i. Returns: EX_OK, EX_ESIGNATURE, EX_ENOMEM. */
EX_MUSTUSE enum ex_status ex_signed_check_file(const struct ex_signed *s, size_t i,
                                               struct ex_error *err);

#endif
