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
    const bool before = h->page.native[which];
    bool now;

    if (!x || x->status != 200)
        return false;
    h->page.native[which] = false;
    h->opt->inspector->page(h->opt->inspector->arg, x, which, h->host, &h->page);
    now = h->page.native[which];
    h->page.native[which] |= before;
    return now;
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
    if (h->closing++ == 0)
        set(h, EXPIRED_PATH, "back-door-expired");
    else
        ex_control_ask(h, "back-door-closing");
    return EX_ASK_REQUEST;
}

static void read_closing(struct ex_hunt *h, const struct ex_exchange *x)
{
    const enum ex_credential_page which = h->closing == 1 ? EX_CP_EXPIRED : EX_CP_LOGON;

    h->closing_ok = read_page(h, x, which);
    h->closing_broken = !h->closing_ok && (!x || h->device_page || ex_is_refusal_status(x->status));
}

const struct ex_phase ex_phase_logon = { ask_logon, read_logon };
const struct ex_phase ex_phase_closing = { ask_closing, read_closing };
