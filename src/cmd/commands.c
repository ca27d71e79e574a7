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
#include "cmd/data_change.h"
#include "cmd/diff.h"
#include "cmd/discover.h"
#include "cmd/explain.h"
#include "cmd/knowledge.h"
#include "cmd/plan.h"
#include "cmd/report.h"
#include "cmd/request_check.h"
#include "cmd/scan.h"
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

/* Load the knowledge; a user who set a limit is told before anything is done. */
static enum ex_status load(struct ex_knowledge *k, const struct ex_config *cfg,
                           struct ex_error *err)
{
    const enum ex_status st = ex_knowledge_load(k, cfg, err);

    if (st != EX_OK || cfg->max_data_age_days == 0)
        return st;
    const struct ex_data_info *info = &ex_knowledge_catalog(k)->info;
    if ((int64_t)today_of(cfg) - info->date_day <= (int64_t)cfg->max_data_age_days)
        return EX_OK;
    ex_error_set(err, "the data are of %s, older than --max-data-age %u; install newer data",
                 info->date, cfg->max_data_age_days);
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
    struct ex_knowledge k = { .data = NULL };
    enum ex_status st;

    if (cfg->dry_run)
        return ex_command_plan(cfg, code, err);
    if (cfg->lists.n == 0) {
        st = need_operands(cfg, "no targets: name hosts, or give a list with --list FILE", err);
        if (st != EX_OK)
            return st;
    }
    st = load(&k, cfg, err);
    if (st == EX_OK)
        st = ex_scan(cfg, ex_knowledge_catalog(&k), NULL, code, err);
    ex_knowledge_free(&k);
    return st;
}

enum ex_status ex_command_plan(const struct ex_config *cfg, enum ex_exit *code,
                               struct ex_error *err)
{
    struct ex_knowledge k = { .data = NULL };
    enum ex_status st = load(&k, cfg, err);

    (void)code;
    if (st == EX_OK)
        st = ex_plan(stdout, cfg, ex_knowledge_catalog(&k), err);
    ex_knowledge_free(&k);
    return st;
}

/* Load the knowledge, whose rules --fail-on may name, for what reads result files. */
static enum ex_status
with_rules(enum ex_status (*run)(const struct ex_config *cfg, const struct ex_catalog *cat,
                                 int64_t now_unix_ms, enum ex_exit *code, struct ex_error *err),
           const struct ex_config *cfg, enum ex_exit *code, struct ex_error *err)
{
    struct ex_knowledge k = { .data = NULL };
    enum ex_status st = need_operands(cfg, "no result files: name those that a scan wrote", err);

    if (st == EX_OK)
        st = ex_knowledge_load(&k, cfg, err);
    if (st == EX_OK)
        st = run(cfg, ex_knowledge_catalog(&k), now_of(cfg), code, err);
    ex_knowledge_free(&k);
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
    struct ex_knowledge k = { .data = NULL };
    enum ex_status st = need_operands(cfg, "no build: give numbers such as 15.2.1748.43", err);
    (void)code;

    if (st == EX_OK)
        st = load(&k, cfg, err);
    if (st == EX_OK)
        st = ex_explain(stdout, ex_knowledge_catalog(&k), today_of(cfg), cfg->operands.at,
                        cfg->json, err);
    ex_knowledge_free(&k);
    return st;
}

static enum ex_status show(const struct ex_config *cfg, struct ex_error *err)
{
    struct ex_knowledge k = { .data = NULL };
    enum ex_status st = load(&k, cfg, err);

    if (st == EX_OK)
        st = ex_data_show(stdout, &k, today_of(cfg), cfg->json, err);
    ex_knowledge_free(&k);
    return st;
}

static enum ex_status verify(const struct ex_config *cfg, struct ex_error *err)
{
    const char *path = cfg->operands.n == 2 ? cfg->operands.at[1] : NULL;

    if (path && ex_request_check_wants(path))
        return ex_request_check(stdout, path, cfg->json, err);
    return ex_data_verify(stdout, cfg, today_of(cfg), err);
}

enum ex_status ex_command_data(const struct ex_config *cfg, enum ex_exit *code,
                               struct ex_error *err)
{
    static const struct {
        const char *verb;
        enum ex_status (*run)(const struct ex_config *cfg, struct ex_error *err);
    } verbs[] = {
        { "show", show },
        { "verify", verify },
        { "update", ex_data_update },
        { "rollback", ex_data_rollback },
        { "sign", ex_data_sign },
    };
    const char *verb = cfg->operands.n > 0 ? cfg->operands.at[0] : "";
    (void)code;

    for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
        if (strcmp(verbs[i].verb, verb) == 0)
            return verbs[i].run(cfg, err);
    ex_error_set(err, "say `data show`, `data verify [PATH]`, `data update FILE`, `data "
                      "rollback` or `data sign DIR`");
    return EX_EUSAGE;
}

enum ex_status ex_command_discover(const struct ex_config *cfg, enum ex_exit *code,
                                   struct ex_error *err)
{
    struct ex_knowledge k = { .data = NULL };
    enum ex_status st = EX_OK;

    if (cfg->domains.n == 0)
        st = need_operands(cfg, "no domains: name them, or give a list with --domains FILE", err);
    if (st == EX_OK)
        st = load(&k, cfg, err);
    if (st == EX_OK)
        st = ex_discover_command(cfg, ex_knowledge_catalog(&k), code, err);
    ex_knowledge_free(&k);
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
    struct ex_knowledge k = { .data = NULL };
    const enum ex_status st = ex_knowledge_load(&k, cfg, err);

    if (st != EX_OK)
        return st;
    printf("exprobe %s\ndata of %s, sha256 %s\nlibcurl %s, %s, libuv %s, c-ares %s, jansson %s\n",
           EXPROBE_VERSION, ex_knowledge_catalog(&k)->info.date,
           ex_knowledge_catalog(&k)->info.sha256, curl->version, OpenSSL_version(OPENSSL_VERSION),
           uv_version_string(), ares_version(NULL), jansson_version_str());
    ex_knowledge_free(&k);
    return EX_OK;
}
