// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "resume_file.h"

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
#define FILES(key, hash)        RUN_OF(",\"files\":{\"" key "\":\"" hash "\"}")
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
        { RUN, INFO(.ipv4_only = true), false, EX_EUSAGE, "begun without -4;" },
        { RUN_OF(",\"ipv6_only\":true"), INFO(.deep = false), false, EX_EUSAGE, "begun with -6;" },
        { RUN, INFO(.one_address = true), false, EX_EUSAGE, "begun without --one-address;" },
        { RUN, INFO(.files = { .rules = "ab12" }), false, EX_EUSAGE, "begun without --rules;" },
        { FILES("known_good", "ab12"), INFO(.deep = false), false, EX_EUSAGE,
          "begun with --known-good;" },
        { FILES("rules", "ab12"), INFO(.files = { .rules = "ab13" }), false, EX_EUSAGE,
          "begun with another content of --rules;" },
        { FILES("cacert", "ab12"), INFO(.files = { .cacert = "ab13" }), false, EX_EUSAGE,
          "another content of --cacert;" },
        { FILES("paths", "ab12"), INFO(.files = { .paths = "ab12" }), false, EX_OK, "" },
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
#undef FILES
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

/* A file that the scan has still to read is not emptied. */
static void also_read(void **state)
{
    static const char *names[] = { "-", "other", name, NULL };
    const struct ex_config rows[] = {
        { .output = name, .fresh = true, .lists = { names, 3 } },
        { .output = name, .fresh = true, .rules = { names, 3 } },
        { .output = name, .fresh = true, .paths = name },
        { .output = name, .fresh = true, .known_good = name },
        { .output = name, .fresh = true, .ca_file = name },
    };
    struct ex_output o;
    struct ex_error err = { "" };
    size_t n;
    (void)state;

    put_file(name, "mail\n", 5);
    for (size_t i = 0; i < N_OF(rows); i++) {
        if (ex_output_open(&o, &rows[i], &quiet, &err) != EX_EUSAGE ||
            !strstr(err.text, "out.jsonl: is used by this scan"))
            fail_msg("row %zu: %s", i, err.text);
        ex_output_close(&o);
        char *after = get_file(name, &n);
        assert_string_equal(after, "mail\n");
        free(after);
    }
    const struct ex_config good = { .output = name, .fresh = true, .lists = { names, 2 } };
    put_file(beside, "half", 4); /* of a run that was killed while it rewrote the file */
    assert_int_equal(ex_output_open(&o, &good, &quiet, &err), EX_OK);
    ex_output_close(&o);
    free(get_file(name, &n));
    assert_int_equal(n, 0);
    assert_int_equal(access(beside, F_OK), -1);
}

/* At the end, the results have to be where they were wanted. */
static void moved(void **state)
{
    static const struct ex_config plain = { .output = name };
    struct ex_output o;
    struct ex_error err = { "" };
    (void)state;

    for (int i = 0; i < 3; i++) {
        unlink(name);
        assert_int_equal(ex_output_open(&o, &plain, &quiet, &err), EX_OK);
        assert_int_equal(ex_output_check(&o, &err), EX_OK);
        assert_int_equal(i == 0 ? unlink(name) : rename(name, "moved"), 0);
        if (i == 2)
            put_file(name, RUN, strlen(RUN));
        assert_int_equal(ex_output_check(&o, &err), EX_EOUTPUT);
        assert_non_null(strstr(err.text, "out.jsonl: was moved, replaced or deleted"));
        ex_output_close(&o);
        unlink("moved");
    }
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
        { { .resume = true, .output = "pipe" },
          EX_EUSAGE,
          "pipe: --resume goes on with a regular" },
        { { .resume = true, .output = "/nonexistent/x" }, EX_EOUTPUT, "No such file" },
        { { .resume = true, .output = "/" }, EX_EOUTPUT, "Is a directory" },
    };
    (void)state;

    put_file(name, RUN, strlen(RUN));
    assert_int_equal(mkfifo("pipe", 0600), 0); /* without a reader: opening it would not return */
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_output o;
        struct ex_error err = { "" };
        const enum ex_status st = ex_output_open(&o, &rows[i].cfg, &quiet, &err);

        if (st != rows[i].st || !strstr(err.text, rows[i].says))
            fail_msg("row %zu: status %d, %s", i, (int)st, err.text);
        ex_output_close(&o);
    }
    assert_int_equal(unlink("pipe"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(other_runs), cmocka_unit_test(locked), cmocka_unit_test(options),
        cmocka_unit_test(also_read),  cmocka_unit_test(moved),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
