// SPDX-License-Identifier: MIT
#ifndef INSPECT_HTML_H
#define INSPECT_HTML_H

#include "exprobe/catalog.h"
#include "exprobe/logon.h"
#include "exprobe/status.h"

/** Reads pages and scripts; has the working memory for one at a time. */
struct ex_reader;

/** @cat and @known (may be NULL) are borrowed.
 *  Returns: EX_OK, EX_ENOMEM. Owns: the caller. Thread: one reader a thread. */
EX_MUSTUSE enum ex_status ex_reader_new(struct ex_reader **out, const struct ex_catalog *cat,
                                        const struct ex_known_good *known);

/** NULL is fine. */
void ex_reader_free(struct ex_reader *r);

/** As ex_inspector.page. A page that was read before is compared: scripts with a new hash are
 *  added and set pages_differ. */
bool ex_reader_page(struct ex_reader *r, const struct ex_exchange *x, enum ex_credential_page which,
                    const char *host, struct ex_logon_page *out);

/** As ex_inspector.script. */
void ex_reader_script(struct ex_reader *r, const struct ex_exchange *x,
                      enum ex_credential_page which, const char *host, size_t at,
                      struct ex_logon_page *out);

#endif
