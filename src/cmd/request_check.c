// SPDX-License-Identifier: MIT
#include "cmd/request_check.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/request_tail.h"
#include "inspect/digest.h"
#include "out/json.h"

static enum ex_status broken(struct ex_error *err, uint64_t line, const char *why)
{
    ex_error_set(err, "line %" PRIu64 ": %s", line, why);
    return EX_EINPUT;
}

static const char *text_of(const json_t *json, const char *key)
{
    const char *text = json_string_value(json_object_get(json, key));

    return text ? text : "";
}

/* Whether the newest line is the one that @json follows. */
static enum ex_status check_link(const struct ex_request_check *c, const json_t *json,
                                 struct ex_error *err)
{
    const json_int_t n = json_integer_value(json_object_get(json, "n"));
    const char *before = text_of(json, "before");
    char why[160];

    if (n != (json_int_t)c->n) {
        snprintf(why, sizeof(why),
                 "it says that it is line %" JSON_INTEGER_FORMAT
                 "; lines were taken out, put in or moved",
                 n);
        return broken(err, c->n, why);
    }
    if (strcmp(before, c->last) == 0)
        return EX_OK;
    if (c->n == 1)
        return broken(err, 1, "it says that lines stood before it; the beginning is missing");
    snprintf(why, sizeof(why),
             "its hash is not the one that line %" PRIu64 " has of it; one of them was changed",
             c->n);
    return broken(err, c->n - 1, why);
}

static enum ex_status count_begin(struct ex_request_check *c, const json_t *json,
                                  struct ex_error *err)
{
    const bool torn = json_is_true(json_object_get(json, "torn"));

    if (c->after_torn && !torn)
        return broken(err, c->n - 1, "it is no line of a request log");
    c->n_cut += c->in_run;
    c->n_runs++;
    c->in_run = true;
    return EX_OK;
}

/* @json follows, by what it is. */
static enum ex_status count(struct ex_request_check *c, const json_t *json, struct ex_error *err)
{
    const char *type = text_of(json, "type");
    const struct {
        const char *type;
        uint64_t *n;
    } rows[] = { { "request", &c->n_requests },
                 { "answer", &c->n_answers },
                 { "unsent", &c->n_unsent },
                 { "end", NULL } };

    if (strcmp(type, "begin") == 0)
        return count_begin(c, json, err);
    if (c->after_torn)
        return broken(err, c->n - 1, "it is no line of a request log");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (strcmp(rows[i].type, type) != 0)
            continue;
        if (!c->in_run)
            return broken(err, c->n, "it belongs to no run; no line of type begin stands before");
        if (rows[i].n)
            ++*rows[i].n;
        else
            c->in_run = false;
        return EX_OK;
    }
    return broken(err, c->n, "its type is none that a request log has");
}

enum ex_status ex_request_check_line(struct ex_request_check *c, struct ex_span line, bool whole,
                                     struct ex_error *err)
{
    json_t *json = NULL;
    enum ex_status st = EX_OK;

    c->n++;
    if (ex_request_number(line) > 0)
        json = json_loadb((const char *)line.p, line.n, 0, NULL);
    if (c->n == 1 && (line.n == 0 || !ex_request_is_log(line)))
        st = broken(err, 1, "a request log does not begin like this");
    if (st == EX_OK && json)
        st = check_link(c, json, err);
    if (st == EX_OK && json)
        st = count(c, json, err);
    json_decref(json);
    if (st != EX_OK)
        return st;
    c->after_torn = !json;
    c->n_torn += !json || !whole;
    ex_sha256_text(c->last, line);
    return c->last[0] ? EX_OK : EX_ENOMEM;
}

bool ex_request_check_wants(const char *path)
{
    static const char mark[] = "{\"type\":\"";
    char start[sizeof(mark) - 1];
    struct stat st;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    const bool wanted = fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
                        read(fd, start, sizeof(start)) == (ssize_t)sizeof(start) &&
                        memcmp(start, mark, sizeof(start)) == 0;

    if (fd >= 0)
        close(fd);
    return wanted;
}

/* Lines from a buffer that is longer than any tail that a log is continued behind. */
static enum ex_status check_lines(struct ex_request_check *c, int fd, uint8_t *buffer,
                                  struct ex_error *err)
{
    size_t from = 0, to = 0;
    enum ex_status st = EX_OK;

    for (;;) {
        const uint8_t *lf = to > from ? memchr(buffer + from, '\n', to - from) : NULL;

        if (lf) {
            const size_t n = (size_t)(lf - buffer) - from;

            st = ex_request_check_line(c, (struct ex_span){ buffer + from, n }, true, err);
            from += n + 1;
            if (st != EX_OK)
                return st;
            continue;
        }
        memmove(buffer, buffer + from, to - from);
        to -= from;
        from = 0;
        if (to == EX_REQUEST_TAIL_MAX)
            return broken(err, c->n + 1, "it is longer than any line of a request log");
        const ssize_t got = read(fd, buffer + to, EX_REQUEST_TAIL_MAX - to);
        if (got < 0 && errno != EINTR) {
            ex_error_set(err, "%s", strerror(errno));
            return EX_EINPUT;
        }
        if (got == 0)
            return to == 0 ? EX_OK
                           : ex_request_check_line(c, (struct ex_span){ buffer, to }, false, err);
        to += got > 0 ? (size_t)got : 0;
    }
}

static enum ex_status print(FILE *to, const char *path, const struct ex_request_check *c, bool json)
{
    const uint64_t n_cut = c->n_cut + c->in_run;
    struct ex_json j = { 0 };

    if (!json) {
        fprintf(to,
                "%s: each of %" PRIu64 " lines follows the one before it\n"
                "Runs         %" PRIu64 ", %" PRIu64 " of them without an end; %" PRIu64
                " torn lines\n"
                "Requests     %" PRIu64 " sent, %" PRIu64 " with an end; %" PRIu64
                " more were not sent, because no connection came about\n"
                "SHA-256      %s of the last line: the end record of its results has it, too\n",
                path, c->n, c->n_runs, n_cut, c->n_torn, c->n_requests, c->n_answers, c->n_unsent,
                c->last);
        return EX_OK;
    }
    ex_json_begin(&j);
    ex_json_text(&j, "type", "request-log");
    ex_json_int(&j, "lines", (int64_t)c->n);
    ex_json_int(&j, "runs", (int64_t)c->n_runs);
    ex_json_int(&j, "runs_without_end", (int64_t)n_cut);
    ex_json_int(&j, "torn_lines", (int64_t)c->n_torn);
    ex_json_int(&j, "requests", (int64_t)c->n_requests);
    ex_json_int(&j, "answers", (int64_t)c->n_answers);
    ex_json_int(&j, "unsent", (int64_t)c->n_unsent);
    ex_json_text(&j, "sha256", c->last);
    return ex_json_print(&j, to);
}

enum ex_status ex_request_check(FILE *to, const char *path, bool json, struct ex_error *err)
{
    struct ex_request_check c = { 0 };
    struct ex_error what = { "" };
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    uint8_t *buffer = malloc(EX_REQUEST_TAIL_MAX);
    enum ex_status st = buffer ? EX_OK : EX_ENOMEM;

    if (fd < 0) {
        ex_error_set(&what, "%s", strerror(errno));
        st = EX_EINPUT;
    }
    if (st == EX_OK)
        st = check_lines(&c, fd, buffer, &what);
    if (fd >= 0)
        close(fd);
    free(buffer);
    if (st == EX_EINPUT)
        ex_error_set(err, "%.300s: %s", path, what.text);
    return st == EX_OK ? print(to, path, &c, json) : st;
}
