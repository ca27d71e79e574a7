// SPDX-License-Identifier: MIT
#ifndef CORE_NTLM_H
#define CORE_NTLM_H

#include "exprobe/result.h"

enum { EX_NTLM_MESSAGE_MAX = 2048 };

/* AV_PAIR ids, [MS-NLMP] 2.2.2.1. */
enum ex_av_id {
    EX_AV_NB_COMPUTER = 1,
    EX_AV_NB_DOMAIN = 2,
    EX_AV_DNS_COMPUTER = 3,
    EX_AV_DNS_DOMAIN = 4,
    EX_AV_DNS_TREE = 5,
    EX_AV_COUNT
};

/** A challenge; the spans are UTF-16LE of even length and point into the message. */
struct ex_ntlm_challenge {
    struct ex_span av[EX_AV_COUNT]; /**< by enum ex_av_id; empty when absent */
    bool has_version;
    uint8_t os_major, os_minor;
    uint16_t os_build;
};

/**
 * The value of the Authorization field that asks for a challenge: a NEGOTIATE_MESSAGE
 * ([MS-NLMP] 2.2.1.1) without names, always the same bytes. It carries no credentials.
 */
extern const char ex_ntlm_type1[];

/**
 * Parse a CHALLENGE_MESSAGE, [MS-NLMP] 2.2.1.2.
 *
 * Returns: EX_OK, EX_ETRUNC (a length or an offset leaves the message), EX_ESYNTAX (another
 *          message, or no end of the list). *out is only written on EX_OK.
 */
EX_MUSTUSE enum ex_status ex_ntlm_challenge_parse(struct ex_span msg,
                                                  struct ex_ntlm_challenge *out);

/**
 * Names and version out of the text after "NTLM " in WWW-Authenticate (base64).
 *
 * Texts become UTF-8: unpaired surrogates are replaced by U+FFFD, a NUL ends a text, and
 * what does not fit is cut between characters.
 *
 * Returns: as ex_ntlm_challenge_parse(), EX_ERANGE for a message above EX_NTLM_MESSAGE_MAX.
 */
EX_MUSTUSE enum ex_status ex_ntlm_facts(struct ex_span base64, struct ex_ntlm_facts *out);

#endif
