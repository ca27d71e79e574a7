// SPDX-License-Identifier: MIT
#ifndef CMD_CONFIG_H
#define CMD_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "exprobe/day.h"
#include "exprobe/status.h"

/* Exit codes: frozen, part of the interface. 2 outranks 3. */
enum ex_exit {
    EX_EXIT_OK = 0,
    EX_EXIT_INTERNAL = 1,
    EX_EXIT_FINDINGS = 2,
    EX_EXIT_INCOMPLETE = 3,
    EX_EXIT_DATA = 4,
    EX_EXIT_USAGE = 64,
    EX_EXIT_INPUT = 65,
    EX_EXIT_OUTPUT = 73,
    EX_EXIT_AGAIN = 75,
    EX_EXIT_CONFIG = 78
};

/** The exit code of a program that ended with @st. */
enum ex_exit ex_exit_of(enum ex_status st);

/** Texts in the order they were given, NULL-ended; borrowed from argv, the environment, or
 * @settings of struct ex_config. */
struct ex_strings {
    const char **at;
    size_t n;
};

enum ex_progress { EX_PROGRESS_AUTO, EX_PROGRESS_PLAIN, EX_PROGRESS_JSON, EX_PROGRESS_NONE };

/** What the command line and the configuration asked for. One member for each row of the option
 *  table. */
struct ex_config {
    struct ex_settings *settings; /**< owned: all that was set, with its source */
    struct ex_strings operands;   /**< targets, files or builds */
    struct ex_strings lists, resolves, rules, since, domains, trusted_keys;
    struct ex_strings scopes, excludes, exclude_files, opt_outs; /**< who may be contacted */
    const char *output, *format, *proxy, *interface, *dns_servers, *data_dir, *ca_file;
    const char *contact, *user_agent, *fail_on, *paths, *known_good, *ignore_file, *by_client,
        *notify, *request_log, *config_file, *data_store, *sign_key;
    uint32_t concurrency, threads, rate, retries, network_max, min_coverage_pct, max_data_age_days;
    uint32_t width, serial;
    uint32_t connect_timeout_ms, timeout_ms, max_time_ms, host_delay_ms, network_delay_ms;
    int32_t as_of_day; /**< EX_DAY_NONE: today */
    uint32_t progress; /**< enum ex_progress */
    bool ipv4, ipv6, one_address, strict, fresh, resume;
    bool allow_older;
    bool deep, ntlm_info, fingerprint_only, no_backdoor, dry_run;
    bool json, details, quiet, verbose, no_color, show, outside, help, version;
};

#endif
