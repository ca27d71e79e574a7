// SPDX-License-Identifier: MIT
#ifndef CORE_PATH_H
#define CORE_PATH_H

#include "exprobe/span.h"

/* Names of files on a server, as they are asked for: "/owa/auth/log.aspx". */

enum { EX_PATH_MAX = 120, EX_PATH_FOLDER_MAX = 63, EX_PATH_EXTENSION_MAX = 7 }; /**< bytes */

/** How many bytes of @path are its folder, the last slash included: "/owa/auth/". 0: no slash. */
size_t ex_path_folder(struct ex_span path);

/** Where the extension of @path begins, its dot included: ".aspx"; path.n: it has none. */
size_t ex_path_extension(struct ex_span path);

/**
 * Whether @path may be asked for at all: absolute, short, of letters, digits, '.', '_', '-' and
 * '~' only (so it has no query, no escape and no way up), and nothing that a published attack
 * on Exchange asks for.
 *
 * Returns: NULL when it may, otherwise why not: "has a query". Static.
 */
const char *ex_path_refused(struct ex_span path);

#endif
