// SPDX-License-Identifier: MIT
#include "core/scope_line.h"

#include "core/line.h"
#include "core/name.h"
#include "core/network.h"
#include "core/quote.h"
#include "exprobe/day.h"

enum { V4_BITS = 32, V6_BITS = 128 };

static enum ex_status fail(struct ex_error *err, enum ex_status st, struct ex_span value,
                           const char *why)
{
    char q[EX_QUOTE_SIZE];

    ex_error_set(err, "%s: %s", ex_quote(q, value), why);
    return st;
}

/* The offset of the first @ch in @s, or s.n. */
static size_t find(struct ex_span s, char ch)
{
    const uint8_t *at = s.n ? memchr(s.p, ch, s.n) : NULL;

    return at ? (size_t)(at - s.p) : s.n;
}

/* What people paste from lists of targets, firewalls and proxies; NULL: nothing of that. */
static const char *mistaken_for(struct ex_span word)
{
    if (ex_span_find(word, "://") != SIZE_MAX)
        return "write the host alone, without https:// and path";
    if (word.p[0] == '.')
        return "write *.example.com for all names below example.com, and example.com for itself";
    if (word.p[0] == '[')
        return "write an IPv6 address without brackets and without a port";
    if (word.p[0] == '!' || word.p[0] == '-' || word.p[0] == '+')
        return "no sign stands before an entry; --exclude-file is for what is not to be contacted";
    if (word.n == 1 && word.p[0] == '*')
        return "'*' alone would mean everybody; write *.example.com, or the networks";
    if (word.n == 2 && word.p[0] == '*' && word.p[1] == '.')
        return "the name after '*.' is missing";
    return NULL;
}

static enum ex_status take_name(struct ex_span word, struct ex_span name, struct ex_entry *e,
                                struct ex_error *err)
{
    const char *why = ex_name_bad_ascii(name);

    if (find(name, '*') < name.n)
        why = "'*' stands only at the beginning and for whole labels, as in *.example.com";
    if (why)
        return fail(err, EX_ESYNTAX, word, why);
    if (name.n >= sizeof(e->name))
        return fail(err, EX_ERANGE, word, "a host name has at most 253 bytes");
    memcpy(e->name, name.p, name.n);
    for (size_t i = 0; i < name.n; i++)
        e->needs_idna |= name.p[i] >= 0x80;
    if (e->needs_idna)
        return EX_OK;
    const enum ex_status st = ex_name_explain(e->name, &why);

    return st == EX_OK ? EX_OK : fail(err, st, word, why);
}

static enum ex_status take_network(struct ex_span word, size_t slash, struct ex_entry *e,
                                   struct ex_error *err)
{
    const struct ex_span prefix = ex_span_part(word, slash + 1, word.n);
    unsigned bits = 0;

    if (find(prefix, ':') < prefix.n)
        return fail(err, EX_ESYNTAX, word, "an entry has no port; it is for all ports");
    const enum ex_status st =
        ex_network_read(ex_span_part(word, 0, slash), prefix, word, 0, &e->net, &bits, err);

    e->kind = EX_ENTRY_NETWORK;
    e->prefix_bits = (uint8_t)bits;
    return st;
}

/* With a colon in it, and no address: a port, or a slip in an IPv6 address. */
static const char *why_colon(struct ex_span word)
{
    const size_t first = find(word, ':');
    const struct ex_span rest = ex_span_part(word, first + 1, word.n);

    return find(rest, ':') < rest.n
               ? "not an IPv6 address; a zone (%eth0) and a port are not accepted"
               : "an entry has no port; it is for all ports";
}

enum ex_status ex_entry_parse(struct ex_span word, struct ex_entry *out, struct ex_error *err)
{
    struct ex_entry e = { .kind = EX_ENTRY_NAME };
    const size_t slash = find(word, '/');
    const char *why = word.n ? mistaken_for(word) : "an entry is empty";
    enum ex_status st;

    if (why)
        return fail(err, EX_ESYNTAX, word, why);
    if (slash < word.n) {
        st = take_network(word, slash, &e, err);
    } else if (ex_addr_parse(word, &e.net) == EX_OK) {
        e.kind = EX_ENTRY_NETWORK;
        e.prefix_bits = e.net.family == 4 ? V4_BITS : V6_BITS;
        st = EX_OK;
    } else if (find(word, ':') < word.n) {
        st = fail(err, EX_ESYNTAX, word, why_colon(word));
    } else {
        const bool is_suffix = word.n > 2 && word.p[0] == '*' && word.p[1] == '.';

        if (is_suffix)
            e.kind = EX_ENTRY_SUFFIX;
        st = take_name(word, is_suffix ? ex_span_part(word, 2, word.n) : word, &e, err);
    }
    if (st == EX_OK)
        *out = e;
    return st;
}

static enum ex_status check_length(struct ex_span line, struct ex_error *err)
{
    char q[EX_QUOTE_SIZE];

    if (line.n <= EX_LINE_MAX)
        return EX_OK;
    ex_error_set(err, "%s: a line has at most %d bytes; write one entry a line", ex_quote(q, line),
                 EX_LINE_MAX);
    return EX_ERANGE;
}

enum ex_status ex_scope_line_parse(struct ex_span line, struct ex_entry *out, bool *blank,
                                   struct ex_error *err)
{
    struct ex_span rest = ex_line_bare(line);
    enum ex_status st = check_length(rest, err);

    if (st == EX_OK) {
        rest = ex_line_without_comment(rest);
        st = ex_line_check(rest, err);
    }
    if (st != EX_OK)
        return st;
    const struct ex_span word = ex_line_word(&rest), more = ex_line_word(&rest);
    *blank = word.n == 0;
    if (*blank)
        return EX_OK;
    if (more.n > 0)
        return fail(err, EX_ESYNTAX, more,
                    "write one entry a line, without tags; a comment comes after #");
    return ex_entry_parse(word, out, err);
}

/* The rest of the line, without the blanks around it. */
static enum ex_status take_reason(struct ex_span rest, struct ex_entry *e, struct ex_error *err)
{
    const struct ex_span reason = ex_span_trim(rest);

    if (reason.n == 0)
        return fail(err, EX_ESYNTAX, rest, "the reason after the date is missing");
    if (reason.n > EX_REASON_MAX)
        return fail(err, EX_ERANGE, reason, "a reason has at most 100 bytes");
    memcpy(e->reason, reason.p, reason.n);
    e->reason[reason.n] = '\0';
    return EX_OK;
}

enum ex_status ex_opt_out_line_parse(struct ex_span line, struct ex_entry *out, bool *blank,
                                     struct ex_error *err)
{
    struct ex_span rest = ex_span_trim(ex_line_bare(line));
    struct ex_entry e;
    enum ex_status st = check_length(rest, err);

    if (st != EX_OK)
        return st;
    *blank = rest.n == 0 || rest.p[0] == '#';
    if (*blank)
        return EX_OK;
    st = ex_line_check(rest, err);
    if (st != EX_OK)
        return st;
    const struct ex_span word = ex_line_word(&rest), day = ex_line_word(&rest);
    st = ex_entry_parse(word, &e, err);
    if (st == EX_OK && ex_day_parse(day, &e.day) != EX_OK)
        st = fail(err, EX_ESYNTAX, day,
                  "after the entry comes the day of the opt-out as YYYY-MM-DD, then the reason");
    if (st == EX_OK)
        st = take_reason(rest, &e, err);
    if (st == EX_OK)
        *out = e;
    return st;
}
