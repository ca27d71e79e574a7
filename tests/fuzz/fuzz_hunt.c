// SPDX-License-Identifier: MIT
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "answer.h"
#include "backdoor/hunt.h"
#include "fuzz.h"
#include "logon/logon.h"
#include "never_sent.h"

/*
 * A server that answers anything to anybody. The hunt ends, within its budget; asks plain GETs for
 * listed names, random names of their folders and the logon page's own files; and never says
 * "none seen" when a folder could not be judged or a name has no answer.
 */

enum { EVENTS_MAX = 4000, FIELDS_MAX = 16, OP_LOST = 215, OP_GIVE_UP = 250, OP_RAW = 180 };

#define NAME(t, folder_, file, extension_, confidence_, marker_, genuine_)                         \
    {                                                                                              \
        .id = file, .path = folder_ file extension_, .folder = folder_, .extension = extension_,   \
        .tier = t, .probe = true, .genuine = genuine_, .confidence = EX_IF200_##confidence_,       \
        .marker = marker_, .family = "", .campaign = "", .first_seen = "", .note = "",             \
        .source = ""                                                                               \
    }

static const struct ex_path_row paths[] = {
    NAME(1, "/aspnet_client/", "discover", ".aspx", HIGH, "", false),
    NAME(1, "/aspnet_client/", "help", ".aspx", MEDIUM, "", false),
    NAME(1, "/aspnet_client/", "load", ".aspx", HIGH, "", false),
    NAME(1, "/aspnet_client/", "shell", ".aspx", HIGH, "", false),
    NAME(1, "/aspnet_client/", "supp0rt", ".aspx", LOW, "", false),
    NAME(1, "/ecp/auth/", "Logout", ".aspx", HIGH, "", false),
    NAME(1, "/owa/auth/", "pxh4HG1v", ".ashx", HIGH, "", false),
    NAME(1, "/owa/auth/", "OutlookEN", ".aspx", HIGH, "", false),
    NAME(2, "/owa/auth/", "errorFE", ".aspx", LOW, "ASP.auth_errorfe_aspx", true),
    NAME(3, "/owa/auth/", "log", ".aspx", HIGH, "", false),
};

static const struct ex_path_row own[] = {
    NAME(0, "/custom/", "mine", ".php", MEDIUM, "", false),
    NAME(0, "/owa/auth/", "mine", ".aspx", MEDIUM, "", false),
    NAME(0, "/owa/auth/", "x", ".js", MEDIUM, "", false), /* never to be asked */
};

enum { N_PATHS = sizeof(paths) / sizeof(paths[0]), N_OWN = sizeof(own) / sizeof(own[0]) };

static const struct ex_device_row devices[] = {
    { "asm", "ASM", EX_DW_BODY, EX_ROLE_BLOCK, "", "Request Rejected", "" },
};

static const struct ex_catalog catalog = {
    .paths = paths, .n_paths = N_PATHS, .devices = devices, .n_devices = 1
};

#define T "Content-Type: text/html\nX-AspNet-Version: 4.0.30319\n"

/* '@' is a digit that changes, '$' the path that was asked for. */
static const char *const canned[] = {
    "404\n" T "\nno $ here, @",
    "404\n\n",
    "302\nLocation: /owa/auth/errorFE.aspx?httpCode=404\n",
    "302\nLocation: /owa/auth/errorFE.aspx?httpCode=500\n",
    "302\nLocation: https://mail.example.com/owa/auth/logon.aspx?url=$\n",
    "302\nLocation: /my.policy\n",
    "200\n" T "\n<!-- OwaPage = ASP.auth_logon_aspx -->/js/a.js",
    "200\n" T "\n<!-- OwaPage = ASP.auth_expiredpassword_aspx -->",
    "200\n" T "\n<!-- OwaPage = ASP.auth_errorfe_aspx -->",
    "200\n" T "\nOAB-DUMP",
    "200\n" T "\n",
    "200\n" T "\nhello $",
    "200\n\nRequest Rejected @",
    "200\n\nSCANNER-FAILS",
    "401\n\n",
    "403\nServer: waf\n\nblocked @",
    "429\nRetry-After: 2\n",
    "429\n",
    "503\nRetry-After: 900\n",
    "503\n\nbusy",
    "500\n" T "\noops",
    "440\n",
};

enum { N_CANNED = sizeof(canned) / sizeof(canned[0]) };

static bool answered[N_PATHS + N_OWN], dumped;

static void hit(struct ex_hits *out, const char *id, enum ex_strength strength)
{
    out->at[out->n++] = (struct ex_hit){ id, id, strength };
}

static void scan(void *arg, const struct ex_sample *s, struct ex_hits *out)
{
    (void)arg;
    MUST(s->path && s->content_type && s->location && s->owa_page && s->expected_page &&
         s->baseline_location);
    MUST(s->baseline_status == 0 || (s->baseline_status >= 100 && s->baseline_status < 1000));
    if (ex_span_find(s->body, "OAB-DUMP") != SIZE_MAX)
        hit(out, "dump", EX_STRENGTH_CONFIRMED);
    if (s->status == 200 && s->body.n == 0 && s->baseline_status)
        hit(out, "blank", EX_STRENGTH_LIKELY);
    if (s->status == 200 && s->expected_page[0] && strcmp(s->owa_page, s->expected_page) != 0)
        hit(out, "mark", EX_STRENGTH_SUSPICIOUS);
    out->failed = ex_span_find(s->body, "SCANNER-FAILS") != SIZE_MAX;
    dumped |= out->n > 0 && out->at[0].strength == EX_STRENGTH_CONFIRMED;
}

static bool page(void *arg, const struct ex_exchange *x, enum ex_credential_page which,
                 const char *host, struct ex_logon_page *out)
{
    (void)arg;
    MUST(x->status == 200 && strcmp(host, "mail.example.com:443") == 0);
    out->seen[which] = true;
    const bool native = ex_span_find(x->body, "OwaPage = ASP.") != SIZE_MAX;
    const size_t i = ex_span_find(x->body, "/js/");

    out->native[which] |= native;
    snprintf(out->theme, sizeof(out->theme), "/owa/auth/15.1.2507/");
    if (i != SIZE_MAX && out->n_scripts < 8) {
        struct ex_script *s = &out->scripts[out->n_scripts++];

        s->kind = EX_SCRIPT_SAME_ORIGIN;
        ex_span_copy(s->url, sizeof(s->url), ex_span_part(x->body, i, 150));
    }
    return native;
}

static void script(void *arg, const struct ex_exchange *x, enum ex_credential_page which,
                   const char *host, size_t at, struct ex_logon_page *out)
{
    (void)arg;
    (void)which;
    (void)host;
    MUST(x->status == 200 && at <= out->n_scripts);
    if (at < out->n_scripts)
        out->scripts[at].fetched = true;
}

static const struct ex_exhibit *keep(void *store, const struct ex_exchange *x)
{
    static struct ex_exhibit kept;

    (void)store;
    return x->status % 2 ? &kept : NULL; /* no memory, now and then */
}

static const struct ex_inspector inspector = {
    .scan = scan, .page = page, .script = script, .keep = keep
};

static bool same(const char *a, const char *b)
{
    return ex_span_eq_nocase(ex_span_str(a), b);
}

/* The listed name that @path is, or -1. */
static int listed(const char *path)
{
    for (int i = 0; i < N_PATHS + N_OWN; i++)
        if (same(path, i < N_PATHS ? paths[i].path : own[i - N_PATHS].path))
            return i;
    return -1;
}

static bool is_random(const struct ex_hunt *h, const char *path)
{
    for (size_t i = 0; i < h->found.n_folders; i++) {
        const struct ex_bd_folder *f = &h->found.folders[i];
        const size_t n = strlen(f->folder);
        size_t k = 0;

        if (strncmp(path, f->folder, n) != 0)
            continue;
        while (isalnum((unsigned char)path[n + k]))
            k++;
        if (k >= 8 && k <= 12 && strcmp(path + n + k, f->extension) == 0)
            return true;
    }
    return false;
}

static bool is_logon_file(const char *path)
{
    const size_t n = strlen(path);

    return strcmp(path, "/owa/auth/logon.aspx?replaceCurrent=1") == 0 ||
           strcmp(path, "/owa/auth/expiredpassword.aspx") == 0 ||
           (n > 3 && strcmp(path + n - 3, ".js") == 0 && !strpbrk(path, "?#% "));
}

static void check_request(const struct ex_hunt *h, const struct ex_action *a)
{
    const int i = listed(a->path);

    MUST(a->method == EX_GET && !a->authorization && !a->http10_no_host && a->probe[0]);
    MUST(a->path[0] == '/' && strlen(a->path) < EX_REQUEST_PATH_SIZE && !is_never_sent(a->path));
    MUST(i >= 0 || is_random(h, a->path) || is_logon_file(a->path));
    if (i >= 0 && i < N_PATHS)
        MUST(paths[i].tier == 1 || h->opt->deep);
    if (i >= N_PATHS)
        MUST(h->opt->n_own > 0);
}

static void check_suspects(const struct ex_backdoor *f)
{
    enum ex_backdoor_state worst = EX_BD_NOT_ASSESSED;

    for (size_t i = 0; i < f->n_suspects; i++) {
        const struct ex_suspect *s = &f->suspects[i];

        MUST(s->level >= EX_BD_REVIEW && s->folder < f->n_folders);
        MUST(i == 0 || s->level <= f->suspects[i - 1].level);
        MUST(s->trace != EX_TRACE_NONE || s->hits.n > 0);
        MUST(s->level != EX_BD_CONFIRMED || dumped);
        MUST(s->level != EX_BD_LIKELY || (s->repeat == EX_REPEAT_SAME && s->hits.n > 0));
        MUST(s->level != EX_BD_SUSPICIOUS || s->repeat == EX_REPEAT_SAME || s->hits.n > 0);
        MUST(!s->downgraded || s->level == EX_BD_REVIEW);
        worst = s->level > worst ? s->level : worst;
    }
    if (f->n_suspects > 0)
        MUST(f->state == worst || (f->state == EX_BD_LIKELY && worst == EX_BD_SUSPICIOUS));
    else
        MUST(f->state <= EX_BD_REVIEW);
}

static void check_result(struct ex_hunt *h)
{
    const struct ex_backdoor *f = &h->found;
    const struct ex_names names = { h->cat, h->opt->deep, h->opt->own, h->opt->n_own };
    const struct ex_combos c = ex_combos_of(&names);
    unsigned n_names = 0;

    ex_hunt_result(h);
    check_suspects(f);
    MUST(f->n_asked <= f->n_names);
    MUST(f->state != EX_BD_NOT_ASSESSED || f->reason != EX_BDR_NONE);
    MUST((f->blocked_after > 0) == (f->blocked_by[0] != '\0'));
    for (size_t i = 0; i < f->n_folders; i++) {
        const struct ex_path_row *row;

        MUST(f->folders[i].n_asked <= f->folders[i].n_names);
        for (struct ex_name_at at = { 0 }; at.pass < EX_N_PASSES; at.index = 0, at.pass++)
            for (; (row = ex_names_next(&names, c.first[i], &at)); n_names++)
                MUST(f->state != EX_BD_NONE_SEEN || answered[listed(row->path)]);
        MUST(f->state != EX_BD_NONE_SEEN || f->folders[i].state == EX_FS_ASSESSED);
    }
    MUST(n_names == f->n_names);
    MUST(f->state != EX_BD_NONE_SEEN || (f->reason == EX_BDR_NONE && f->n_asked == f->n_names &&
                                         f->blocked_after == 0 && h->page.native[EX_CP_LOGON]));
}

static size_t fill(char *to, size_t size, const char *text, const char *path, unsigned number)
{
    size_t n = 0;

    for (; *text && n + EX_REQUEST_PATH_SIZE < size; text++) {
        if (*text == '$')
            n += (size_t)snprintf(to + n, size - n, "%s", path);
        else
            to[n++] = *text == '@' ? (char)('0' + number % 10) : *text;
    }
    return n;
}

/* What a clean server says, so that the fuzzer gets past the beginning. */
static unsigned clean_answer(const char *path)
{
    if (strncmp(path, "/owa/auth/logon", 15) == 0)
        return 6;
    if (strncmp(path, "/owa/auth/expired", 17) == 0)
        return 7;
    if (strncmp(path, "/owa/", 5) == 0)
        return strstr(path, "errorFE") ? 8 : 2;
    return strncmp(path, "/ecp/", 5) == 0 ? 4 : 0;
}

static struct ex_action exchange(struct ex_hunt *h, struct input *in, unsigned number)
{
    static char text[4096];
    struct ex_header fields[FIELDS_MAX];
    struct ex_exchange x = { .path = h->path };
    const struct ex_event ev = { .kind = EX_EV_EXCHANGED, .exchange = &x };
    const uint8_t op = next_byte(in);
    const int name = listed(h->path);
    size_t n;

    if (op >= OP_LOST) {
        x.outcome = (enum ex_outcome)(1 + (op - OP_LOST) % EX_OUT_INTERNAL);
        x.status = op % 3 ? 0 : 200;
    } else if (op >= OP_RAW) {
        n = next_byte(in);
        n = n < in->n ? n : in->n;
        read_answer(&x, fields, FIELDS_MAX, (const char *)in->p, n);
        in->p += n;
        in->n -= n;
    } else {
        const unsigned which = op < OP_RAW / 2 ? clean_answer(h->path) : op % N_CANNED;

        n = fill(text, sizeof(text), canned[which], h->path, number);
        read_answer(&x, fields, FIELDS_MAX, text, n);
    }
    if (name >= 0 && x.status != 0)
        answered[name] = true;
    return ex_hunt_step(h, &ev);
}

/* DONE is final: late callbacks change nothing. */
static void check_done(struct ex_hunt *h)
{
    static const struct ex_exchange x = { .status = 200, .path = "/" };

    for (int kind = EX_EV_START; kind <= EX_EV_GIVE_UP; kind++) {
        const struct ex_event ev = { .kind = (enum ex_event_kind)kind, .exchange = &x };

        MUST(ex_hunt_step(h, &ev).kind == EX_ACT_NONE && h->state == EX_HUNT_DONE);
    }
}

/* Three bytes of options, then one byte or more for each event. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct ex_hunt h;
    static const struct ex_target target = { .name = "mail.example.com", .port = 443 };
    struct input in = { data, n };
    const uint8_t flags = next_byte(&in);
    const struct ex_hunt_options opt = { .deep = flags & 1,
                                         .retries = flags >> 1 & 3,
                                         .budget = flags & 16 ? next_byte(&in) : 100,
                                         .own = own,
                                         .n_own = flags & 8 ? N_OWN : 0,
                                         .inspector = &inspector };
    const enum ex_state cut = flags & 32 ? EX_STATE_TIMEOUT : EX_STATE_INTERRUPTED;
    unsigned n_requests = 0;
    struct ex_action a;

    memset(answered, 0, sizeof(answered));
    dumped = false;
    ex_hunt_init(&h, &opt, &catalog, &target, NULL, next_byte(&in));
    a = ex_hunt_step(&h, &(struct ex_event){ .kind = EX_EV_START });
    for (int i = 0; a.kind != EX_ACT_FINISH; i++) {
        MUST(i < EVENTS_MAX);
        if (a.kind == EX_ACT_REQUEST) {
            MUST(++n_requests <= opt.budget && h.found.n_requests == n_requests);
            check_request(&h, &a);
        } else {
            MUST(a.kind == EX_ACT_SLEEP && a.delay_ms > 0 && a.delay_ms <= EX_BACKDOOR_PAUSE_MS);
        }
        if (in.n > 0 && *in.p >= OP_GIVE_UP)
            a = ex_hunt_step(&h, &(struct ex_event){ .kind = EX_EV_GIVE_UP, .state = cut });
        else if (a.kind == EX_ACT_SLEEP)
            a = ex_hunt_step(&h, &(struct ex_event){ .kind = EX_EV_TIMER });
        else
            a = exchange(&h, &in, n_requests);
    }
    check_done(&h);
    check_result(&h);
    return 0;
}
