// SPDX-License-Identifier: MIT
#ifndef EXPROBE_RESULT_H
#define EXPROBE_RESULT_H

#include "exprobe/backdoor.h"
#include "exprobe/logon.h"
#include "exprobe/verdict.h"

enum { EX_EXPOSURES_MAX = 24, EX_FINDINGS_MAX = 32, EX_AUTH_MAX = 12, EX_DETAIL_SIZE = 128 };

/** Something reachable or readable from outside; id is a rule of targets/rules.json. */
struct ex_exposure {
    const char *id; /**< static */
    int status;
    char path[128];
    char value[160]; /**< raw server text: scheme, internal name, realm, date ... */
};

/** Names and versions from an NTLM challenge, UTF-8, raw. Only with --ntlm-info. */
struct ex_ntlm_facts {
    bool present;
    char nb_computer[64], nb_domain[64], dns_computer[128], dns_domain[128], dns_tree[128];
    uint8_t os_major, os_minor;
    uint16_t os_build;
};

/** The Exchange Auth certificate and realm of /autodiscover/metadata/json/1. */
struct ex_auth_metadata {
    bool present;
    char realm[128];
    struct ex_cert cert;
};

/**
 * Everything about one address of one target: what the writer gets.
 * Plain data; row pointers point into the catalogue, backdoor and logon to what the engine keeps
 * until the result was handled.
 */
struct ex_result {
    struct ex_target target;
    bool has_address;
    struct ex_addr address;
    uint16_t n_addresses; /**< that the name led to, each with a result; 0: no name was looked up */
    enum ex_state state;
    char detail[EX_DETAIL_SIZE]; /**< more about the state: "nxdomain", "alert 40", "slow body" ...
                                  */
    int64_t started_unix_ms;
    uint32_t duration_ms;
    uint16_t requests;
    uint64_t bytes; /**< of headers and bodies received */
    struct ex_tls tls;
    char server[128];        /**< Server field, raw */
    char aspnet_version[32]; /**< X-AspNet-Version, raw */
    struct ex_fingerprint fingerprint;
    struct ex_verdict verdict;
    struct ex_exposure exposures[EX_EXPOSURES_MAX];
    uint8_t n_exposures;
    struct ex_ntlm_facts ntlm;
    struct ex_auth_metadata auth;
    enum ex_bd_reason not_hunted;       /**< why backdoor is NULL */
    const struct ex_backdoor *backdoor; /**< NULL: the phase was not begun */
    const struct ex_logon_page *logon;  /**< with backdoor */
};

#endif
