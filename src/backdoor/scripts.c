// SPDX-License-Identifier: MIT
#include "backdoor/parts.h"
#include "core/location.h"
#include "core/path.h"
#include "logon/logon.h"

enum {
    SECOND_LOOK = 2,    /* requests: the suspect, and a random name */
    PAGE_FOLDER_N = 10, /* "/owa/auth/" */
};

static const char page_folder[] = "/owa/auth/";

/*
 * The path of a script by the address that the page gives. Its query is left out: nothing of
 * this phase has one. Only plain names that end in .js: what else is called a script may be
 * the page that receives what was stolen.
 */
static bool script_path(char *to, size_t size, const char *url)
{
    struct ex_span s = ex_span_str(url);
    const size_t slashes = ex_span_find(ex_span_part(s, 0, 8), "//");
    size_t n = 0;
    char path[EX_REQUEST_PATH_SIZE];
    struct ex_span out;

    if (slashes != SIZE_MAX) {
        s = ex_span_part(s, slashes + 2, s.n);
        while (n < s.n && s.p[n] != '/')
            n++;
        s = ex_span_part(s, n, s.n);
    }
    for (n = 0; n < s.n && s.p[n] != '?' && s.p[n] != '#'; n++)
        ;
    s = ex_span_part(s, 0, n);
    memcpy(path, page_folder, sizeof(page_folder));
    n = s.n > 0 && s.p[0] == '/' ? 0 : PAGE_FOLDER_N;
    if (s.n == 0 || !ex_span_copy(path + n, sizeof(path) - n, s))
        return false;
    out = ex_span_str(path);
    return !ex_path_refused(out) &&
           ex_span_eq_nocase(ex_span_part(out, ex_path_extension(out), out.n), ".js") &&
           ex_span_copy(to, size, out);
}

/* The next same-origin script that may be asked for becomes the request. */
static bool ask_script(struct ex_hunt *h)
{
    size_t i;

    while ((i = ex_logon_next(&h->page)) < h->page.n_scripts) {
        h->page.scripts[i].tried = true;
        if (!script_path(h->path, sizeof(h->path), h->page.scripts[i].url))
            continue;
        h->script = (uint8_t)i;
        h->asking = EX_HA_SCRIPT;
        h->probe = "back-door-script";
        h->fresh = false;
        return true;
    }
    return false;
}

static bool ask_static(struct ex_hunt *h, const char *name)
{
    char path[EX_REQUEST_PATH_SIZE];

    if (!ex_logon_static_path(&h->page, name, path, sizeof(path)) ||
        ex_path_refused(ex_span_str(path)))
        return false;
    ex_span_copy(h->path, sizeof(h->path), ex_span_str(path));
    h->script = EX_SCRIPTS_MAX;
    h->asking = EX_HA_SCRIPT;
    h->probe = "back-door-static";
    h->fresh = false;
    return true;
}

static void read_static(struct ex_hunt *h, const struct ex_exchange *x,
                        enum ex_credential_page which)
{
    if (x && x->status == 200)
        h->opt->inspector->script(h->opt->inspector->arg, x, which, h->host, h->page.n_scripts,
                                  &h->page);
}

static void read_script(struct ex_hunt *h, const struct ex_exchange *x)
{
    if (x && x->status == 200)
        h->opt->inspector->script(h->opt->inspector->arg, x, h->page.scripts[h->script].page,
                                  h->host, h->script, &h->page);
}

static enum ex_ask ask_flogon(struct ex_hunt *h)
{
    if (h->static_done)
        return EX_ASK_NOTHING;
    h->static_done = true;
    return ask_static(h, "flogon.js") ? EX_ASK_REQUEST : EX_ASK_NOTHING;
}

static void read_flogon(struct ex_hunt *h, const struct ex_exchange *x)
{
    read_static(h, x, EX_CP_LOGON);
}

/* All that the folders and the closing control will need, when nothing goes wrong. */
static unsigned planned(const struct ex_hunt *h)
{
    return h->found.n_names + 2u * h->found.n_folders + 1u;
}

static enum ex_ask ask_early(struct ex_hunt *h)
{
    if (h->early_done || ex_hunt_left(h) < planned(h) + SECOND_LOOK + 1)
        return EX_ASK_NOTHING;
    h->early_done = true;
    return ask_script(h) ? EX_ASK_REQUEST : EX_ASK_NOTHING;
}

static bool wants_expired_script(const struct ex_hunt *h)
{
    return !h->expired_done && h->page.native[EX_CP_EXPIRED];
}

static enum ex_ask ask_scripts(struct ex_hunt *h)
{
    if (ask_script(h))
        return EX_ASK_REQUEST;
    if (!wants_expired_script(h))
        return EX_ASK_NOTHING;
    h->expired_done = true;
    return ask_static(h, "fexppw.js") ? EX_ASK_REQUEST : EX_ASK_NOTHING;
}

static void read_scripts(struct ex_hunt *h, const struct ex_exchange *x)
{
    if (h->script < h->page.n_scripts)
        read_script(h, x);
    else
        read_static(h, x, EX_CP_EXPIRED);
}

bool ex_scripts_is_last(const struct ex_hunt *h)
{
    return h->script == EX_SCRIPTS_MAX ||
           (!wants_expired_script(h) && ex_logon_next(&h->page) >= h->page.n_scripts);
}

const struct ex_phase ex_phase_static = { ask_flogon, read_flogon };
const struct ex_phase ex_phase_early = { ask_early, read_script };
const struct ex_phase ex_phase_scripts = { ask_scripts, read_scripts };
