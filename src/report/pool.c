// SPDX-License-Identifier: MIT
#include "report/pool.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "out/utf8.h"

enum { TEXT_BYTES = 512 };

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

const char *ex_pool_text(struct ex_pool *pool, const char *raw)
{
    char safe[TEXT_BYTES];
    char *const *hit;
    char *text;

    ex_utf8_visible(safe, sizeof(safe), ex_span_str(raw));
    hit = tfind(safe, &pool->tree, by_text);
    if (hit)
        return *hit;
    text = strdup(safe);
    if (text && !tsearch(text, &pool->tree, by_text)) {
        free(text);
        text = NULL;
    }
    return text;
}

void ex_pool_deinit(struct ex_pool *pool)
{
    tdestroy(pool->tree, free);
    pool->tree = NULL;
}
