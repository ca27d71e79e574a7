// SPDX-License-Identifier: MIT
#ifndef LOGON_LOGON_H
#define LOGON_LOGON_H

#include "exprobe/catalog.h"
#include "exprobe/logon.h"

/**
 * The same-origin script that is to be fetched next: its index in page->scripts, or
 * page->n_scripts when there is none left. The caller marks it tried.
 */
size_t ex_logon_next(const struct ex_logon_page *page);

/**
 * The path of a script that Exchange ships, by the theme folder that the page named:
 * "/owa/auth/15.1.2507/scripts/premium/flogon.js".
 * Returns: false when the page named no folder, or the path does not fit.
 */
bool ex_logon_static_path(const struct ex_logon_page *page, const char *name, char *to,
                          size_t size);

/** Score everything that was found and set state, features, score and target. Pure; may be
 *  called again after more was added. */
void ex_logon_judge(struct ex_logon_page *page);

#endif
