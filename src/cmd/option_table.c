// SPDX-License-Identifier: MIT
#include <stddef.h>

#include "cmd/options.h"

static const char *const progress_words[] = { "auto", "plain", "json", "none", NULL };
static const char *const format_words[] = { "text",       "html", "csv",  "action-plan", "sarif",
                                            "prometheus", "ecs",  "json", NULL };

/* The one list of options. To add one: a member in struct ex_config, a row
 * here, and its use; --help, ranges, defaults and their tests follow. */
const struct ex_option ex_options[] = {
#define AT(field) offsetof(struct ex_config, field)
#define SCANS     (EX_CMD_SCAN | EX_CMD_PLAN)
    { "list", 'l', EX_OPT_TEXTS, SCANS, AT(lists), .arg = "FILE",
      .help = "read targets from FILE, one a line; - is standard input" },
    { "output", 'o', EX_OPT_TEXT, EX_CMD_SCAN | EX_CMD_REPORT | EX_CMD_DIFF | EX_CMD_DATA,
      AT(output), .arg = "FILE", .help = "write to FILE; - is standard output" },
    { "fresh", 0, EX_OPT_FLAG, EX_CMD_SCAN, AT(fresh),
      .help = "replace an output file that has content" },
    { "resume", 0, EX_OPT_FLAG, EX_CMD_SCAN, AT(resume),
      .help = "go on with an unfinished output file: only hosts without a record are scanned" },
    { "concurrency", 'c', EX_OPT_NUMBER, SCANS, AT(concurrency), 500, 1, 20000, "N",
      .help =
          "hosts in flight; ten times as many may wait for somebody to answer at their address" },
    { "threads", 't', EX_OPT_NUMBER, EX_CMD_SCAN, AT(threads), 0, 0, 256, "N",
      .help = "event loops, among which the hosts in flight are dealt out; 0: one a processor" },
    { "rate", 'r', EX_OPT_NUMBER, SCANS, AT(rate), 0, 0, 1000000, "N",
      .help = "requests per second over all hosts, retries too, a hard ceiling; 0: none" },
    { "host-delay", 0, EX_OPT_DURATION, SCANS, AT(host_delay_ms), 0, 0, 60000, "TIME",
      .help = "least pause between two requests to one host" },
    { "network-delay", 0, EX_OPT_DURATION, EX_CMD_SCAN, AT(network_delay_ms), 10, 0, 60000, "TIME",
      .help =
          "least pause between the first contacts of two hosts of one network (/24, IPv6 /64)" },
    { "connect-timeout", 0, EX_OPT_DURATION, EX_CMD_SCAN, AT(connect_timeout_ms), 5000, 100, 60000,
      "TIME", .help = "for TCP and the TLS handshake together" },
    { "timeout", 0, EX_OPT_DURATION, EX_CMD_SCAN, AT(timeout_ms), 10000, 100, 60000, "TIME",
      .help = "for one request" },
    { "max-time", 0, EX_OPT_DURATION, SCANS, AT(max_time_ms), 30000, 1000, 300000, "TIME",
      .help = "for identifying one host; looking for back doors may take twice that, and a second "
              "for each request" },
    { "retries", 0, EX_OPT_NUMBER, EX_CMD_SCAN, AT(retries), 1, 0, 3, "N",
      .help = "of a request after a reset or a stall; they count in the budget" },
    { "resolve", 0, EX_OPT_TEXTS, EX_CMD_SCAN, AT(resolves), .arg = "HOST:PORT:IP[,IP]",
      .help = "contact these addresses for HOST instead of asking DNS" },
    { "dns-servers", 0, EX_OPT_TEXT, EX_CMD_SCAN, AT(dns_servers), .arg = "IP[:PORT],...",
      .help = "ask these servers, and no hosts file" },
    { "one-address", 0, EX_OPT_FLAG, EX_CMD_SCAN, AT(one_address),
      .help = "probe only the first address of a name" },
    { "ipv4", '4', EX_OPT_FLAG, EX_CMD_SCAN, AT(ipv4), .help = "IPv4 addresses only" },
    { "ipv6", '6', EX_OPT_FLAG, EX_CMD_SCAN, AT(ipv6), .help = "IPv6 addresses only" },
    { "proxy", 'x', EX_OPT_TEXT, EX_CMD_SCAN, AT(proxy), .arg = "URL",
      .help = "through this HTTP or SOCKS proxy; the environment is not consulted" },
    { "interface", 0, EX_OPT_TEXT, EX_CMD_SCAN, AT(interface), .arg = "NAME",
      .help = "from this interface or local address" },
    { "cacert", 0, EX_OPT_TEXT, EX_CMD_SCAN, AT(ca_file), .arg = "FILE",
      .help = "judge certificates against this PEM file" },
    { "network-max", 0, EX_OPT_NUMBER, SCANS, AT(network_max), 65536, 1, 16777216, "N",
      .help = "most addresses that a CIDR target may have" },
    { "strict", 0, EX_OPT_FLAG, SCANS, AT(strict), .help = "stop at the first bad line" },
    { "deep", 0, EX_OPT_FLAG, SCANS, AT(deep),
      .help = "when the build is hidden, look for the folders that updates leave; ask for all "
              "published names of back doors; more requests, see below" },
    { "ntlm-info", 0, EX_OPT_FLAG, SCANS, AT(ntlm_info),
      .help = "one anonymous NTLM negotiation; shows internal names" },
    { "fingerprint-only", 0, EX_OPT_FLAG, SCANS, AT(fingerprint_only),
      .help = "leave out exposure facts and back doors" },
    { "no-backdoor", 0, EX_OPT_FLAG, SCANS, AT(no_backdoor),
      .help = "do not look for back doors, nor at the logon page" },
    { "paths", 0, EX_OPT_TEXT, SCANS, AT(paths), .arg = "FILE",
      .help = "ask for these names, too: one path a line, as IIS logs have them" },
    { "rules", 0, EX_OPT_TEXTS, SCANS, AT(rules), .arg = "FILE",
      .help = "YARA rules for the answers of known names, beside the built-in ones" },
    { "known-good", 0, EX_OPT_TEXT, SCANS, AT(known_good), .arg = "FILE",
      .help = "hashes of logon page scripts that are yours: a JSON array" },
    { "contact", 0, EX_OPT_TEXT, EX_CMD_SCAN, AT(contact), .arg = "TEXT",
      .help = "who is scanning and how to reach them, added to the User-Agent" },
    { "user-agent", 'A', EX_OPT_TEXT, EX_CMD_SCAN, AT(user_agent), .arg = "TEXT",
      .help = "instead of exprobe/VERSION" },
    { "since", 0, EX_OPT_TEXTS, EX_CMD_REPORT, AT(since), .arg = "RESULTS",
      .help = "say what changed since these earlier results: files, or folders of *.jsonl" },
    { "notify", 0, EX_OPT_TEXT, EX_CMD_REPORT | EX_CMD_DIFF, AT(notify), .arg = "COMMAND",
      .help =
          "run this with a shell, what changed as JSON on its input, when something got worse" },
    { "by-client", 0, EX_OPT_TEXT, EX_CMD_REPORT, AT(by_client), .arg = "DIR",
      .help = "a folder for each client (tag client=NAME) with HTML and CSV, and an overview" },
    { "ignore-file", 0, EX_OPT_TEXT, EX_CMD_REPORT | EX_CMD_DIFF, AT(ignore_file), .arg = "FILE",
      .help = "risks that were accepted: a JSON array of rule or id, target, reason, by, expires" },
    { "fail-on", 0, EX_OPT_TEXT, EX_CMD_SCAN | EX_CMD_REPORT | EX_CMD_DIFF, AT(fail_on),
      .arg = "LIST", .help = "exit 2 for findings of these rules, or of this severity and above" },
    { "min-coverage", 0, EX_OPT_NUMBER, EX_CMD_SCAN | EX_CMD_REPORT, AT(min_coverage_pct), 0, 0,
      100, "PCT", .help = "exit 3 when fewer of the hosts were answered" },
    { "max-data-age", 0, EX_OPT_NUMBER, EX_CMD_ALL, AT(max_data_age_days), 0, 0, 36500, "DAYS",
      .help = "exit 4 when the data are older, without a scan; 0: any age" },
    { "data", 0, EX_OPT_TEXT, EX_CMD_ALL, AT(data_dir), .arg = "DIR",
      .help =
          "use this set of data files; built-in: the compiled-in set. Without: an installed set "
          "if it is as new as the compiled-in one" },
    { "data-store", 0, EX_OPT_TEXT, EX_CMD_ALL, AT(data_store), .arg = "DIR",
      .help = "where sets are installed, instead of $XDG_DATA_HOME/exprobe and "
              "/var/lib/exprobe-data" },
    { "trusted-key", 0, EX_OPT_TEXTS, EX_CMD_ALL, AT(trusted_keys), .arg = "FILE",
      .help = "trust sets that this key signed: an Ed25519 public key in PEM; an installed set of "
              "another one is refused" },
    { "allow-older", 0, EX_OPT_FLAG, EX_CMD_DATA, AT(allow_older),
      .help = "data update: install a set that is older than the installed one" },
    { "key", 0, EX_OPT_TEXT, EX_CMD_DATA, AT(sign_key), .arg = "FILE",
      .help = "data sign: the Ed25519 private key in PEM" },
    { "serial", 0, EX_OPT_NUMBER, EX_CMD_DATA, AT(serial), 1, 1, 999999, "N",
      .help = "data sign: to tell sets of one date apart; the higher one is newer" },
    { "as-of", 0, EX_OPT_DAY,
      EX_CMD_SCAN | EX_CMD_REPORT | EX_CMD_DIFF | EX_CMD_EXPLAIN | EX_CMD_DATA, AT(as_of_day),
      .arg = "DATE", .help = "judge as on this day (YYYY-MM-DD)" },
    { "format", 'f', EX_OPT_TEXT, EX_CMD_REPORT | EX_CMD_DIFF, AT(format), .arg = "FORMAT",
      .words = format_words,
      .help = "text, html (one page), csv (one line a host), action-plan (CSV: what to do where), "
              "sarif, prometheus (for the textfile collector), ecs (JSON lines); diff: text, json, "
              "html" },
    { "details", 0, EX_OPT_FLAG, EX_CMD_REPORT | EX_CMD_SCAN, AT(details),
      .help = "every finding with its evidence, after the table" },
    { "width", 0, EX_OPT_NUMBER, EX_CMD_REPORT | EX_CMD_DIFF, AT(width), 0, 60, 500, "COLUMNS",
      .help = "of the text report; default: the terminal's, else 100" },
    { "json", 0, EX_OPT_FLAG, EX_CMD_EXPLAIN | EX_CMD_DATA | EX_CMD_PLAN, AT(json),
      .help = "one JSON object a line" },
    { "dry-run", 'n', EX_OPT_FLAG, EX_CMD_SCAN, AT(dry_run),
      .help = "as `exprobe plan`: say what would be sent, send nothing" },
    { "progress", 0, EX_OPT_WORD, EX_CMD_SCAN, AT(progress), .arg = "HOW", .words = progress_words,
      .help = "auto, plain, json or none, on standard error" },
    { "quiet", 'q', EX_OPT_FLAG, SCANS | EX_CMD_DIFF, AT(quiet),
      .help = "errors only on standard error; diff: print nothing, exit 2 when anything changed" },
    { "verbose", 'v', EX_OPT_FLAG, SCANS, AT(verbose), .help = "each host as it ends" },
    { "no-color", 0, EX_OPT_FLAG, EX_CMD_ALL, AT(no_color), .help = "plain text" },
    { "help", 'h', EX_OPT_FLAG, EX_CMD_ALL, AT(help), .help = "this text" },
    { "version", 'V', EX_OPT_FLAG, EX_CMD_ALL, AT(version),
      .help = "versions of program and data" },
#undef AT
#undef SCANS
};
const size_t ex_n_options = sizeof(ex_options) / sizeof(ex_options[0]);
