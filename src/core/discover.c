// SPDX-License-Identifier: MIT
#include "core/discover.h"

#include "core/name.h"

bool ex_name_is_under(const char *name, const char *domain)
{
    const size_t n = strlen(name), m = strlen(domain);

    return n >= m && strcmp(name + n - m, domain) == 0 && (n == m || name[n - m - 1] == '.');
}

static bool contains_name(const struct ex_domain_set *set, const char *name, size_t *at)
{
    size_t from = 0, to = set->n;

    while (from < to) {
        const size_t middle = from + (to - from) / 2;
        const int by = strcmp(name, set->names[middle]);

        if (by == 0) {
            *at = middle;
            return true;
        }
        if (by < 0)
            to = middle;
        else
            from = middle + 1;
    }
    return false;
}

size_t ex_domain_set_find(const struct ex_domain_set *set, const char *name)
{
    size_t at;

    for (;;) {
        if (contains_name(set, name, &at))
            return at;
        name = strchr(name, '.');
        if (!name)
            return SIZE_MAX;
        name++;
    }
}

bool ex_found_name(char to[static EX_NAME_SIZE], const char *raw)
{
    const struct ex_span span = ex_span_str(raw);
    enum ex_line_kind kind = EX_LINE_BLANK;
    struct ex_target t;
    const char *why;

    if (span.n > 0 && ex_span_copy(to, EX_NAME_SIZE, span) && ex_name_explain(to, &why) == EX_OK &&
        ex_target_parse_line(ex_span_str(to), &t, &kind, NULL) == EX_OK && kind == EX_LINE_TARGET &&
        t.kind == EX_TARGET_NAME && !t.needs_idna && !t.tags[0] && t.port == EX_PORT_DEFAULT &&
        strcmp(t.name, to) == 0)
        return true;
    ex_span_copy(to, EX_FOUND_RAW, span);
    return false;
}

const struct ex_mail_name_row *ex_mail_service(const struct ex_catalog *cat, const char *name)
{
    for (size_t i = 0; i < cat->n_mail_names; i++)
        if (cat->mail_names[i].kind != EX_MAIL_LABEL &&
            ex_name_is_under(name, cat->mail_names[i].name))
            return &cat->mail_names[i];
    return NULL;
}

static bool contains(const struct ex_addr *list, size_t n, const struct ex_addr *a)
{
    for (size_t i = 0; i < n; i++)
        if (ex_addr_cmp(&list[i], a) == 0)
            return true;
    return false;
}

void ex_wildcard_note(struct ex_wildcard *w, const struct ex_addr *list, size_t n)
{
    const size_t room = sizeof(w->addresses) / sizeof(w->addresses[0]);
    const size_t before = w->n_addresses;
    bool shares = false;

    if (n == 0)
        return;
    for (size_t i = 0; i < n; i++) {
        if (contains(w->addresses, before, &list[i]))
            shares = true;
        else if (w->n_addresses < room)
            w->addresses[w->n_addresses++] = list[i];
    }
    w->varies = w->varies || (w->n_answers > 0 && !shares);
    w->n_answers++;
}

bool ex_wildcard_is(const struct ex_wildcard *w, const struct ex_addr *list, size_t n)
{
    if (w->n_answers == 0 || n == 0)
        return false;
    for (size_t i = 0; i < n && !w->varies; i++)
        if (!contains(w->addresses, w->n_addresses, &list[i]))
            return false;
    return true;
}

/* 127.0.0.0/8 and ::1: who answers so means nobody, and we would look at ourselves. */
static bool is_loopback(const struct ex_addr *a)
{
    static const uint8_t one[16] = { [15] = 1 };

    return a->family == 4 ? a->bytes[0] == 127 : memcmp(a->bytes, one, sizeof(one)) == 0;
}

static bool has_good_address(const struct ex_found *f)
{
    const size_t n = f->n_addresses < EX_FOUND_ADDRESSES ? f->n_addresses : EX_FOUND_ADDRESSES;

    for (size_t i = 0; i < n; i++)
        if (!ex_addr_unusable(&f->addresses[i]) && !is_loopback(&f->addresses[i]))
            return true;
    return false;
}

/* The first that holds. A name outside was not looked up, so it has no address. */
enum ex_found_verdict ex_found_judge(const struct ex_found *f, bool takes_outside)
{
    if (f->is_bad)
        return EX_FOUND_BAD_NAME;
    if (f->by == EX_BY_LABEL && f->is_wild)
        return EX_FOUND_WILDCARD;
    if (f->service)
        return EX_FOUND_HOSTED;
    if (f->is_outside)
        return takes_outside ? EX_FOUND_LISTED : EX_FOUND_OUTSIDE;
    if (f->n_addresses == 0)
        return strcmp(f->why, "nxdomain") == 0 || strcmp(f->why, "no-address") == 0
                   ? EX_FOUND_NO_ADDRESS
                   : EX_FOUND_UNKNOWN;
    if (!has_good_address(f))
        return EX_FOUND_BAD_ADDRESS;
    if (f->leads_outside && !takes_outside)
        return EX_FOUND_OUTSIDE;
    return EX_FOUND_LISTED;
}

const char *ex_found_verdict_str(enum ex_found_verdict v)
{
    switch (v) {
    case EX_FOUND_LISTED:
        return "listed";
    case EX_FOUND_REPEATED:
        return "repeated";
    case EX_FOUND_FORBIDDEN:
        return "forbidden";
    case EX_FOUND_OUTSIDE:
        return "outside";
    case EX_FOUND_HOSTED:
        return "hosted";
    case EX_FOUND_WILDCARD:
        return "wildcard";
    case EX_FOUND_NO_ADDRESS:
        return "no-address";
    case EX_FOUND_BAD_ADDRESS:
        return "bad-address";
    case EX_FOUND_BAD_NAME:
        return "bad-name";
    case EX_FOUND_UNKNOWN:
        return "unknown";
    }
    return "unknown";
}
