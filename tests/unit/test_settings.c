// SPDX-License-Identifier: MIT
#include "cmd/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
enum { WORDS = 8 };

/* Files of a test lie in a folder of its own, which is the working directory. */
static char folder[64];

static void write_file(const char *name, const char *text)
{
    FILE *f = fopen(name, "we");

    assert_non_null(f);
    fputs(text, f);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(name, 0644), 0);
}

static int enter_folder(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/exprobe-settings-XXXXXX");
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave_folder(void **state)
{
    static const char *const names[] = { "system", "user", "named" };

    (void)state;
    for (size_t i = 0; i < N_OF(names); i++)
        unlink(names[i]);
    return chdir("/") == 0 ? rmdir(folder) : -1;
}

/* What the sources say; NULL: there is none. */
struct sources {
    const char *system, *user, *named;
    const char *environment[WORDS];
    const char *words[WORDS];
};

static enum ex_status read_all(struct ex_config *cfg, enum ex_command command,
                               const struct sources *from, struct ex_error *err)
{
    const struct ex_config_places places = { "./system", "./user", from->environment };
    const char *const texts[] = { from->system, from->user, from->named };
    static const char *const names[] = { "system", "user", "named" };
    char *argv[WORDS + 3] = { (char[]){ "exprobe" } };
    int argc = 1;

    for (size_t i = 0; i < N_OF(names); i++) {
        unlink(names[i]);
        if (texts[i])
            write_file(names[i], texts[i]);
    }
    if (from->named)
        argv[argc++] = (char[]){ "--config=named" };
    for (size_t i = 0; from->words[i]; i++)
        argv[argc++] = (char *)from->words[i];
    return ex_options_read(cfg, command, argc, argv, &places, err);
}

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
        cmocka_unit_test(the_higher_source_wins),
        cmocka_unit_test(a_file_named_behind_no_config_is_read_alone),
        cmocka_unit_test(flags_are_true_false_and_taken_back),
        cmocka_unit_test(lists_are_replaced_not_mixed),
        cmocka_unit_test(what_adds_up_is_kept_from_every_source),
        cmocka_unit_test(options_that_exclude_each_other),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(a_file_that_everybody_may_write_to_is_refused),
        cmocka_unit_test(a_file_has_a_limit),
        cmocka_unit_test(the_working_directory_is_no_place),
        cmocka_unit_test(a_value_refused_later_is_traced),
    };
    return cmocka_run_group_tests(tests, enter_folder, leave_folder);
}
