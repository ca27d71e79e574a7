// SPDX-License-Identifier: MIT
#ifndef OUT_JSON_PARTS_H
#define OUT_JSON_PARTS_H

#include "out/jsonl.h"

/* Inside of json_*.c: the parts of a record, each a member of the object that is open. */

/** A time as text with milliseconds; null when it lies outside the years 1 to 9999. */
void ex_json_time_ms(struct ex_json *j, const char *key, int64_t unix_ms);

/** A day as text; null for EX_DAY_NONE. */
void ex_json_day(struct ex_json *j, const char *key, int32_t day);

/** What the handshake showed, or null when there was none. */
void ex_json_tls(struct ex_json *j, const char *key, const struct ex_tls *tls);

/** A certificate, or null. */
void ex_json_cert(struct ex_json *j, const char *key, const struct ex_cert *cert);

/** An answer that was kept for the owner; null for NULL. @key as for any value. */
void ex_json_exhibit(struct ex_json *j, const char *key, const struct ex_exhibit *e);

/** The same without excerpt, and of the header fields only Location: for what is as expected. */
void ex_json_exhibit_brief(struct ex_json *j, const char *key, const struct ex_exhibit *e);

/** The objects `backdoor` and `logon_page` of a host record. */
void ex_json_backdoor(struct ex_json *j, const struct ex_result *r, const struct ex_catalog *cat,
                      const char *user_agent);
void ex_json_logon(struct ex_json *j, const struct ex_result *r);

/** The array `findings` with their evidence and curl lines. */
void ex_json_findings(struct ex_json *j, const struct ex_result *r, const struct ex_findings *f,
                      const char *user_agent);

#endif
