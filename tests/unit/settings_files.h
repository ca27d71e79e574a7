// SPDX-License-Identifier: MIT
#ifndef TESTS_SETTINGS_FILES_H
#define TESTS_SETTINGS_FILES_H

/* Configuration out of every source, for tests of cmd/settings.h. Include cmocka.h first. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/settings.h"

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
    char program[] = "exprobe", named[] = "--config=named";
    char *argv[WORDS + 3] = { program };
    int argc = 1;

    for (size_t i = 0; i < N_OF(names); i++) {
        unlink(names[i]);
        if (texts[i])
            write_file(names[i], texts[i]);
    }
    if (from->named)
        argv[argc++] = named;
    for (size_t i = 0; from->words[i]; i++)
        argv[argc++] = (char *)from->words[i];
    return ex_options_read(cfg, command, argc, argv, &places, err);
}

#endif
