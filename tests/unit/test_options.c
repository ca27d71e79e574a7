// SPDX-License-Identifier: MIT
#include "cmd/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
enum { WORDS = 8 };

static enum ex_status parse(struct ex_config *cfg, enum ex_command command,
                            const char *const *words, struct ex_error *err)
{
    char *argv[WORDS + 2] = { (char[]){ "exprobe" } };
    int argc = 1;

    while (words[argc - 1]) {
        argv[argc] = (char *)words[argc - 1];
        argc++;
    }
    return ex_options_parse(cfg, command, argc, argv, err);
}

static void accepted(void **state)
{
    static const struct {
        const char *words[WORDS];
        uint32_t concurrency, timeout_ms;
        size_t n_operands;
        bool ipv4, deep;
    } rows[] = {
        { { NULL }, 500, 10000, 0, false, false },
        { { "a", "b" }, 500, 10000, 2, false, false },
        { { "-c", "7", "a" }, 7, 10000, 1, false, false },
        { { "-c7", "a" }, 7, 10000, 1, false, false },
        { { "--concurrency=20000" }, 20000, 10000, 0, false, false },
        { { "a", "--concurrency", "1" }, 1, 10000, 1, false, false },
        { { "-4c", "9", "--deep" }, 9, 10000, 0, true, true },
        { { "--timeout", "2" }, 500, 2000, 0, false, false },
        { { "--timeout", "2.5" }, 500, 2500, 0, false, false },
        { { "--timeout", "250ms" }, 500, 250, 0, false, false },
        { { "--timeout=1m" }, 500, 60000, 0, false, false },
        { { "--timeout=0.125s" }, 500, 125, 0, false, false },
        { { "--", "-c", "--deep" }, 500, 10000, 2, false, false },
        { { "-" }, 500, 10000, 1, false, false },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_error err = { 0 };
        struct ex_config cfg;
        const enum ex_status st = parse(&cfg, EX_CMD_SCAN, rows[i].words, &err);

        if (st != EX_OK || cfg.concurrency != rows[i].concurrency ||
            cfg.timeout_ms != rows[i].timeout_ms || cfg.operands.n != rows[i].n_operands ||
            cfg.ipv4 != rows[i].ipv4 || cfg.deep != rows[i].deep)
            fail_msg("row %zu: %s (%s): c %u, timeout %u, %zu operands", i, ex_status_str(st),
                     err.text, cfg.concurrency, cfg.timeout_ms, cfg.operands.n);
        ex_config_free(&cfg);
    }
}

static void refused(void **state)
{
    static const struct {
        enum ex_command command;
        const char *words[WORDS];
        const char *says;
    } rows[] = {
        { EX_CMD_SCAN, { "--frobnicate" }, "unknown option --frobnicate" },
        { EX_CMD_SCAN, { "-Z" }, "unknown option -Z" },
        { EX_CMD_SCAN, { "-4Z" }, "unknown option -Z" },
        { EX_CMD_REPORT, { "--concurrency", "5" }, "unknown option --concurrency" },
        { EX_CMD_SCAN, { "--concurrency", "0" }, "from 1 to 20000" },
        { EX_CMD_SCAN, { "--concurrency", "20001" }, "from 1 to 20000" },
        { EX_CMD_SCAN, { "--concurrency", "99999999999999999999" }, "from 1 to 20000" },
        { EX_CMD_SCAN, { "--concurrency", "-1" }, "from 1 to 20000" },
        { EX_CMD_SCAN, { "--concurrency", "5x" }, "from 1 to 20000" },
        { EX_CMD_SCAN, { "--concurrency" }, "needs a value" },
        { EX_CMD_SCAN, { "--concurrency=" }, "needs a value" },
        { EX_CMD_SCAN, { "--deep=yes" }, "takes no value" },
        { EX_CMD_SCAN, { "--no-deep=yes" }, "takes no value; it takes --deep back" },
        { EX_CMD_SCAN, { "--no-frobnicate" }, "unknown option --no-frobnicate" },
        { EX_CMD_SCAN, { "--no-fresh" }, "unknown option --no-fresh" },
        { EX_CMD_SCAN, { "--no-" }, "unknown option --no-" },
        { EX_CMD_REPORT, { "--no-deep" }, "unknown option --no-deep" },
        { EX_CMD_REPORT, { "--backdoor" }, "unknown option --backdoor" },
        { EX_CMD_SCAN, { "--timeout", "1h" }, "give a time" },
        { EX_CMD_SCAN, { "--timeout", "." }, "give a time" },
        { EX_CMD_SCAN, { "--timeout", "0.0001" }, "give a time" },
        { EX_CMD_SCAN, { "--timeout", "99ms" }, "from 100 to 60000 milliseconds" },
        { EX_CMD_SCAN, { "--as-of", "2026-02-30" }, "YYYY-MM-DD" },
        { EX_CMD_SCAN, { "--progress", "often" }, "auto, plain, json or none" },
        { EX_CMD_SCAN, { "-4", "-6" }, "exclude each other" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_error err = { 0 };
        struct ex_config cfg;
        const enum ex_status st = parse(&cfg, rows[i].command, rows[i].words, &err);

        if (st != EX_EUSAGE || !strstr(err.text, rows[i].says))
            fail_msg("row %zu (%s): %s: \"%s\"", i, rows[i].words[0], ex_status_str(st), err.text);
        ex_config_free(&cfg);
    }
}

static void a_repeated_list_is_kept_in_order(void **state)
{
    static const char *const words[] = { "-l", "one", "--list=two", "-lthree", NULL };
    struct ex_error err = { 0 };
    struct ex_config cfg;
    (void)state;

    assert_int_equal(parse(&cfg, EX_CMD_SCAN, words, &err), EX_OK);
    assert_int_equal(cfg.lists.n, 3);
    assert_string_equal(cfg.lists.at[0], "one");
    assert_string_equal(cfg.lists.at[2], "three");
    assert_null(cfg.lists.at[3]);
    ex_config_free(&cfg);
}

/* What takes @o back must mean nothing else. */
static const char *no_name(const struct ex_option *o)
{
    static char name[64];

    if (strncmp(o->name, "no-", 3) == 0)
        return o->name + 3;
    snprintf(name, sizeof(name), "no-%s", o->name);
    return name;
}

/* What a row promises in --help must be true of the row. */
static void the_table_is_sound(void **state)
{
    (void)state;

    for (size_t i = 0; i < ex_n_options; i++) {
        const struct ex_option *o = &ex_options[i];

        if (!o->help || !o->name[0] || (o->commands & EX_CMD_ALL) == 0 ||
            (o->type == EX_OPT_FLAG) != (o->arg == NULL) ||
            ((o->type == EX_OPT_NUMBER || o->type == EX_OPT_DURATION) &&
             (o->max == 0 || (o->def != 0 && (o->def < o->min || o->def > o->max)))) ||
            (o->type == EX_OPT_WORD && !o->words) || (o->adds_up && o->type != EX_OPT_TEXTS) ||
            (o->excludes && !o->letter) ||
            (o->excludes && !ex_option_find(o->commands, o->excludes, strlen(o->excludes), '\0')))
            fail_msg("--%s: the row contradicts itself", o->name);
        if (ex_option_find(o->commands, no_name(o), strlen(no_name(o)), '\0'))
            fail_msg("--%s is an option, and takes one back", no_name(o));
        for (size_t j = 0; j < i; j++) {
            const struct ex_option *p = &ex_options[j];
            if ((o->commands & p->commands) != 0 &&
                (strcmp(o->name, p->name) == 0 || (o->letter && o->letter == p->letter)))
                fail_msg("--%s and --%s collide", o->name, p->name);
        }
    }
}

/* A scan is planned by changing its first word, whatever it says of hosts and how they are asked.
 * What is left out is about its output alone. */
static void a_plan_takes_what_a_scan_takes(void **state)
{
    static const char *const about_output[] = { "output",       "fresh",   "resume",  "fail-on",
                                                "min-coverage", "details", "dry-run", "progress" };
    (void)state;

    for (size_t i = 0; i < ex_n_options; i++) {
        const struct ex_option *o = &ex_options[i];
        bool left_out = false;

        for (size_t k = 0; k < N_OF(about_output); k++)
            left_out = left_out || strcmp(o->name, about_output[k]) == 0;
        if (o->commands & EX_CMD_SCAN && !left_out && !(o->commands & EX_CMD_PLAN))
            fail_msg("--%s", o->name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted),
        cmocka_unit_test(refused),
        cmocka_unit_test(a_repeated_list_is_kept_in_order),
        cmocka_unit_test(the_table_is_sound),
        cmocka_unit_test(a_plan_takes_what_a_scan_takes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
