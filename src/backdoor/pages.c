// SPDX-License-Identifier: MIT
#include "backdoor/parts.h"
#include "logon/logon.h"

/* The browser page itself, not the stub that reloads it (front end code, Logon.ReplaceCurrent).
 * The one query that this phase sends. */
#define LOGON_PATH   "/owa/auth/logon.aspx?replaceCurrent=1"
#define EXPIRED_PATH "/owa/auth/expiredpassword.aspx"

enum { CLOSINGS_MAX = 2 };

static void set(struct ex_hunt *h, const char *path, const char *probe)
{
    ex_span_copy(h->path, sizeof(h->path), ex_span_str(path));
    h->probe = probe;
    h->asking = EX_HA_CONTROL;
    h->fresh = false;
}

void ex_control_ask(struct ex_hunt *h, const char *probe)
{
    set(h, LOGON_PATH, probe);
}

/* Read a page that asks for a password; whether this answer is Exchange's own. */
static bool read_page(struct ex_hunt *h, const struct ex_exchange *x, enum ex_credential_page which)
{
    const struct ex_inspector *i = h->opt->inspector;

    return x && x->status == 200 && i->page(i->arg, x, which, h->host, &h->page);
}

bool ex_control_read(struct ex_hunt *h, const struct ex_exchange *x)
{
    return read_page(h, x, EX_CP_LOGON);
}

static enum ex_ask ask_logon(struct ex_hunt *h)
{
    if (h->logon_done)
        return EX_ASK_NOTHING;
    h->logon_done = true;
    ex_control_ask(h, "back-door-logon");
    return EX_ASK_REQUEST;
}

static void read_logon(struct ex_hunt *h, const struct ex_exchange *x)
{
    h->control_ok = ex_control_read(h, x);
    if (x)
        h->page.exhibit = h->opt->inspector->keep(h->store, x);
}

/* Without a control at the beginning there is nothing for one at the end to confirm. When too
 * little is left for it and for the second looks, these come first: a fresh random name among
 * them is a control, too. */
static enum ex_ask ask_closing(struct ex_hunt *h)
{
    ex_guard(h);
    if (!h->control_ok || h->closing_ok || h->closing == CLOSINGS_MAX)
        return EX_ASK_NOTHING;
    if (!h->paused && ex_recheck_need(h) > 0 && ex_recheck_need(h) + 1 > ex_hunt_left(h))
        return EX_ASK_NOTHING;
    if (h->closing++ == 0 && !ex_is_receiver(h, EXPIRED_PATH))
        set(h, EXPIRED_PATH, "back-door-expired");
    else
        ex_control_ask(h, "back-door-closing");
    return EX_ASK_REQUEST;
}

static const struct ex_path_row *genuine_row(const struct ex_catalog *cat, const char *path)
{
    for (size_t i = 0; i < cat->n_paths; i++)
        if (cat->paths[i].genuine && ex_span_eq_nocase(ex_span_str(path), cat->paths[i].path))
            return &cat->paths[i];
    return NULL;
}

/* A page of Exchange that carries the mark of another class, or none, or what a shell prints:
 * genuine pages were overwritten, too (GTSC 2022). */
static void weigh_expired(struct ex_hunt *h, const struct ex_exchange *x)
{
    struct ex_suspect s = { .row = genuine_row(h->cat, EXPIRED_PATH) };

    for (; s.row && s.folder < h->found.n_folders; s.folder++) {
        const struct ex_bd_folder *f = &h->found.folders[s.folder];

        if (strcmp(f->folder, s.row->folder) == 0 && strcmp(f->extension, s.row->extension) == 0)
            break;
    }
    if (!s.row || s.folder == h->found.n_folders || h->device_page)
        return;
    s.trace = ex_answer_weigh(h, x, s.row, s.folder, &s.hits);
    if (s.hits.n > 0)
        ex_suspect_add(h, &s, x);
}

static void read_closing(struct ex_hunt *h, const struct ex_exchange *x)
{
    const bool expired = strcmp(h->path, EXPIRED_PATH) == 0;
    const enum ex_credential_page which = expired ? EX_CP_EXPIRED : EX_CP_LOGON;

    h->closing_ok = read_page(h, x, which);
    if (expired && x && x->status == 200)
        weigh_expired(h, x);
    h->closing_broken = !h->closing_ok && (!x || h->device_page || ex_is_refusal_status(x->status));
}

const struct ex_phase ex_phase_logon = { ask_logon, read_logon };
const struct ex_phase ex_phase_closing = { ask_closing, read_closing };
