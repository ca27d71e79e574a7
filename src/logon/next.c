// SPDX-License-Identifier: MIT
#include "core/put.h"
#include "logon/logon.h"

enum { FETCHED_MAX = 5 /* same-origin scripts of one host */ };

size_t ex_logon_next(const struct ex_logon_page *page)
{
    size_t next = page->n_scripts, n = 0;

    for (size_t i = page->n_scripts; i > 0; i--) {
        const struct ex_script *s = &page->scripts[i - 1];

        if (s->kind != EX_SCRIPT_SAME_ORIGIN)
            continue;
        if (s->tried)
            n++;
        else
            next = i - 1;
    }
    return n < FETCHED_MAX ? next : page->n_scripts;
}

bool ex_logon_static_path(const struct ex_logon_page *page, const char *name, char *to, size_t size)
{
    struct ex_put w = ex_put_of(to, size);

    if (!page->theme[0])
        return false;
    ex_put_str(&w, page->theme);
    ex_put_str(&w, "scripts/premium/");
    ex_put_str(&w, name);
    return !w.cut;
}
