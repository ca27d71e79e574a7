// SPDX-License-Identifier: MIT
#include "core/ntlm.h"

#include "core/base64.h"
#include "core/cur.h"

#define NTLM_TYPE_CHALLENGE   2u
#define NTLM_FLAG_HAS_VERSION 0x02000000u

enum {
    NTLM_AV_PAIRS_MAX = 32,
    SURROGATE_HIGH = 0xd800,
    SURROGATE_LOW = 0xdc00,
    SURROGATE_END = 0xe000,
    REPLACEMENT = 0xfffd,
};

/*
 * NEGOTIATE_MESSAGE, [MS-NLMP] 2.2.1.1: signature, type 1, flags 0xa2888207 (UNICODE, OEM,
 * REQUEST_TARGET, NTLM, ALWAYS_SIGN, EXTENDED_SESSIONSECURITY, TARGET_INFO, VERSION, 128,
 * 56), two empty names at offset 40, version 0.0.0 revision 15.
 */
const char ex_ntlm_type1[] = "NTLM TlRMTVNTUAABAAAAB4KIogAAAAAoAAAAAAAAACgAAAAAAAAAAAAADw==";

/*
 * CHALLENGE_MESSAGE, [MS-NLMP] 2.2.1.2:
 *   0 signature[8]  8 type  12 target name(8)  20 flags  24 challenge[8]
 *  32 reserved[8]  40 target info: len, maxlen, offset(4)  48 version[8]
 */
enum ex_status ex_ntlm_challenge_parse(struct ex_span msg, struct ex_ntlm_challenge *out)
{
    struct ex_ntlm_challenge r = { 0 };
    struct ex_cur c = ex_cur_of(msg);
    struct ex_span info;

    const struct ex_span sig = ex_cur_take(&c, 8);
    const uint32_t type = ex_cur_le32(&c);
    ex_cur_take(&c, 8);
    const uint32_t flags = ex_cur_le32(&c);
    ex_cur_take(&c, 16);
    const uint16_t info_len = ex_cur_le16(&c);
    ex_cur_take(&c, 2);
    const uint32_t info_off = ex_cur_le32(&c);
    if (c.bad)
        return EX_ETRUNC;
    if (memcmp(sig.p, "NTLMSSP", 8) != 0 || type != NTLM_TYPE_CHALLENGE)
        return EX_ESYNTAX;

    if (flags & NTLM_FLAG_HAS_VERSION) {
        r.has_version = true;
        r.os_major = ex_cur_u8(&c);
        r.os_minor = ex_cur_u8(&c);
        r.os_build = ex_cur_le16(&c);
        if (c.bad)
            return EX_ETRUNC;
    }
    if (!ex_span_sub(msg, info_off, info_len, &info))
        return EX_ETRUNC;

    c = ex_cur_of(info);
    for (int i = 0; i < NTLM_AV_PAIRS_MAX; i++) {
        const uint16_t id = ex_cur_le16(&c);
        const uint16_t len = ex_cur_le16(&c);
        const struct ex_span value = ex_cur_take(&c, len);

        if (c.bad)
            return EX_ETRUNC;
        if (id == 0) { /* MsvAvEOL */
            *out = r;
            return EX_OK;
        }
        if (id < EX_AV_COUNT && value.n % 2 == 0) /* UTF-16: even, or ignored */
            r.av[id] = value;
    }
    return EX_ESYNTAX;
}

/* The next character of UTF-16LE text, RFC 2781 2.2. */
static uint32_t next_utf16(struct ex_cur *c)
{
    const uint32_t unit = ex_cur_le16(c);

    if (unit < SURROGATE_HIGH || unit >= SURROGATE_END)
        return unit;
    if (unit < SURROGATE_LOW && c->left >= 2) {
        struct ex_cur ahead = *c;
        const uint32_t low = ex_cur_le16(&ahead);

        if (low >= SURROGATE_LOW && low < SURROGATE_END) {
            *c = ahead;
            return 0x10000 + ((unit - SURROGATE_HIGH) << 10) + (low - SURROGATE_LOW);
        }
    }
    return REPLACEMENT;
}

/* RFC 3629. Returns the number of bytes, 1 to 4. */
static size_t put_utf8(uint8_t to[4], uint32_t ch)
{
    if (ch < 0x80) {
        to[0] = (uint8_t)ch;
        return 1;
    }
    if (ch < 0x800) {
        to[0] = (uint8_t)(0xc0 | ch >> 6);
        to[1] = (uint8_t)(0x80 | (ch & 0x3f));
        return 2;
    }
    if (ch < 0x10000) {
        to[0] = (uint8_t)(0xe0 | ch >> 12);
        to[1] = (uint8_t)(0x80 | (ch >> 6 & 0x3f));
        to[2] = (uint8_t)(0x80 | (ch & 0x3f));
        return 3;
    }
    to[0] = (uint8_t)(0xf0 | ch >> 18);
    to[1] = (uint8_t)(0x80 | (ch >> 12 & 0x3f));
    to[2] = (uint8_t)(0x80 | (ch >> 6 & 0x3f));
    to[3] = (uint8_t)(0x80 | (ch & 0x3f));
    return 4;
}

static void utf16_text(char *to, size_t size, struct ex_span s)
{
    struct ex_cur c = ex_cur_of(s);
    size_t at = 0;

    while (c.left >= 2) {
        uint8_t bytes[4];
        const uint32_t ch = next_utf16(&c);
        const size_t n = put_utf8(bytes, ch);

        if (ch == 0 || n >= size - at)
            break;
        memcpy(to + at, bytes, n);
        at += n;
    }
    to[at] = '\0';
}

enum ex_status ex_ntlm_facts(struct ex_span base64, struct ex_ntlm_facts *out)
{
    uint8_t bytes[EX_NTLM_MESSAGE_MAX];
    struct ex_ntlm_challenge c;
    size_t n;
    enum ex_status st = ex_base64_decode(base64, bytes, sizeof(bytes), &n);

    if (st == EX_OK)
        st = ex_ntlm_challenge_parse((struct ex_span){ bytes, n }, &c);
    if (st != EX_OK)
        return st;
    *out = (struct ex_ntlm_facts){ .present = true };
    utf16_text(out->nb_computer, sizeof(out->nb_computer), c.av[EX_AV_NB_COMPUTER]);
    utf16_text(out->nb_domain, sizeof(out->nb_domain), c.av[EX_AV_NB_DOMAIN]);
    utf16_text(out->dns_computer, sizeof(out->dns_computer), c.av[EX_AV_DNS_COMPUTER]);
    utf16_text(out->dns_domain, sizeof(out->dns_domain), c.av[EX_AV_DNS_DOMAIN]);
    utf16_text(out->dns_tree, sizeof(out->dns_tree), c.av[EX_AV_DNS_TREE]);
    out->os_major = c.os_major;
    out->os_minor = c.os_minor;
    out->os_build = c.os_build;
    return EX_OK;
}
