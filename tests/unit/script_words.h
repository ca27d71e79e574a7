// SPDX-License-Identifier: MIT
#ifndef SCRIPT_WORDS_H
#define SCRIPT_WORDS_H

#include <stdio.h>

#include "logon/script.h"

/* What the tests of scripts share: a small catalogue, and features as words. */

static const struct ex_path_row script_paths[] = {
    { .id = "a", .path = "/owa/auth/logoff.aspx", .genuine = true },
    { .id = "b", .path = "/owa/auth/logon.aspx", .genuine = true },
    { .id = "c", .path = "/owa/auth/log.aspx", .genuine = false },
};

static const struct ex_origin_row script_origins[] = {
    { .suffix = "api.telegram.org", .collector = true },
    { .suffix = "google.com", .collector = false },
    { .suffix = "googletagmanager.com", .collector = false },
    { .suffix = "webhook.site", .collector = true },
};

static const struct ex_catalog script_catalog = {
    .paths = script_paths, .n_paths = 3, .origins = script_origins, .n_origins = 4
};

static const struct ex_where script_where = { .cat = &script_catalog,
                                              .host = "mail.example.com:443",
                                              .folder = "/owa/auth/" };

enum { WORDS_SIZE = 128 };

static inline const char *words_of(char to[WORDS_SIZE], uint16_t features)
{
    size_t n = 0;

    to[0] = '\0';
    for (int f = 0; f < EX_N_FEATURES; f++)
        if (features >> f & 1)
            n += (size_t)snprintf(to + n, WORDS_SIZE - n, "%s%s", n ? " " : "",
                                  ex_feature_str((enum ex_feature)f));
    return to;
}

#endif
