// SPDX-License-Identifier: MIT
#ifndef CMD_DATA_CHANGE_H
#define CMD_DATA_CHANGE_H

#include "cmd/config.h"

/**
 * `data update FILE|DIR`: install a signed set. It has to be signed with a trusted key, to load as
 * strictly as in every use, not to be older than the installed one (--allow-older) and not older
 * than the one compiled in. Nothing is changed unless all of that holds. Says what was done on
 * standard output.
 *
 * Returns: EX_OK, also when the same set is installed already; EX_EUSAGE; EX_EINPUT (no signed set,
 *          truncated, refused by the loader); EX_ESIGNATURE; EX_EOLD; EX_ECONFIG (no trusted key,
 *          no place to install to); EX_EBUSY; EX_EOUTPUT; EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_data_update(const struct ex_config *cfg, struct ex_error *err);

/** `data rollback`: use the set that was installed before again, or none. The other way round, it
 *  can be taken back. Returns: as ex_data_update(). */
EX_MUSTUSE enum ex_status ex_data_rollback(const struct ex_config *cfg, struct ex_error *err);

/**
 * `data sign DIR --key FILE [-o FILE]`: sign the set in a directory. With -o it is written as one
 * file, without, MANIFEST and MANIFEST.sig are written into the directory, which may then hold
 * nothing else than the set.
 *
 * Returns: EX_OK; EX_EUSAGE; EX_ECONFIG (the key, or a set that does not load); EX_EINPUT;
 * EX_EOUTPUT.
 */
EX_MUSTUSE enum ex_status ex_data_sign(const struct ex_config *cfg, struct ex_error *err);

#endif
