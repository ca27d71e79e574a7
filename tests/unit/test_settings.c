// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "settings_files.h"

/* The higher source wins, and within a file the section of the command. */
static void the_higher_source_wins(void **state)
{
    static const struct {
        struct sources from;
        uint32_t rate;
    } rows[] = {
        { { NULL }, 0 },
        { { .system = "rate=1" }, 1 },
        { { .system = "rate=1", .user = "rate=2" }, 2 },
        { { .system = "rate=1", .user = "rate=2", .named = "rate=3" }, 3 },
        { { .user = "rate=2", .named = "rate=3", .environment = { "EXPROBE_RATE=4" } }, 4 },
        { { .named = "rate=3", .environment = { "EXPROBE_RATE=4" }, .words = { "-r5" } }, 5 },
        { { .user = "rate=2", .environment = { "EXPROBE_CONFIG=named" } }, 2 },
        { { .system = "rate=1\n[scan]\nrate=9" }, 9 },
        { { .system = "rate=1\n[plan]\nrate=9" }, 1 },
        { { .system = "[scan]\nrate=9", .user = "rate=2" }, 2 },
        { { .system = "[report]\nmin-coverage=9" }, 0 },
        { { .system = "rate=1", .words = { "--no-rate" } }, 0 },
        { { .environment = { "EXPROBE_RATE=4" }, .words = { "--no-rate" } }, 0 },
        { { .words = { "-r5", "--no-rate" } }, 0 },
        { { .words = { "--no-rate", "-r5" } }, 5 },
        { { .system = "rate=1", .user = "rate=2", .words = { "--no-config" } }, 0 },
        { { .environment = { "EXPROBE_RATE=4" }, .words = { "--no-config" } }, 4 },
        { { .environment = { "EXPROBE_CONFIG=missing" }, .words = { "--no-config" } }, 0 },
        { { .environment = { "HOME=/x", "EXPROBE=5", "EXPROBEX_RATE=1" } }, 0 },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_error err = { 0 };
        struct ex_config cfg;
        struct sources from = rows[i].from;

        if (from.environment[0] && strcmp(from.environment[0], "EXPROBE_CONFIG=named") == 0)
            from.environment[0] = "EXPROBE_CONFIG=user";
        const enum ex_status st = read_all(&cfg, EX_CMD_SCAN, &from, &err);
        if (st != EX_OK || cfg.rate != rows[i].rate)
            fail_msg("row %zu: %s (%s): rate %u", i, ex_status_str(st), err.text, cfg.rate);
        ex_config_free(&cfg);
    }
}

static void a_file_named_behind_no_config_is_read_alone(void **state)
{
    struct sources from = { .system = "rate=1\ndeep=true",
                            .words = { "--no-config", "--config", "user" } };
    struct ex_error err = { 0 };
    struct ex_config cfg;
    (void)state;

    from.user = "rate=2";
    assert_int_equal(read_all(&cfg, EX_CMD_SCAN, &from, &err), EX_OK);
    assert_int_equal(cfg.rate, 2);
    assert_false(cfg.deep);
    ex_config_free(&cfg);
}

static void flags_are_true_false_and_taken_back(void **state)
{
    static const struct {
        struct sources from;
        bool deep, no_backdoor;
    } rows[] = {
        { { .system = "deep=true\nno-backdoor=true" }, true, true },
        { { .system = "deep=true", .user = "deep=false" }, false, false },
        { { .system = "deep=true", .words = { "--no-deep" } }, false, false },
        { { .system = "no-backdoor=true", .words = { "--backdoor" } }, false, false },
        { { .system = "no-backdoor=true", .words = { "--no-no-backdoor" } }, false, false },
        { { .words = { "--no-backdoor" } }, false, true },
        { { .words = { "--backdoor", "--no-backdoor" } }, false, true },
        { { .environment = { "EXPROBE_NO_BACKDOOR=true" } }, false, true },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_error err = { 0 };
        struct ex_config cfg;
        const enum ex_status st = read_all(&cfg, EX_CMD_SCAN, &rows[i].from, &err);

        if (st != EX_OK || cfg.deep != rows[i].deep || cfg.no_backdoor != rows[i].no_backdoor)
            fail_msg("row %zu: %s (%s): deep %d, no-backdoor %d", i, ex_status_str(st), err.text,
                     cfg.deep, cfg.no_backdoor);
        ex_config_free(&cfg);
    }
}

static void check_list(size_t row, const struct sources *from, const char *const *wanted)
{
    struct ex_error err = { 0 };
    struct ex_config cfg;
    const enum ex_status st = read_all(&cfg, EX_CMD_SCAN, from, &err);
    size_t n = 0;

    while (wanted[n])
        n++;
    if (st != EX_OK || cfg.lists.n != n)
        fail_msg("row %zu: %s (%s): %zu lists", row, ex_status_str(st), err.text, cfg.lists.n);
    for (size_t i = 0; i < n; i++)
        if (strcmp(cfg.lists.at[i], wanted[i]) != 0)
            fail_msg("row %zu: list %zu is %s", row, i, cfg.lists.at[i]);
    ex_config_free(&cfg);
}

/* A list of a higher source replaces the lower one's; relative names are the file's neighbours. */
static void lists_are_replaced_not_mixed(void **state)
{
    static const struct {
        struct sources from;
        const char *lists[WORDS];
    } rows[] = {
        { { .system = "list=/a\nlist=/b" }, { "/a", "/b" } },
        { { .system = "list=/a\nlist=/b\n[scan]\nlist=/c" }, { "/c" } },
        { { .system = "list=/a", .user = "list=/b\nlist=-" }, { "/b", "-" } },
        { { .system = "list=/a", .words = { "-l", "x", "-ly" } }, { "x", "y" } },
        { { .system = "list=/a", .words = { "--no-list" } }, { NULL } },
        { { .words = { "-lx", "--no-list", "-ly" } }, { "y" } },
        { { .environment = { "EXPROBE_LIST=a b\n\nc,d\n" } }, { "a b", "c,d" } },
        { { .system = "list=hosts\nlist=../up" }, { "./hosts", "./../up" } },
        { { .environment = { "EXPROBE_LIST=hosts" } }, { "hosts" } },
        { { .system = "list=/a", .words = { "mail.example.com" } }, { NULL } },
        { { .environment = { "EXPROBE_LIST=a" }, .words = { "mail.example.com" } }, { NULL } },
        { { .system = "list=/a", .words = { "mail.example.com", "-lb" } }, { "b" } },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++)
        check_list(i, &rows[i].from, rows[i].lists);
}

/* What one source forbids, no other allows: such options only grow, and are never taken back. */
static void what_adds_up_is_kept_from_every_source(void **state)
{
    (void)state;

    for (size_t i = 0; i < ex_n_options; i++) {
        const struct ex_option *o = &ex_options[i];
        char variable[EX_ENVIRONMENT_NAME_SIZE], text[4][128];
        struct sources from = { .system = text[0], .user = text[1], .environment = { text[2] } };
        struct ex_error err = { 0 };
        struct ex_config cfg;

        if (!o->adds_up || !(o->commands & EX_CMD_SCAN))
            continue;
        snprintf(text[0], sizeof(text[0]), "%s=/a\n[scan]\n%s=/b", o->name, o->name);
        snprintf(text[1], sizeof(text[1]), "%s=/c", o->name);
        snprintf(text[2], sizeof(text[2]), "%s=/d", ex_option_environment(variable, o));
        snprintf(text[3], sizeof(text[3]), "--%s=/e", o->name);
        from.words[0] = text[3];
        assert_int_equal(read_all(&cfg, EX_CMD_SCAN, &from, &err), EX_OK);
        assert_int_equal(((const struct ex_strings *)(const void *)((char *)&cfg + o->at))->n, 5);
        ex_config_free(&cfg);
        snprintf(text[3], sizeof(text[3]), "--no-%s", o->name);
        assert_int_equal(read_all(&cfg, EX_CMD_SCAN, &from, &err), EX_EUSAGE);
        assert_non_null(strstr(err.text, "only ever added to"));
        ex_config_free(&cfg);
    }
}

static void options_that_exclude_each_other(void **state)
{
    static const struct {
        struct sources from;
        enum ex_status st;
        bool ipv4, ipv6;
    } rows[] = {
        { { .system = "ipv4=true", .words = { "-6" } }, EX_OK, false, true },
        { { .system = "ipv4=true", .user = "ipv6=true" }, EX_OK, false, true },
        { { .system = "ipv4=true\n[scan]\nipv6=true" }, EX_OK, false, true },
        { { .system = "ipv4=true", .user = "ipv6=false" }, EX_OK, true, false },
        { { .system = "ipv4=true\nipv6=true" }, EX_ECONFIG, false, false },
        { { .environment = { "EXPROBE_IPV4=true", "EXPROBE_IPV6=true" } },
          EX_ECONFIG,
          false,
          false },
        { { .words = { "-4", "-6" } }, EX_EUSAGE, false, false },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_error err = { 0 };
        struct ex_config cfg;
        const enum ex_status st = read_all(&cfg, EX_CMD_SCAN, &rows[i].from, &err);

        if (st != rows[i].st || (st != EX_OK && !strstr(err.text, "exclude each other")) ||
            (st == EX_OK && (cfg.ipv4 != rows[i].ipv4 || cfg.ipv6 != rows[i].ipv6)))
            fail_msg("row %zu: %s (%s): %d %d", i, ex_status_str(st), err.text, cfg.ipv4, cfg.ipv6);
        ex_config_free(&cfg);
    }
}

/* XDG: "must be absolute", or a sweep begun in a hostile folder would be configured by it. */
static void the_working_directory_is_no_place(void **state)
{
    static const struct {
        const char *xdg, *home, *user;
    } rows[] = {
        { "/x", "/h", "/x/exprobe/config" },
        { NULL, "/h", "/h/.config/exprobe/config" },
        { "x", "/h", "/h/.config/exprobe/config" },
        { "", "/h", "/h/.config/exprobe/config" },
        { NULL, "h", NULL },
        { NULL, NULL, NULL },
        { ".", ".", NULL },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        char to[256];

        rows[i].xdg ? setenv("XDG_CONFIG_HOME", rows[i].xdg, 1) : unsetenv("XDG_CONFIG_HOME");
        rows[i].home ? setenv("HOME", rows[i].home, 1) : unsetenv("HOME");
        const struct ex_config_places p = ex_config_places_usual(to, sizeof(to));
        assert_string_equal(p.system, "/etc/exprobe/config");
        if (!rows[i].user)
            assert_null(p.user);
        else
            assert_string_equal(p.user, rows[i].user);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_higher_source_wins),
        cmocka_unit_test(a_file_named_behind_no_config_is_read_alone),
        cmocka_unit_test(flags_are_true_false_and_taken_back),
        cmocka_unit_test(lists_are_replaced_not_mixed),
        cmocka_unit_test(what_adds_up_is_kept_from_every_source),
        cmocka_unit_test(options_that_exclude_each_other),
        cmocka_unit_test(the_working_directory_is_no_place),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
