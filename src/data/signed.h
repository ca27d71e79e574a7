// SPDX-License-Identifier: MIT
#ifndef DATA_SIGNED_H
#define DATA_SIGNED_H

#include "data/keys.h"

/** A signed set in memory (manifest.h), its signature and hashes checked. */
struct ex_signed {
    struct ex_signature signature;
    struct ex_manifest manifest;
    struct ex_span signature_text, manifest_text, text[EX_N_DATA_FILES];
    bool verified;                        /**< a trusted key signed it */
    uint8_t *memory[EX_N_DATA_FILES + 2]; /**< owned: what the spans borrow */
};

/** What a set whose signature cannot be checked, as no key is trusted, counts as. */
enum ex_unverified {
    EX_UNVERIFIED_REFUSED,
    EX_UNVERIFIED_TAKEN, /**< its hashes are checked all the same */
};

/**
 * Take a set of the form of a file apart, whose bytes are @all.
 *
 * The signature is checked before the manifest is read, and nothing of a file counts whose size
 * and hash are not those of the manifest. @all must outlive @out.
 *
 * Returns: EX_OK; EX_EINPUT (truncated, too long, not of this form); EX_ESIGNATURE (a key that is
 *          not trusted, a signature or a hash that does not hold); EX_ECONFIG (no key is
 *          trusted); EX_ENOMEM. @err does not name the file.
 */
EX_MUSTUSE enum ex_status ex_signed_take_apart(struct ex_signed *out, struct ex_span all,
                                               const struct ex_keys *keys,
                                               enum ex_unverified unverified, struct ex_error *err);

/**
 * Read a signed set from the file or the directory @path, which is relative to the open
 * directory @at (AT_FDCWD: as always). Of a directory, nothing but the files of a set may be there,
 * none of them a link.
 *
 * Returns: as ex_signed_take_apart(), with the file named; EX_EINPUT also when it cannot be read.
 * Owns:    after EX_OK ex_signed_free() releases what @out holds.
 */
EX_MUSTUSE enum ex_status ex_signed_read(struct ex_signed *out, int at, const char *path,
                                         const struct ex_keys *keys, enum ex_unverified unverified,
                                         struct ex_error *err);

/** Fine for a zeroed one. */
void ex_signed_free(struct ex_signed *s);

/** Whether the directory @path claims to be a signed set. */
bool ex_signed_is_directory(const char *path);

struct ex_dataset;

/**
 * Load the knowledge of a signed set. Its origin is EX_DATA_INSTALLED.
 *
 * Returns: as ex_data_load(); EX_EINPUT when date or hash of the manifest are not those of the set.
 */
EX_MUSTUSE enum ex_status ex_signed_load(struct ex_dataset **out, const struct ex_signed *s,
                                         struct ex_error *err);

/**
 * The manifest of the set @files, whose knowledge is @info.
 *
 * Returns: EX_OK; EX_EINPUT (a file is empty or too long); EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_signed_manifest(struct ex_manifest *out,
                                             const struct ex_span files[EX_N_DATA_FILES],
                                             int32_t date_day, uint32_t serial,
                                             struct ex_error *err);

#endif
