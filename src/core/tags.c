// SPDX-License-Identifier: MIT
#include "core/tags.h"

#include "core/quote.h"

enum { TAG_KEY_MAX = 63 };

static const char pin_key[] = "address";

static enum ex_status fail(struct ex_error *err, enum ex_status st, struct ex_span word,
                           const char *why)
{
    char q[EX_QUOTE_SIZE];

    ex_error_set(err, "tag %s: %s", ex_quote(q, word), why);
    return st;
}

/* Bytes used by the pairs of @t, without the closing empty key. */
static size_t used(const struct ex_target *t)
{
    size_t at = 0;

    while (t->tags[at]) {
        at += strlen(t->tags + at) + 1;
        at += strlen(t->tags + at) + 1;
    }
    return at;
}

const char *ex_target_tag(const struct ex_target *t, const char *key)
{
    size_t at = 0;

    while (t->tags[at]) {
        const char *value = t->tags + at + strlen(t->tags + at) + 1;

        if (strcmp(t->tags + at, key) == 0)
            return value;
        at = (size_t)(value - t->tags) + strlen(value) + 1;
    }
    return NULL;
}

/* Copy a key in lower case. Returns what is wrong with it, or NULL. */
static const char *read_key(struct ex_span s, char to[static TAG_KEY_MAX + 1])
{
    if (s.n == 0)
        return "the key before '=' is empty";
    if (s.n > TAG_KEY_MAX)
        return "a key has at most 63 characters";
    for (size_t i = 0; i < s.n; i++) {
        char ch = (char)s.p[i];
        const bool digit = ch >= '0' && ch <= '9';

        if (ch >= 'A' && ch <= 'Z')
            ch = (char)(ch | 0x20);
        if (!(ch >= 'a' && ch <= 'z') && (i == 0 || (!digit && ch != '_' && ch != '-')))
            return "a key is a letter, then letters, digits, '_' and '-'";
        to[i] = ch;
    }
    to[s.n] = '\0';
    return NULL;
}

static enum ex_status set_pin(struct ex_target *t, struct ex_span word, struct ex_span value,
                              struct ex_error *err)
{
    struct ex_addr a;

    if (t->pin.family)
        return fail(err, EX_ESYNTAX, word, "address= is given twice; write one line per address");
    if (value.n >= 2 && value.p[0] == '[' && value.p[value.n - 1] == ']') {
        value = (struct ex_span){ value.p + 1, value.n - 2 };
        if (!value.n || !memchr(value.p, ':', value.n))
            return fail(err, EX_ESYNTAX, word, "brackets are for IPv6 addresses only");
    }
    if (ex_addr_parse(value, &a) != EX_OK)
        return fail(err, EX_ESYNTAX, word,
                    "not an IP address; write address=192.0.2.1 or address=2001:db8::1, "
                    "without a port");
    const char *why = ex_addr_unusable(&a);
    if (why)
        return fail(err, EX_ESYNTAX, word, why);
    if (t->kind == EX_TARGET_NETWORK)
        return fail(err, EX_ESYNTAX, word, "a network cannot be pinned to one address; remove it");
    if (t->kind == EX_TARGET_ADDRESS && ex_addr_cmp(&a, &t->addr) != 0)
        return fail(err, EX_ESYNTAX, word,
                    "the target is another address; put the host name in its place");
    t->pin = a;
    return EX_OK;
}

enum ex_status ex_tags_add(struct ex_target *t, struct ex_span word, struct ex_error *err)
{
    const uint8_t *equals = word.n ? memchr(word.p, '=', word.n) : NULL;
    char key[TAG_KEY_MAX + 1];

    if (!equals)
        return fail(err, EX_ESYNTAX, word,
                    "not key=value; one target a line, values without blanks, comments after #");
    const size_t key_n = (size_t)(equals - word.p);
    const struct ex_span value = { equals + 1, word.n - key_n - 1 };
    const char *why = read_key((struct ex_span){ word.p, key_n }, key);

    if (why)
        return fail(err, EX_ESYNTAX, word, why);
    if (value.n == 0)
        return fail(err, EX_ESYNTAX, word, "the value after '=' is empty; remove the tag");
    if (value.p[0] == '"')
        return fail(err, EX_ESYNTAX, word,
                    "quotes are not understood; write the value without quotes and blanks");
    if (strcmp(key, pin_key) == 0)
        return set_pin(t, word, value, err);
    if (ex_target_tag(t, key))
        return fail(err, EX_ESYNTAX, word, "this key is given twice on one line");

    const size_t at = used(t);
    const size_t room = sizeof(t->tags) - 1 - at; /* the closing empty key stays free */
    if (key_n + 1 > room || value.n + 1 > room - (key_n + 1))
        return fail(err, EX_ERANGE, word, "the tags of one line have more than 511 bytes");
    memcpy(t->tags + at, key, key_n + 1);
    memcpy(t->tags + at + key_n + 1, value.p, value.n);
    t->tags[at + key_n + 1 + value.n] = '\0';
    return EX_OK;
}
