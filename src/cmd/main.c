// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "backdoor/hunt.h"
#include "cmd/commands.h"
#include "cmd/data.h"
#include "cmd/memory.h"
#include "cmd/options.h"

static const struct command {
    const char *name;
    enum ex_command id;
    ex_command_fn *run;
    const char *operands, *help;
} commands[] = {
    { "scan", EX_CMD_SCAN, ex_command_scan, "[TARGET...]",
      "probe hosts; results as JSON lines, on a terminal as a report" },
    { "plan", EX_CMD_PLAN, ex_command_plan, "[TARGET...]",
      "say what a scan would send, to whom; sends nothing" },
    { "report", EX_CMD_REPORT, ex_command_report, "RESULTS...", "render result files for reading" },
    { "diff", EX_CMD_DIFF, ex_command_diff, "OLD... NEW",
      "what changed between earlier result files and a new one" },
    { "explain", EX_CMD_EXPLAIN, ex_command_explain, "BUILD...",
      "what a build is and what it lacks, without any network" },
    { "data", EX_CMD_DATA, ex_command_data, "show | verify ...",
      "the knowledge behind the verdicts: show, check, update, sign it" },
};
enum { N_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void print_usage(FILE *to)
{
    fputs("Usage: exprobe COMMAND [OPTIONS] ...\n\n"
          "Finds out from outside which Exchange build a host runs and what it lacks.\n\n",
          to);
    for (int i = 0; i < N_COMMANDS; i++)
        fprintf(to, "  %-8s %-20s %s\n", commands[i].name, commands[i].operands, commands[i].help);
    fputs("\nexprobe COMMAND --help lists the options of a command.\n", to);
}

static void print_help(FILE *to, const struct command *c)
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
    fputs("\nExit status: 0 complete; 1 internal error; 2 findings that --fail-on names; 3 "
          "incomplete;\n"
          "4 data too old or not what was signed; 64 usage; 65 bad input; 73 cannot write;\n"
          "75 interrupted, run again; 78 configuration.\n",
          to);
}

static enum ex_exit exit_of(enum ex_status st)
{
    switch (st) {
    case EX_OK:
        return EX_EXIT_OK;
    case EX_EUSAGE:
        return EX_EXIT_USAGE;
    case EX_EINPUT:
    case EX_ESYNTAX:
    case EX_ERANGE:
    case EX_ETRUNC:
        return EX_EXIT_INPUT;
    case EX_EOUTPUT:
        return EX_EXIT_OUTPUT;
    case EX_ESCHEMA:
    case EX_ECONFIG:
        return EX_EXIT_CONFIG;
    case EX_EOLD:
    case EX_ESIGNATURE:
        return EX_EXIT_DATA;
    case EX_EBUSY:
        return EX_EXIT_AGAIN;
    case EX_ENOMEM:
    case EX_EIO:
    case EX_EINTERNAL:
        return EX_EXIT_INTERNAL;
    }
    return EX_EXIT_INTERNAL;
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
    return exit_of(st);
}

/* A result that could not be delivered is an error, also when all else went well. */
static enum ex_status flush_output(struct ex_error *err)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return EX_OK;
    ex_error_set(err, "standard output: cannot write");
    return EX_EOUTPUT;
}

static int run_command(const struct command *c, int argc, char **argv)
{
    struct ex_error err = { 0 };
    struct ex_config cfg;
    enum ex_exit code = EX_EXIT_OK;
    enum ex_status st = ex_options_parse(&cfg, c->id, argc, argv, &err);

    if (st == EX_OK && cfg.help)
        print_help(stdout, c);
    else if (st == EX_OK && cfg.version)
        st = ex_command_version(&cfg, &err);
    else if (st == EX_OK)
        st = c->run(&cfg, &code, &err);
    if (st == EX_OK)
        st = flush_output(&err);
    ex_config_free(&cfg);
    return st == EX_OK ? (int)code : fail(st, &err);
}

static int print_version(char **argv)
{
    struct ex_error err = { 0 };
    struct ex_config cfg;
    enum ex_status st = ex_options_parse(&cfg, EX_CMD_DATA, 1, argv, &err);

    if (st == EX_OK)
        st = ex_command_version(&cfg, &err);
    if (st == EX_OK)
        st = flush_output(&err);
    return st == EX_OK ? EX_EXIT_OK : fail(st, &err);
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
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0)
        return print_version(argv);
    for (int i = 0; i < N_COMMANDS; i++) {
        if (strcmp(commands[i].name, name) != 0)
            continue;
        if (ex_memory_init() != EX_OK)
            return fail(EX_ENOMEM, &err);
        const int code = run_command(&commands[i], argc - 1, argv + 1);
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
