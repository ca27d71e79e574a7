// SPDX-License-Identifier: MIT
#include "backdoor/parts.h"
#include "core/path.h"
#include "logon/logon.h"

enum { SECOND_LOOK = 2 /* requests: the suspect, and a random name */ };

/* What asks for nothing but its name, and may not be a page: what else is called a script may
 * be the one that receives what was stolen. @url is an absolute path of this server. */
static bool script_path(char *to, size_t size, const char *url)
{
    const struct ex_span path = ex_span_part(ex_span_str(url), 0, strcspn(url, "?#"));

    return !ex_path_refused(path) &&
           ex_span_eq_nocase(ex_span_part(path, ex_path_extension(path), path.n), ".js") &&
           ex_span_copy(to, size, path);
}

bool ex_is_receiver(const struct ex_hunt *h, const char *path)
{
    for (size_t i = 0; i < h->page.n_scripts; i++) {
        const char *sink = h->page.scripts[i].sink;
        const struct ex_span there = ex_span_part(ex_span_str(sink), 0, strcspn(sink, "?#"));

        if (sink[0] == '/' && ex_span_eq_nocase(there, path))
            return true;
    }
    return false;
}

/* The next same-origin script that may be asked for becomes the request. */
static bool ask_script(struct ex_hunt *h)
{
    size_t i;

    while ((i = ex_logon_next(&h->page)) < h->page.n_scripts) {
        h->page.scripts[i].tried = true;
        if (!script_path(h->path, sizeof(h->path), h->page.scripts[i].url) ||
            ex_is_receiver(h, h->path))
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
