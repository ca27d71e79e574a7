// SPDX-License-Identifier: MIT
#include "out/request_line.h"

#include "core/put.h"
#include "out/json_parts.h"

static void put_link(struct ex_json *j, const struct ex_link *link)
{
    ex_json_int(j, "n", (int64_t)link->n);
    ex_json_text_or_null(j, "before", link->before);
}

const char *ex_request_begin(struct ex_json *j, const struct ex_link *link,
                             const struct ex_request_run *run, int64_t now_unix_ms, bool torn,
                             size_t *n)
{
    ex_json_begin(j);
    ex_json_text(j, "type", "begin");
    ex_json_text(j, "schema", EX_REQUESTS_SCHEMA);
    put_link(j, link);
    ex_json_time_ms(j, "time", now_unix_ms);
    ex_json_text(j, "version", run->version);
    ex_json_text_or_null(j, "run_id", run->run_id);
    ex_json_text(j, "user_agent", run->user_agent);
    ex_json_bool(j, "proxy", run->proxy[0] != '\0');
    ex_json_text_or_null(j, "scope", run->scope);
    ex_json_text_or_null(j, "exclude", run->exclude);
    ex_json_int(j, "opt_outs", (int64_t)run->n_opt_outs);
    ex_json_bool(j, "torn", torn);
    return ex_json_end(j, n);
}

static void put_url(struct ex_json *j, const struct ex_request_line *line)
{
    char url[EX_TARGET_TEXT + 1024], host[EX_TARGET_TEXT];
    struct ex_put w = ex_put_of(url, sizeof(url));

    ex_put_str(&w, "https://");
    ex_put_str(&w, ex_target_format(host, line->target));
    ex_put_str(&w, line->path);
    ex_json_text(j, "url", url);
}

static void put_end(struct ex_json *j, const struct ex_request_line *line)
{
    ex_json_int_if(j, "request", line->request > 0, (int64_t)line->request);
    ex_json_text(j, "outcome", line->outcome);
    ex_json_int_if(j, "status", line->status > 0, line->status);
    ex_json_int(j, "bytes", (int64_t)line->bytes);
    ex_json_int(j, "duration_ms", line->duration_ms);
}

const char *ex_request_line(struct ex_json *j, const struct ex_link *link,
                            const struct ex_request_line *line, size_t *n)
{
    const struct ex_target *t = line->target;
    char host[EX_TARGET_TEXT], address[EX_ADDR_TEXT];

    ex_json_begin(j);
    ex_json_text(j, "type", line->type);
    put_link(j, link);
    ex_json_time_ms(j, "time", line->at_unix_ms);
    ex_json_text(j, "target", ex_target_format(host, t));
    ex_json_text(j, "address", ex_addr_format(address, line->address));
    ex_json_int(j, "port", t->port);
    ex_json_text(j, "server_name", t->kind == EX_TARGET_NAME ? t->name : NULL);
    ex_json_text(j, "method", line->method);
    put_url(j, line);
    ex_json_text(j, "rule", line->rule);
    if (line->ended)
        put_end(j, line);
    return ex_json_end(j, n);
}

const char *ex_request_end(struct ex_json *j, const struct ex_link *link, uint64_t n_requests,
                           int64_t now_unix_ms, size_t *n)
{
    ex_json_begin(j);
    ex_json_text(j, "type", "end");
    put_link(j, link);
    ex_json_time_ms(j, "time", now_unix_ms);
    ex_json_int(j, "requests", (int64_t)n_requests);
    return ex_json_end(j, n);
}
