// SPDX-License-Identifier: MIT
#include "logon/place.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* Names that a stealer borrows so that its host passes for part of the page: first those of
 * companies, then those of products, that hosts of the owner's own domain may well carry. */
static const char *const names[] = { "cloudflare", "google",  "gstatic",   "jquery",
                                     "microsoft",  "msft",    "recaptcha", "exchange",
                                     "office",     "outlook", "owa" };

enum { N_COMPANIES = 7 };

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

/* @name as a word of @host: short ones must not be the middle of another ("showa"). */
static bool carries(const char *host, const char *name)
{
    const size_t n = strlen(name);

    for (const char *at = host; (at = strstr(at, name)); at++)
        if (n > 4 || ((at == host || !is_letter(at[-1])) && !is_letter(at[n])))
            return true;
    return false;
}

/* One character more, less, or other. */
static bool is_one_off(const char *a, const char *b)
{
    const size_t na = strlen(a), nb = strlen(b);
    size_t same = 0, back = 0;

    if (na > nb + 1 || nb > na + 1 || strcmp(a, b) == 0)
        return false;
    while (same < na && same < nb && a[same] == b[same])
        same++;
    while (back < na - same && back < nb - same && a[na - 1 - back] == b[nb - 1 - back])
        back++;
    return (na > nb ? na : nb) - same - back <= 1;
}

bool ex_place_is_look_alike(const struct ex_where *w, const struct ex_place *p)
{
    const size_t n = p->kind == EX_PLACE_SIBLING ? N_COMPANIES : N_OF(names);

    if (p->kind != EX_PLACE_FOREIGN && p->kind != EX_PLACE_SIBLING)
        return false;
    for (size_t i = 0; i < n; i++)
        if (carries(p->host, names[i]))
            return true;
    for (size_t i = 0; i < w->cat->n_origins; i++) {
        const char *suffix = w->cat->origins[i].suffix;
        const char *at = p->host;

        /* The host as a whole, and each of its parents. */
        while (!w->cat->origins[i].collector && at) {
            if (is_one_off(at, suffix))
                return true;
            at = strchr(at, '.');
            at = at ? at + 1 : NULL;
        }
    }
    return false;
}
