// SPDX-License-Identifier: MIT
#include "cmd/resume.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
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

/* What stays of a file, and what is known of the run then. */
static void files(void **state)
{
    static const struct {
        const char *before, *after;
        bool done, complete;
        uint64_t hosts;
    } rows[] = {
        /* killed: the end is missing, or torn */
        { RUN, RUN, true, false, 0 },
        { RUN HOST_A HOST_B, RUN HOST_A HOST_B, true, false, 2 },
        { RUN HOST_A "{\"type\":\"ho", RUN HOST_A, true, false, 1 },
        { RUN HOST_A HOST_A2 HOST_B "{\"type\":\"end\"}", RUN HOST_A HOST_A2 HOST_B, true, false,
          3 },
        /* stopped: the end record goes, and what was broken off, wherever it stands */
        { RUN HOST_A STOPPED, RUN HOST_A, true, false, 1 },
        { RUN HOST_A BROKEN BROKEN STOPPED, RUN HOST_A, true, false, 1 },
        { RUN BROKEN HOST_A BROKEN HOST_B STOPPED, RUN HOST_A HOST_B, true, false, 2 },
        { RUN BROKEN BROKEN STOPPED, RUN, true, false, 0 },
        { RUN OURS HOST_A FINISHED, RUN HOST_A, true, false, 1 },
        { RUN HOST_A STOPPED HOST_B, RUN HOST_A HOST_B, true, false, 2 },
        { RUN HOST_A OTHER BROKEN OTHER, RUN HOST_A OTHER OTHER, true, false, 1 },
        /* damaged in the middle */
        { RUN HOST_A "{\"type\":\"ho" HOST_A2 HOST_B, RUN HOST_A HOST_B, true, false, 2 },
        { RUN "\n" HOST_A "\n", RUN HOST_A, true, false, 1 },
        /* complete: as it is */
        { RUN HOST_A HOST_A2 HOST_B FINISHED, RUN HOST_A HOST_A2 HOST_B FINISHED, true, true, 3 },
        { RUN END_OF(0, "false"), RUN END_OF(0, "false"), true, true, 0 },
        /* an end record that does not agree is none */
        { RUN HOST_A HOST_A2 FINISHED, RUN HOST_A HOST_A2, true, false, 2 },
        { RUN HOST_A "{\"type\":\"end\",\"hosts\":1}\n", RUN HOST_A, true, false, 1 },
        { RUN HOST_A
          "{\"type\":\"end\",\"hosts\":1,\"interrupted\":false,\"list_finished\":false}\n",
          RUN HOST_A, true, false, 1 },
        { RUN FINISHED HOST_A HOST_A2 HOST_B, RUN HOST_A HOST_A2 HOST_B, true, false, 3 },
        /* nothing whole */
        { "", "", false, false, 0 },
        { "{\"type\":\"run\",\"sch", "", false, false, 0 },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_resume r;
        struct ex_output o;
        struct ex_error err = { "" };
        size_t n;

        put_file(name, rows[i].before, strlen(rows[i].before));
        if (go_on(&r, &o, &same, &err) != EX_OK)
            fail_msg("row %zu: %s", i, err.text);
        char *after = get_file(name, &n);
        if (strcmp(after, rows[i].after) != 0 || (r.done != NULL) != rows[i].done ||
            r.complete != rows[i].complete || r.totals.hosts != rows[i].hosts)
            fail_msg("row %zu: %llu hosts, complete %d, of\n%s", i,
                     (unsigned long long)r.totals.hosts, r.complete, after);
        /* what is appended comes behind what stayed, in the file that has the name */
        assert_int_equal(write(o.fd, "x", 1), 1);
        free(after);
        after = get_file(name, &n);
        assert_true(n == strlen(rows[i].after) + 1 && after[n - 1] == 'x');
        assert_int_equal(access(beside, F_OK), -1);
        free(after);
        ex_resume_free(&r);
        ex_output_close(&o);
    }
}

/* A power cut may leave any beginning of a file: its whole lines stay, no more and no less; and
 * so it is again when the next power cut comes right then. */
static void cut_anywhere(void **state)
{
    static const char whole[] = RUN HOST_A BROKEN HOST_A2 OURS HOST_B STOPPED;
    static const struct {
        const char *text;
        bool stays;
    } lines[] = { { RUN, true },   { HOST_A, true }, { BROKEN, false }, { HOST_A2, true },
                  { OURS, false }, { HOST_B, true }, { STOPPED, false } };
    (void)state;

    for (size_t cut = 0; cut < sizeof(whole); cut++) {
        char want[sizeof(whole)] = "";
        size_t at = 0;

        for (size_t i = 0; i < N_OF(lines) && at + strlen(lines[i].text) <= cut; i++) {
            at += strlen(lines[i].text);
            if (lines[i].stays)
                memcpy(want + strlen(want), lines[i].text, strlen(lines[i].text) + 1);
        }
        put_file(name, whole, cut);
        for (int round = 0; round < 2; round++) {
            struct ex_resume r;
            struct ex_output o;
            struct ex_error err = { "" };
            size_t n;

            if (go_on(&r, &o, &same, &err) != EX_OK)
                fail_msg("cut at %zu: %s", cut, err.text);
            char *after = get_file(name, &n);
            if (strcmp(after, want) != 0 || n != strlen(want))
                fail_msg("cut at %zu, round %d: %s", cut, round, after);
            free(after);
            ex_resume_free(&r);
            ex_output_close(&o);
        }
    }
}

static void totals(void **state)
{
    static const char bytes[] =
        RUN HOST_A HOST_A2 HOST_B BROKEN HOST_OF("e", "\"192.0.2.5\"", "answered",
                                                 "\"findings\":[{\"rule\":\"x\",\"severity\":"
                                                 "\"high\"}],");
    static const struct {
        struct ex_threshold t;
        bool failed_on;
    } rows[] = {
        { { .rules = "" }, false },
        { { .set = true, .severity = EX_SEV_CRITICAL, .rules = "critical" }, false },
        { { .set = true, .severity = EX_SEV_HIGH, .rules = "high" }, true },
        { { .set = true, .rules = "y,x" }, true },
        { { .set = true, .rules = "y" }, false },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct ex_resume_want want = { &same_run, &same_data, false, &rows[i].t };
        struct ex_resume r;
        struct ex_output o;
        struct ex_error err = { "" };

        put_file(name, bytes, sizeof(bytes) - 1);
        assert_int_equal(go_on(&r, &o, &want, &err), EX_OK);
        assert_int_equal(r.failed_on, rows[i].failed_on);
        assert_int_equal(r.totals.hosts, 4);
        assert_int_equal(r.totals.states[EX_STATE_ANSWERED], 2);
        assert_int_equal(r.totals.states[EX_STATE_REFUSED], 1);
        assert_int_equal(r.totals.states[EX_STATE_DNS_FAILED], 1);
        assert_int_equal(r.totals.states[EX_STATE_INTERRUPTED], 0);
        assert_int_equal(r.totals.severities[EX_SEV_LOW], 4);
        assert_int_equal(r.totals.requests, 12);
        assert_int_equal(r.totals.bytes, 400);
        assert_int_equal(r.as_of, 20777); /* 2026-11-20 */
        assert_true(r.started_unix_ms == 20777 * 86400000ll + 36000000);
        ex_resume_free(&r);
        ex_output_close(&o);
    }
}

/* Another kind of run is an error that names the difference, and the file is not touched. */
static void other_runs(void **state)
{
    static const struct {
        const char *run;
        struct ex_run_info info;
        bool as_of_given;
        enum ex_status st;
        const char *says;
    } rows[] = {
#define INFO_OF(part, day, ...) { .version = "1.2", .shard = part, .as_of = day, __VA_ARGS__ }
#define INFO(...)               INFO_OF("1/1", 20777, __VA_ARGS__)
        { RUN, INFO_OF("1/1", 20780, .deep = false), false, EX_OK, "" },
        { RUN, INFO(.deep = false), true, EX_OK, "" },
        { RUN_OF(",\"deep\":true"), INFO(.deep = true), false, EX_OK, "" },
        { RUN_OF(",\"deep\":true"), INFO(.deep = false), false, EX_EUSAGE, "begun with --deep;" },
        { RUN_OF(",\"deep\":false"), INFO(.deep = true), false, EX_EUSAGE, "without --deep;" },
        { RUN, INFO(.ntlm_info = true), false, EX_EUSAGE, "begun without --ntlm-info;" },
        { RUN, INFO(.fingerprint_only = true), false, EX_EUSAGE, "without --fingerprint-only;" },
        { RUN, INFO(.backdoor = true), false, EX_EUSAGE, "begun with --no-backdoor;" },
        { RUN_OF(",\"backdoor\":true"), INFO(.deep = false), false, EX_EUSAGE,
          "begun without --no-backdoor;" },
        { RUN, INFO(.own_paths = true), false, EX_EUSAGE, "begun without --paths;" },
        { RUN, INFO_OF("2/4", 20777, .deep = false), false, EX_EUSAGE,
          "begun with --shard \"1/1\";" },
        { RUN, INFO_OF("1/1", 20780, .deep = false), true, EX_EUSAGE,
          "the day of judgement 2026-11-20;" },
        { RUN,
          { .version = "1.3", .shard = "1/1" },
          false,
          EX_EINPUT,
          "begun by exprobe \"1.2\", and this is 1.3;" },
        { RUN RUN, INFO(.deep = false), false, EX_EINPUT, ":2: a second run begins here" },
        { "hello\n", INFO(.deep = false), false, EX_EINPUT, ":1: this is no result of exprobe" },
#undef INFO
#undef INFO_OF
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct ex_resume_want want = { &rows[i].info, &same_data, rows[i].as_of_given,
                                             &no_threshold };
        struct ex_resume r;
        struct ex_output o;
        struct ex_error err = { "" };
        size_t n;

        put_file(name, rows[i].run, strlen(rows[i].run));
        const enum ex_status st = go_on(&r, &o, &want, &err);
        if (st != rows[i].st || !strstr(err.text, rows[i].says))
            fail_msg("row %zu: status %d, %s", i, (int)st, err.text);
        char *after = get_file(name, &n);
        assert_string_equal(after, rows[i].run);
        free(after);
        ex_resume_free(&r);
        ex_output_close(&o);
    }
    const struct ex_data_info other = { .date = "2026-11-10", .sha256 = "0123" };
    const struct ex_resume_want want = { &same_run, &other, false, &no_threshold };
    struct ex_resume r;
    struct ex_output o;
    struct ex_error err = { "" };
    put_file(name, RUN, strlen(RUN));
    assert_int_equal(go_on(&r, &o, &want, &err), EX_EINPUT);
    assert_non_null(strstr(err.text, "begun with other data, of \"2026-10-08\""));
    ex_resume_free(&r);
    ex_output_close(&o);
}

/* Rewriting keeps the mode, a link and the lock, and takes what a crash left beside away. */
static void rewritten(void **state)
{
    static const char bytes[] = RUN BROKEN HOST_A;
    static const struct ex_config linked = { .output = "link", .resume = true };
    struct ex_resume r = { .done = NULL };
    struct ex_output o, second;
    struct ex_error err = { "" };
    struct stat before, after, link;
    (void)state;

    put_file(name, bytes, sizeof(bytes) - 1);
    put_file(beside, "rubbish", 7);
    assert_int_equal(chmod(name, 0640), 0);
    assert_int_equal(stat(name, &before), 0);
    assert_int_equal(symlink(name, "link"), 0);
    assert_int_equal(ex_output_open(&o, &linked, &quiet, &err), EX_OK);
    assert_int_equal(ex_resume_read(&r, &o, &same, &quiet, &err), EX_OK);
    assert_int_equal(stat(name, &after), 0);
    assert_int_equal(lstat("link", &link), 0);
    assert_true(S_ISLNK(link.st_mode));
    assert_int_equal(after.st_mode, before.st_mode);
    assert_true(after.st_ino != before.st_ino);
    assert_int_equal(access(beside, F_OK), -1);
    /* a second one finds it locked, under both names */
    assert_int_equal(ex_output_open(&second, &linked, &quiet, &err), EX_EOUTPUT);
    ex_output_close(&second);
    assert_int_equal(ex_output_open(&second, &to_file, &quiet, &err), EX_EOUTPUT);
    ex_output_close(&second);
    ex_resume_free(&r);
    ex_output_close(&o);
    assert_int_equal(ex_output_open(&second, &to_file, &quiet, &err), EX_OK);
    ex_output_close(&second);
    assert_int_equal(unlink("link"), 0);
}

/* Where the new file cannot be made, the old one stays as it was. */
static void cannot_rewrite(void **state)
{
    static const char bytes[] = RUN BROKEN HOST_A;
    struct ex_resume r;
    struct ex_output o;
    struct ex_error err = { "" };
    size_t n;
    (void)state;

    put_file(name, bytes, sizeof(bytes) - 1);
    assert_int_equal(mkdir(beside, 0700), 0);
    assert_int_equal(go_on(&r, &o, &same, &err), EX_EOUTPUT);
    assert_non_null(strstr(err.text, "it is as it was"));
    char *after = get_file(name, &n);
    assert_string_equal(after, bytes);
    free(after);
    ex_resume_free(&r);
    ex_output_close(&o);
    assert_int_equal(rmdir(beside), 0);
}

/* What has the file locked is named by its number. */
static void locked(void **state)
{
    static const struct ex_config fresh = { .output = name, .fresh = true };
    static const struct ex_config plain = { .output = name };
    const struct ex_config *const all[] = { &to_file, &fresh, &plain };
    int ready[2], gone[2];
    char byte, number[32];
    (void)state;

    put_file(name, RUN, strlen(RUN));
    assert_int_equal(pipe(ready), 0);
    assert_int_equal(pipe(gone), 0);
    const pid_t pid = fork();
    if (pid == 0) {
        const int fd = open(name, O_RDONLY);

        close(gone[1]);
        if (fd < 0 || flock(fd, LOCK_EX) != 0 || write(ready[1], "x", 1) != 1)
            _exit(1);
        while (read(gone[0], &byte, 1) > 0)
            ;
        _exit(0);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    snprintf(number, sizeof(number), "process %ld is", (long)pid);
    for (size_t i = 0; i < N_OF(all); i++) {
        struct ex_output o;
        struct ex_error err = { "" };
        struct stat st;

        assert_int_equal(ex_output_open(&o, all[i], &quiet, &err), EX_EOUTPUT);
        if (!strstr(err.text, number) || !strstr(err.text, name))
            fail_msg("%s, wanted %s", err.text, number);
        assert_int_equal(stat(name, &st), 0);
        assert_int_equal(st.st_size, strlen(RUN)); /* --fresh has not emptied it */
        ex_output_close(&o);
    }
    close(gone[1]);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
    close(gone[0]);
    close(ready[0]);
    close(ready[1]);
}

static void options(void **state)
{
    static const struct {
        struct ex_config cfg;
        enum ex_status st;
        const char *says;
    } rows[] = {
        { { .resume = true }, EX_EUSAGE, "--output FILE" },
        { { .resume = true, .output = "-" }, EX_EUSAGE, "--output FILE" },
        { { .resume = true, .output = name, .fresh = true }, EX_EUSAGE, "give one of them" },
        { { .resume = true, .output = "/dev/null" }, EX_EUSAGE, "regular file" },
        { { .output = name }, EX_EOUTPUT, "give --resume to go on with them, --fresh to" },
        { { .resume = true, .output = "/nonexistent/x" }, EX_EOUTPUT, "No such file" },
        { { .resume = true, .output = "/" }, EX_EOUTPUT, "Is a directory" },
    };
    (void)state;

    put_file(name, RUN, strlen(RUN));
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_output o;
        struct ex_error err = { "" };
        const enum ex_status st = ex_output_open(&o, &rows[i].cfg, &quiet, &err);

        if (st != rows[i].st || !strstr(err.text, rows[i].says))
            fail_msg("row %zu: status %d, %s", i, (int)st, err.text);
        ex_output_close(&o);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files),     cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(totals),    cmocka_unit_test(other_runs),
        cmocka_unit_test(rewritten), cmocka_unit_test(cannot_rewrite),
        cmocka_unit_test(locked),    cmocka_unit_test(options),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
