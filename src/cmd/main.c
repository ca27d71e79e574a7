// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backdoor/hunt.h"
#include "cmd/command_table.h"
#include "cmd/data.h"
#include "cmd/memory.h"
#include "cmd/settings.h"

static void print_usage(FILE *to)
{
    fputs("Usage: exprobe COMMAND [OPTIONS] ...\n\n"
          "Finds out from outside which Exchange build a host runs and what it lacks.\n\n",
          to);
    for (size_t i = 0; i < ex_n_commands; i++)
        fprintf(to, "  %-8s %-20s %s\n", ex_commands[i].name, ex_commands[i].operands,
                ex_commands[i].help);
    fputs("\nexprobe COMMAND --help lists the options of a command.\n", to);
}

static void print_help(FILE *to, const struct ex_command_row *c)
{
    fprintf(to, "Usage: exprobe %s [OPTIONS] %s\n\n%s\n\n", c->name, c->operands, c->help);
    ex_options_print(to, c->id);
    if (c->id == EX_CMD_SCAN || c->id == EX_CMD_PLAN)
        fprintf(
            to,
            "\nA TARGET is a host, host:port, https://host[:port], an IPv4 or IPv6 address or a\n"
            "network in CIDR form. Every address of a name is probed.\n\n"
            "What a host gets: GET and HEAD only, %d requests at most (%d more with --deep); when "
            "it\n"
            "is Exchange, %d more for back doors and the logon page (%d with --deep, more with\n"
            "--paths), %d ms apart at least. One connection at a time, 64 KiB of each body, no\n"
            "credentials, no redirect followed. The names of back doors set off alarms of "
            "intrusion\n"
            "prevention and virus scanners: tell those who watch them, or use --no-backdoor.\n",
            EX_BUDGET_FINGERPRINT, EX_BUDGET_DEEP, EX_BUDGET_BACKDOOR, EX_BUDGET_BACKDOOR_DEEP,
            EX_BACKDOOR_GAP_MS);
    if (c->id == EX_CMD_DATA)
        ex_data_help(to);
    if (c->id == EX_CMD_SCAN || c->id == EX_CMD_PLAN)
        fputs(
            "\nAn ENTRY of --scope, --exclude and --opt-out is a name (this one), *.example.com "
            "(all "
            "below\n"
            "it, itself not), an address or a network. A scope with names allows only those names; "
            "one\n"
            "with addresses only those addresses, whatever name leads there; one with both asks "
            "for "
            "both;\n"
            "an empty one allows nobody. In a scope of names only, an address that is not from DNS "
            "is\n"
            "refused. Who is left out counts neither for nor against --min-coverage. Proxy and "
            "name\n"
            "servers are not checked.\n",
            to);
    fputs(
        "\nWhat is not given here is set by EXPROBE_NAME in the environment, the file of "
        "--config,\n"
        "~/.config/exprobe/config or /etc/exprobe/config; --no-NAME takes it back (--NAME, if the\n"
        "name begins with no-). `exprobe config --show` prints what is set, and where.\n",
        to);
    fputs("\nExit status: 0 complete; 1 internal error; 2 findings that --fail-on names; 3 "
          "incomplete;\n"
          "4 data too old or not what was signed; 64 usage; 65 bad input; 73 cannot write;\n"
          "75 interrupted, run again; 78 configuration.\n",
          to);
}

/* A descriptor 0 to 2 that the caller left closed must not become a socket of
 * ours. Opened for reading only, it fails where it is written to, and says so. */
static void fill_standard_descriptors(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd)
            _exit(EX_EXIT_INTERNAL);
}

static int fail(enum ex_status st, const struct ex_error *err)
{
    fprintf(stderr, "exprobe: %s\n", err->text[0] ? err->text : ex_status_str(st));
    return ex_exit_of(st);
}

/* A result that could not be delivered is an error, also when all else went well. */
static enum ex_status flush_output(struct ex_error *err)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EX_OK;
    ex_error_set(err, "standard output: cannot write");
    return EX_EOUTPUT;
}

static int run_command(const struct ex_command_row *c, int argc, char **argv)
{
    char user_file[PATH_MAX];
    const struct ex_config_places places = ex_config_places_usual(user_file, sizeof(user_file));
    struct ex_error err = { 0 };
    struct ex_config cfg;
    enum ex_exit code = EX_EXIT_OK;
    enum ex_status st = ex_options_read(&cfg, c->id, argc, argv, &places, &err);

    if (st == EX_OK && cfg.help)
        print_help(stdout, c);
    else if (st == EX_OK && cfg.version)
        st = ex_command_version(&cfg, &err);
    else if (st == EX_OK)
        st = c->run(&cfg, &code, &err);
    if (st == EX_OK)
        st = flush_output(&err);
    if (cfg.settings)
        st = ex_settings_blame(cfg.settings, st, &err);
    ex_config_free(&cfg);
    return st == EX_OK ? (int)code : fail(st, &err);
}

int main(int argc, char **argv)
{
    const struct sigaction ignore = { .sa_handler = SIG_IGN };
    const char *name = argc > 1 ? argv[1] : "";
    struct ex_error err = { 0 };

    fill_standard_descriptors();
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore,
              NULL); /* a file at its limit is an error to report, not to die of */
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
        print_usage(stdout);
        return flush_output(&err) == EX_OK ? EX_EXIT_OK : fail(EX_EOUTPUT, &err);
    }
    const bool is_version = strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0;
    const struct ex_command_row *c = ex_command_find(is_version ? "data" : name);
    if (c) {
        if (ex_memory_init() != EX_OK)
            return fail(EX_ENOMEM, &err);
        const int code = run_command(c, is_version ? argc : argc - 1, is_version ? argv : argv + 1);
        ex_memory_deinit();
        return code;
    }
    if (argc < 2) {
        print_usage(stderr);
        return EX_EXIT_USAGE;
    }
    ex_error_set(&err, "unknown command '%.40s'; see exprobe --help", name);
    return fail(EX_EUSAGE, &err);
}
