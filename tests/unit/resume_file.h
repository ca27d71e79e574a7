// SPDX-License-Identifier: MIT
#ifndef TESTS_RESUME_FILE_H
#define TESTS_RESUME_FILE_H

/* A result file in a folder of its own, to go on with. */
#include "cmd/resume.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

#define RUN_OF(members)                                                                            \
    "{\"type\":\"run\",\"schema\":\"exprobe/1\",\"run_id\":\"r\",\"version\":\"1.2\",\"data\":{"   \
    "\"date\":\"2026-10-08\",\"sha256\":\"5ab5\"},\"as_of\":\"2026-11-20\",\"started\":"           \
    "\"2026-11-20T10:00:00.000Z\",\"shard\":\"1/1\"" members "}\n"
#define RUN RUN_OF("")
#define HOST_OF(name, address, state, more)                                                        \
    "{\"type\":\"host\",\"target\":\"" name ":443\",\"address\":" address ",\"state\":\"" state    \
    "\",\"requests\":3,\"bytes\":100," more "\"severity\":\"low\"}\n"
#define HOST_A         HOST_OF("a", "\"192.0.2.1\"", "answered", "\"addresses\":2,")
#define HOST_A2        HOST_OF("a", "\"192.0.2.2\"", "refused", "\"addresses\":2,")
#define HOST_B         HOST_OF("b", "null", "dns-failed", "")
#define BROKEN         HOST_OF("c", "null", "interrupted", "")
#define OURS           HOST_OF("d", "\"192.0.2.4\"", "internal-error", "")
#define OTHER          "{\"type\":\"guest\"}\n"
#define END_OF(n, how) "{\"type\":\"end\",\"hosts\":" #n ",\"interrupted\":" how "}\n"
#define STOPPED        END_OF(3, "true")
#define FINISHED       END_OF(3, "false")

static char folder[] = "/tmp/exprobe-resume-XXXXXX";
static const char name[] = "out.jsonl", beside[] = "out.jsonl.exprobe-resume";
static struct ex_log quiet;

static int setup(void **state)
{
    (void)state;
    ex_log_init(&quiet, true, false);
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    ex_log_deinit(&quiet);
    unlink(name);
    return chdir("/") == 0 ? rmdir(folder) : -1;
}

static void put_file(const char *path, const char *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

/* What is in a file now; freed by the caller. */
static char *get_file(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    char *bytes = calloc(1, 64 * 1024);

    assert_non_null(f);
    assert_non_null(bytes);
    *n = fread(bytes, 1, 64 * 1024 - 1, f);
    fclose(f);
    return bytes;
}

static const struct ex_config to_file = { .output = name, .resume = true };
static const struct ex_run_info same_run = { .version = "1.2", .shard = "1/1", .as_of = 20777 };
static const struct ex_data_info same_data = { .date = "2026-10-08", .sha256 = "5ab5" };
static const struct ex_threshold no_threshold = { .rules = "" };

/* Go on with the file as it is, to the point where hosts would be scanned. */
static enum ex_status go_on(struct ex_resume *r, struct ex_output *o,
                            const struct ex_resume_want *want, struct ex_error *err)
{
    *r = (struct ex_resume){ .done = NULL };
    enum ex_status st = ex_output_open(o, &to_file, &quiet, err);

    if (st == EX_OK && o->has_content)
        st = ex_resume_read(r, o, want, &quiet, err);
    return st;
}

static const struct ex_resume_want same = { .run = &same_run,
                                            .data = &same_data,
                                            .threshold = &no_threshold };

#endif
