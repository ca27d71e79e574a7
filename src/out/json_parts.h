// SPDX-License-Identifier: MIT
#ifndef OUT_JSON_PARTS_H
#define OUT_JSON_PARTS_H

#include "out/jsonl.h"

/*
 * Inside of json*.c: building an object or array of which no part may be lost. A part
 * that could not be made is NULL, adding it fails, and the failure stays in @bad: the
 * writer tests once, at the end, as with struct ex_cur.
 */
struct ex_json {
    json_t *value; /**< owned until ex_json_done() */
    bool bad;
};

static inline struct ex_json ex_json_object(void)
{
    return (struct ex_json){ .value = json_object() };
}

static inline struct ex_json ex_json_array(void)
{
    return (struct ex_json){ .value = json_array() };
}

/** Set @key of an object to @value, whose reference is taken whatever happens. */
static inline void ex_json_set(struct ex_json *j, const char *key, json_t *value)
{
    if (json_object_set_new(j->value, key, value) != 0)
        j->bad = true;
}

/** Append @value to an array; its reference is taken whatever happens. */
static inline void ex_json_push(struct ex_json *j, json_t *value)
{
    if (json_array_append_new(j->value, value) != 0)
        j->bad = true;
}

/** The server's text, or null for "". */
static inline json_t *ex_json_text_or_null(const char *raw)
{
    return raw[0] ? ex_json_text(raw) : json_null();
}

/** What was built, a new reference; NULL when anything was lost. */
static inline json_t *ex_json_done(struct ex_json *j)
{
    json_t *value = j->value;

    j->value = NULL;
    if (j->bad) {
        json_decref(value);
        return NULL;
    }
    return value;
}

/** As ex_json_text() for bytes with a length. */
json_t *ex_json_span(struct ex_span raw);

/** Bytes of a body, escaped so that each can be told: ex_utf8_escape(). */
json_t *ex_json_bytes(struct ex_span raw);

/** A time as text with milliseconds; null when it lies outside the years 1 to 9999. */
json_t *ex_json_time_ms(int64_t unix_ms);

/** What the handshake showed, or null when there was none. */
json_t *ex_json_tls(const struct ex_tls *tls);

/** A certificate, or null. */
json_t *ex_json_cert(const struct ex_cert *cert);

/** An answer that was kept for the owner; null for NULL. */
json_t *ex_json_exhibit(const struct ex_exhibit *e);

/** The same without excerpt, and of the header fields only Location: for what is as expected. */
json_t *ex_json_exhibit_brief(const struct ex_exhibit *e);

/** The objects `backdoor` and `logon_page` of a host record. */
json_t *ex_json_backdoor(const struct ex_result *r, const struct ex_catalog *cat,
                         const char *user_agent);
json_t *ex_json_logon(const struct ex_result *r);

/** The array of findings with their evidence and curl lines. */
json_t *ex_json_findings(const struct ex_result *r, const struct ex_findings *f,
                         const char *user_agent);

/** The record as one line in malloc()ed memory, with its newline; releases @record, which may
 *  be NULL. */
char *ex_json_line(json_t *record, size_t *n);

#endif
