// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "settings_files.h"

/* Whatever is wrong is said with its place, whichever command runs. */
static void what_is_wrong_is_named(void **state)
{
    static const struct {
        struct sources from;
        const char *says;
    } rows[] = {
        { { .system = "\nrats = 5" }, "./system:2: rats: no option is called so" },
        { { .system = "rate = x" }, "./system:1: rate = \"x\": give a whole number from 0 to" },
        { { .system = "[scan]\nrate = x" }, "./system:2: rate = \"x\": give a whole number" },
        { { .user = "timeout = 1h" }, "./user:1: timeout = \"1h\": give a time" },
        { { .named = "deep = yes" }, "named:1: deep = \"yes\": give true or false" },
        { { .system = "progress = often" }, "auto, plain, json or none" },
        { { .system = "[report]\nformat = docx" }, "format = \"docx\": give one of: text, html" },
        { { .system = "rate = 5\n\nrate = 5" }, "./system:3: rate = \"5\": was set before" },
        { { .system = "[scan]\nrate=5\n[scan]" }, "./system:3: [scan]: the file has this section" },
        { { .system = "[scam]" }, "./system:1: [scam]: no command is called so" },
        { { .system = "[report]\nrate = 5" }, "./system:2: rate: the command of this section" },
        { { .system = "rate" }, "./system:1: \"rate\": write NAME = VALUE" },
        { { .system = "output = x" }, "output = \"x\": means another thing to each command" },
        { { .system = "config = x" }, "config = \"x\": cannot be set in a file" },
        { { .system = "fresh = true" }, "fresh = \"true\": is about one run" },
        { { .system = "resume = true" }, "is about one run" },
        { { .system = "dry-run = true" }, "is about one run" },
        { { .system = "as-of = 2026-01-01" }, "is about one run" },
        { { .system = "help = true" }, "is about one run" },
        { { .system = "list = ~/hosts" }, "write the whole path" },
        { { .environment = { "EXPROBE_RATS=5" } }, "\"EXPROBE_RATS\": no option is called so" },
        { { .environment = { "EXPROBE_RATE=" } }, "EXPROBE_RATE=\"\": no value" },
        { { .environment = { "EXPROBE_LIST=" } }, "EXPROBE_LIST=\"\": no value" },
        { { .environment = { "EXPROBE_RATE=x" } }, "EXPROBE_RATE=\"x\": give a whole number" },
        { { .environment = { "EXPROBE_rate=5" } }, "\"EXPROBE_rate\": no option is called so" },
        { { .environment = { "EXPROBE_HOST-DELAY=5" } }, "no option is called so" },
        { { .environment = { "EXPROBE_\x1b[2J=5" } }, "\"EXPROBE_\\x1b[2J\"" },
        { { .environment = { "EXPROBE_CONTACT=\x1b[2J" } }, "a control character" },
        { { .environment = { "EXPROBE_FRESH=true" } }, "is about one run" },
        { { .environment = { "EXPROBE_OUTPUT=x" } }, "means another thing to each command" },
        { { .environment = { "EXPROBE_CONFIG=missing" } }, "missing: cannot be read" },
        { { .words = { "--config", "missing" } }, "missing: cannot be read: No such file" },
        { { .words = { "--config", "." } }, ".: cannot be read" },
    };
    static const enum ex_command commands[] = { EX_CMD_SCAN, EX_CMD_EXPLAIN };
    (void)state;

    for (size_t i = 0; i < N_OF(rows) * N_OF(commands); i++) {
        const struct sources *from = &rows[i / N_OF(commands)].from;
        struct ex_error err = { 0 };
        struct ex_config cfg;
        const enum ex_status st = read_all(&cfg, commands[i % N_OF(commands)], from, &err);

        if (st != EX_ECONFIG || !strstr(err.text, rows[i / N_OF(commands)].says))
            fail_msg("row %zu: %s: \"%s\"", i / N_OF(commands), ex_status_str(st), err.text);
        ex_config_free(&cfg);
    }
}

static void a_file_that_everybody_may_write_to_is_refused(void **state)
{
    const struct ex_config_places places = { .system = "system" };
    struct ex_settings *s = calloc(1, sizeof(*s));
    struct ex_error err = { 0 };
    (void)state;

    write_file("system", "rate = 5");
    assert_int_equal(chmod("system", 0646), 0);
    assert_int_equal(ex_settings_load(s, &places, NULL, false, &err), EX_ECONFIG);
    assert_string_equal(err.text, "system: everybody may write to it; take that away (chmod o-w)");
    /* A device is nobody's configuration, and a way to give an empty one. */
    assert_int_equal(ex_settings_load(s, &places, "/dev/null", true, &err), EX_OK);
    ex_settings_free(s);
}

static void a_file_has_a_limit(void **state)
{
    const struct ex_config_places places = { .system = "system" };
    struct ex_settings *s = calloc(1, sizeof(*s));
    struct ex_error err = { 0 };
    FILE *f;
    (void)state;

    write_file("system", "");
    f = fopen("system", "we");
    for (int i = 0; i < EX_CONFIG_FILE_MAX; i += 64)
        fprintf(f, "#%62s\n", "");
    fclose(f);
    assert_int_equal(ex_settings_load(s, &places, NULL, false, &err), EX_OK);
    f = fopen("system", "ae");
    fputc('#', f);
    fclose(f);
    assert_int_equal(ex_settings_load(s, &places, NULL, false, &err), EX_ECONFIG);
    assert_non_null(strstr(err.text, "longer than 1 MiB"));
    ex_settings_free(s);
}

/* A value that only the command can judge is traced back to where it was set. */
static void a_value_refused_later_is_traced(void **state)
{
    static const struct sources from = { .system = "resolve = a:443:10.0.0.1\nresolve = nonsense\n"
                                                   "proxy = x" };
    struct ex_error err = { "--resolve \"nonsense\": give HOST:PORT:IP" };
    struct ex_config cfg;
    (void)state;

    assert_int_equal(read_all(&cfg, EX_CMD_SCAN, &from, NULL), EX_OK);
    assert_int_equal(ex_settings_blame(cfg.settings, EX_EUSAGE, &err), EX_ECONFIG);
    assert_string_equal(err.text, "./system:2: --resolve \"nonsense\": give HOST:PORT:IP");
    ex_error_set(&err, "--proxy: give another");
    assert_int_equal(ex_settings_blame(cfg.settings, EX_EUSAGE, &err), EX_ECONFIG);
    assert_string_equal(err.text, "./system:3: --proxy: give another");
    ex_error_set(&err, "--proxy: no answer");
    assert_int_equal(ex_settings_blame(cfg.settings, EX_EIO, &err), EX_EIO);
    ex_error_set(&err, "--contact: give another");
    assert_int_equal(ex_settings_blame(cfg.settings, EX_EUSAGE, &err), EX_EUSAGE);
    assert_string_equal(err.text, "--contact: give another");
    ex_config_free(&cfg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(a_file_that_everybody_may_write_to_is_refused),
        cmocka_unit_test(a_file_has_a_limit),
        cmocka_unit_test(a_value_refused_later_is_traced),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
