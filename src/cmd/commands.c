// SPDX-License-Identifier: MIT
#include "cmd/commands.h"

#include <ares.h>
#include <curl/curl.h>
#include <jansson.h>
#include <openssl/crypto.h>
#include <stdio.h>
#include <string.h>
#include <uv.h>

#include "cmd/config_show.h"
#include "cmd/data.h"
#include "cmd/diff.h"
#include "cmd/discover.h"
#include "cmd/explain.h"
#include "cmd/plan.h"
#include "cmd/report.h"
#include "cmd/request_check.h"
#include "cmd/scan.h"
#include "data/load.h"
#include "net/clock.h"

enum { DAY_MS = 86400000 };

/* --as-of is a whole day: its last moment, so that nothing of that day lies in the future. */
static int64_t now_of(const struct ex_config *cfg)
{
    return cfg->as_of_day != EX_DAY_NONE ? ((int64_t)cfg->as_of_day + 1) * DAY_MS - 1
                                         : ex_unix_ms();
}

static int32_t today_of(const struct ex_config *cfg)
{
    return cfg->as_of_day != EX_DAY_NONE ? cfg->as_of_day : ex_day_of_unix_ms(ex_unix_ms());
}

/* A directory that the user named and that cannot be read is no fault of ours. */
static enum ex_status named_by_user(enum ex_status st)
{
    return st == EX_EIO ? EX_ECONFIG : st;
}

/* Load the knowledge; a user who set a limit is told before anything is done. */
static enum ex_status load(struct ex_dataset **out, const struct ex_config *cfg,
                           struct ex_error *err)
{
    enum ex_status st = ex_data_load(out, cfg->data_dir, err);
    int32_t data_day;

    st = named_by_user(st);
    if (st != EX_OK || cfg->max_data_age_days == 0)
        return st;
    const char *date = ex_data_catalog(*out)->info.date;
    if (ex_day_parse(ex_span_str(date), &data_day) == EX_OK &&
        today_of(cfg) - data_day <= (int32_t)cfg->max_data_age_days)
        return EX_OK;
    ex_error_set(err, "the data are of %s, older than --max-data-age %u; install newer data", date,
                 cfg->max_data_age_days);
    ex_data_free(*out);
    *out = NULL;
    return EX_EOLD;
}

static enum ex_status need_operands(const struct ex_config *cfg, const char *what,
                                    struct ex_error *err)
{
    if (cfg->operands.n > 0)
        return EX_OK;
    ex_error_set(err, "%s; see --help", what);
    return EX_EUSAGE;
}

enum ex_status ex_command_scan(const struct ex_config *cfg, enum ex_exit *code,
                               struct ex_error *err)
{
    struct ex_dataset *data = NULL;
    enum ex_status st;

    if (cfg->dry_run)
        return ex_command_plan(cfg, code, err);
    if (cfg->lists.n == 0) {
        st = need_operands(cfg, "no targets: name hosts, or give a list with --list FILE", err);
        if (st != EX_OK)
            return st;
    }
    st = load(&data, cfg, err);
    if (st == EX_OK)
        st = ex_scan(cfg, ex_data_catalog(data), NULL, code, err);
    ex_data_free(data);
    return st;
}

enum ex_status ex_command_plan(const struct ex_config *cfg, enum ex_exit *code,
                               struct ex_error *err)
{
    struct ex_dataset *data = NULL;
    enum ex_status st = load(&data, cfg, err);

    (void)code;
    if (st == EX_OK)
        st = ex_plan(stdout, cfg, ex_data_catalog(data), err);
    ex_data_free(data);
    return st;
}

/* Load the knowledge, whose rules --fail-on may name, for what reads result files. */
static enum ex_status
with_rules(enum ex_status (*run)(const struct ex_config *cfg, const struct ex_catalog *cat,
                                 int64_t now_unix_ms, enum ex_exit *code, struct ex_error *err),
           const struct ex_config *cfg, enum ex_exit *code, struct ex_error *err)
{
    struct ex_dataset *data = NULL;
    enum ex_status st = need_operands(cfg, "no result files: name those that a scan wrote", err);

    if (st == EX_OK)
        st = named_by_user(ex_data_load(&data, cfg->data_dir, err));
    if (st == EX_OK)
        st = run(cfg, ex_data_catalog(data), now_of(cfg), code, err);
    ex_data_free(data);
    return st;
}

enum ex_status ex_command_report(const struct ex_config *cfg, enum ex_exit *code,
                                 struct ex_error *err)
{
    return with_rules(ex_report, cfg, code, err);
}

enum ex_status ex_command_diff(const struct ex_config *cfg, enum ex_exit *code,
                               struct ex_error *err)
{
    return with_rules(ex_diff, cfg, code, err);
}

enum ex_status ex_command_explain(const struct ex_config *cfg, enum ex_exit *code,
                                  struct ex_error *err)
{
    struct ex_dataset *data = NULL;
    enum ex_status st = need_operands(cfg, "no build: give numbers such as 15.2.1748.43", err);
    (void)code;

    if (st == EX_OK)
        st = load(&data, cfg, err);
    if (st == EX_OK)
        st = ex_explain(stdout, ex_data_catalog(data), today_of(cfg), cfg->operands.at, cfg->json,
                        err);
    ex_data_free(data);
    return st;
}

enum ex_status ex_command_data(const struct ex_config *cfg, enum ex_exit *code,
                               struct ex_error *err)
{
    const char *verb = cfg->operands.n > 0 ? cfg->operands.at[0] : "";
    const char *dir = cfg->operands.n > 1 ? cfg->operands.at[1] : cfg->data_dir;
    struct ex_dataset *data = NULL;
    enum ex_status st;
    (void)code;

    if (strcmp(verb, "verify") == 0 && dir && ex_request_check_wants(dir))
        return ex_request_check(stdout, dir, cfg->json, err);
    if (strcmp(verb, "verify") == 0)
        return named_by_user(ex_data_verify(stdout, dir, today_of(cfg), cfg->json, err));
    if (strcmp(verb, "show") != 0) {
        ex_error_set(err, "say `data show`, `data verify [DIR]` or `data verify REQUEST-LOG`");
        return EX_EUSAGE;
    }
    st = load(&data, cfg, err);
    if (st == EX_OK)
        st = ex_data_show(stdout, ex_data_catalog(data), today_of(cfg), cfg->json, err);
    ex_data_free(data);
    return st;
}

enum ex_status ex_command_discover(const struct ex_config *cfg, enum ex_exit *code,
                                   struct ex_error *err)
{
    struct ex_dataset *data = NULL;
    enum ex_status st = EX_OK;

    if (cfg->domains.n == 0)
        st = need_operands(cfg, "no domains: name them, or give a list with --domains FILE", err);
    if (st == EX_OK)
        st = load(&data, cfg, err);
    if (st == EX_OK)
        st = ex_discover_command(cfg, ex_data_catalog(data), code, err);
    ex_data_free(data);
    return st;
}

enum ex_status ex_command_config(const struct ex_config *cfg, enum ex_exit *code,
                                 struct ex_error *err)
{
    (void)code;
    if (cfg->show)
        return ex_config_show(stdout, cfg, err);
    ex_error_set(err, "say `config --show [COMMAND...]`");
    return EX_EUSAGE;
}

enum ex_status ex_command_version(const struct ex_config *cfg, struct ex_error *err)
{
    const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
    struct ex_dataset *data = NULL;
    const enum ex_status st = ex_data_load(&data, cfg->data_dir, err);

    if (st != EX_OK)
        return st;
    printf("exprobe %s\ndata of %s, sha256 %s\nlibcurl %s, %s, libuv %s, c-ares %s, jansson %s\n",
           EXPROBE_VERSION, ex_data_catalog(data)->info.date, ex_data_catalog(data)->info.sha256,
           curl->version, OpenSSL_version(OPENSSL_VERSION), uv_version_string(), ares_version(NULL),
           jansson_version_str());
    ex_data_free(data);
    return EX_OK;
}
