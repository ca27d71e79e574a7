// SPDX-License-Identifier: MIT
#include "core/name.h"

enum { LABEL_MAX = 63 }; /* RFC 1035 2.3.4 */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

const char *ex_name_bad_ascii(struct ex_span s)
{
    /* What people write instead of one name a line. To add a hint: add a row. */
    static const struct {
        char ch;
        const char *why;
    } hints[] = {
        { ',', "write one target a line, without commas" },
        { ';', "write one target a line, without semicolons" },
        { '*', "a wildcard is no host; list every name" },
        { '?', "a wildcard is no host; list every name" },
        { '@', "credentials and mail addresses are not accepted; write the host name alone" },
        { '=', "the target comes first on a line, then its key=value tags" },
        { '%', "neither percent-encoding nor an IPv6 zone is accepted" },
        { '/', "a path needs https:// in front, and a prefix length an address" },
        { '\\', "a backslash is not accepted; write https://HOST/ with slashes" },
        { '"', "write it without quotes" },
        { '\'', "write it without quotes" },
        { '[', "brackets are for IPv6: [2001:db8::1]:443" },
        { ']', "brackets are for IPv6: [2001:db8::1]:443" },
        { '<', "write it without angle brackets" },
        { '>', "write it without angle brackets" },
    };

    for (size_t i = 0; i < s.n; i++) {
        const char ch = (char)s.p[i];

        if (s.p[i] >= 0x80 || is_letter(ch) || is_digit(ch) || ch == '-' || ch == '_' || ch == '.')
            continue;
        for (size_t k = 0; k < sizeof(hints) / sizeof(hints[0]); k++)
            if (hints[k].ch == ch)
                return hints[k].why;
        return "a host name has only letters, digits, '-', '_' and '.'";
    }
    return NULL;
}

/*
 * A last label that somebody could read as a number: "1", "0x7f", or the "9-20"
 * of an address range. No top-level domain looks like that (RFC 3696 2), and a
 * resolver may take "127.1" or "0x7f.1" for 127.0.0.1 (WHATWG URL, "ends in a
 * number checker"): a slip in an address must not become a name to look up.
 */
static bool reads_as_number(const char *label)
{
    size_t i = 0;

    if (label[0] == '0' && (label[1] | 0x20) == 'x') {
        i = 2;
        while (is_digit(label[i]) || ((label[i] | 0x20) >= 'a' && (label[i] | 0x20) <= 'f'))
            i++;
        return label[i] == '\0';
    }
    while (label[i] && !is_letter(label[i]))
        i++;
    return label[i] == '\0';
}

static enum ex_status check_labels(const char *name, const char **why)
{
    const char *label = name;

    for (const char *p = name;; p++) {
        if (*p != '.' && *p != '\0')
            continue;
        if (p == label) {
            *why = "a label between two dots is empty";
            return EX_ESYNTAX;
        }
        if (p - label > LABEL_MAX) {
            *why = "a label is longer than 63 bytes";
            return EX_ERANGE;
        }
        if (label[0] == '-' || p[-1] == '-') {
            *why = "a label begins or ends with a hyphen";
            return EX_ESYNTAX;
        }
        if (*p == '\0')
            break;
        label = p + 1;
    }
    if (reads_as_number(label)) {
        *why = "it looks like an address but is none; IPv4 is four decimal numbers from 0 to 255 "
               "without leading zeros, a network is written 192.0.2.0/24";
        return EX_ESYNTAX;
    }
    return EX_OK;
}

enum ex_status ex_name_explain(char name[static EX_NAME_SIZE], const char **why)
{
    size_t n = strnlen(name, EX_NAME_SIZE);
    enum ex_status st;

    *why = NULL;
    if (n == EX_NAME_SIZE || n > EX_NAME_MAX + 1u ||
        (n == EX_NAME_MAX + 1u && name[n - 1] != '.')) {
        *why = "a host name has at most 253 bytes";
        return EX_ERANGE;
    }
    if (n == 0 || (n == 1 && name[0] == '.')) {
        *why = "the host name is empty";
        return EX_ESYNTAX;
    }
    *why = ex_name_bad_ascii((struct ex_span){ (const uint8_t *)name, n });
    if (*why)
        return EX_ESYNTAX;
    for (size_t i = 0; i < n; i++)
        if ((uint8_t)name[i] >= 0x80) {
            *why = "it is not ASCII after IDNA";
            return EX_ESYNTAX;
        }
    const bool rooted = name[n - 1] == '.';
    if (rooted)
        name[n - 1] = '\0';
    st = check_labels(name, why);
    if (st != EX_OK) {
        if (rooted)
            name[n - 1] = '.';
        return st;
    }
    for (size_t i = 0; i < n; i++)
        if (name[i] >= 'A' && name[i] <= 'Z')
            name[i] = (char)(name[i] | 0x20);
    return EX_OK;
}

enum ex_status ex_name_check(char name[static EX_NAME_SIZE])
{
    const char *why;

    return ex_name_explain(name, &why);
}
