// SPDX-License-Identifier: MIT
#ifndef DATA_MANIFEST_H
#define DATA_MANIFEST_H

#include "data/files.h"
#include "exprobe/day.h"

/*
 * A signed set of knowledge: what `data sign` writes and `data update` installs. As a file:
 *
 *   exprobe-signature/1 ed25519 KEY SIGNATURE LENGTH LF    one line of fixed length: 16 and 128
 *                                                          hex digits, 5 decimal digits
 *   exprobe-manifest/1 LF                                  LENGTH bytes, which are signed
 *   date 2026-11-11 LF
 *   serial 1 LF
 *   set SHA-256 LF
 *   file SHA-256 SIZE advice.json LF                       each file of a set, in order
 *   ...
 *   the files themselves, in this order, with nothing between them and nothing after
 *
 * As a directory: the first line is MANIFEST.sig, what is signed is MANIFEST, and the files have
 * their names. KEY says which key was used (keys.h); SIGNATURE is Ed25519 (RFC 8032) over the
 * manifest as it stands. A name is one of a fixed list: there is no path that could lead away.
 */
#define EX_MANIFEST_NAME  "MANIFEST"
#define EX_SIGNATURE_NAME "MANIFEST.sig"

enum {
    EX_MANIFEST_MAX = 4096,     /**< bytes */
    EX_SIGNATURE_LINE = 180,    /**< bytes of the first line, its LF included */
    EX_SIGNATURE_BYTES = 64,    /**< of Ed25519 */
    EX_KEY_ID_TEXT = 17,        /**< 16 hex digits and a NUL */
    EX_SET_HASH_TEXT = 65,      /**< SHA-256 in lower-case hex and a NUL */
    EX_SET_SERIAL_MAX = 999999, /**< sets of one date are told apart by their serial, from 1 */
};

/** The first line. */
struct ex_signature {
    char key_id[EX_KEY_ID_TEXT];
    uint8_t bytes[EX_SIGNATURE_BYTES];
    size_t manifest_bytes; /**< 1 to EX_MANIFEST_MAX */
};

struct ex_manifest_file {
    char sha256[EX_SET_HASH_TEXT];
    size_t size; /**< 1 to EX_DATA_FILE_MAX */
};

/** What is signed. Of two sets, that with the later date is newer, then that with more serial. */
struct ex_manifest {
    int32_t date_day; /**< that of meta.json */
    uint32_t serial;
    char sha256[EX_SET_HASH_TEXT]; /**< of the set, as `data show` prints it */
    struct ex_manifest_file files[EX_N_DATA_FILES];
};

/**
 * Read the first line, which is at the start of @text.
 *
 * Returns: EX_OK; EX_EINPUT (@err says what is there instead, without a file name). Pure.
 */
EX_MUSTUSE enum ex_status ex_signature_parse(struct ex_signature *out, struct ex_span text,
                                             struct ex_error *err);

/** Write the first line and a NUL. */
void ex_signature_format(char to[static EX_SIGNATURE_LINE + 1], const struct ex_signature *s);

/**
 * Read a manifest: exactly the lines above, each ended by LF.
 *
 * Returns: EX_OK; EX_EINPUT (@err names the line and what is wrong, without a file name). Pure.
 */
EX_MUSTUSE enum ex_status ex_manifest_parse(struct ex_manifest *out, struct ex_span text,
                                            struct ex_error *err);

/** Write a manifest and a NUL. Returns: its bytes. */
size_t ex_manifest_format(char to[static EX_MANIFEST_MAX], const struct ex_manifest *m);

/** Below 0 when @a is older than @b, 0 when date and serial are the same. */
int ex_manifest_cmp(const struct ex_manifest *a, const struct ex_manifest *b);

#endif
