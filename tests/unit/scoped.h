// SPDX-License-Identifier: MIT
#ifndef TESTS_SCOPED_H
#define TESTS_SCOPED_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "input/scope.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { FILES_MAX = 4, FILE_NAME = 64 };

/* Lists in files, which are gone after the test. */
struct lists {
    char name[FILES_MAX][FILE_NAME];
    size_t n;
};

static inline const char *file_of(struct lists *l, const char *text)
{
    char *name = l->name[l->n++];

    snprintf(name, FILE_NAME, "/tmp/test_scope_XXXXXX");
    const int fd = mkstemp(name);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    return name;
}

static inline void forget(struct lists *l)
{
    while (l->n > 0)
        unlink(l->name[--l->n]);
}

/* NULL for what is not given. */
static inline struct ex_scope *scope_of(const char *scope, const char *exclude, const char *opt_out)
{
    struct lists l = { .n = 0 };
    const char *scopes[] = { scope ? file_of(&l, scope) : NULL, NULL };
    const char *excludes[] = { exclude ? file_of(&l, exclude) : NULL, NULL };
    const char *opt_outs[] = { opt_out ? file_of(&l, opt_out) : NULL, NULL };
    const struct ex_scope_options opt = { .scopes = scopes,
                                          .exclude_files = excludes,
                                          .opt_outs = opt_outs };
    struct ex_error err = { "" };
    struct ex_scope *s;

    if (ex_scope_new(&s, &opt, &err) != EX_OK)
        fail_msg("%s", err.text);
    forget(&l);
    return s;
}

#endif
