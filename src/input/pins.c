// SPDX-License-Identifier: MIT
#include "input/pins.h"

#include <stdlib.h>

#include "core/name.h"
#include "core/quote.h"
#include "input/idna.h"

struct ex_pin {
    char name[EX_NAME_SIZE];
    uint16_t port;
    uint8_t n;
    struct ex_addr addr[EX_PIN_ADDRS_MAX];
};

static enum ex_status fail(struct ex_error *err, const char *spec, const char *why)
{
    char q[EX_QUOTE_SIZE];

    ex_error_set(err, "--resolve %s: %s", ex_quote(q, ex_span_str(spec)), why);
    return EX_EUSAGE;
}

/* Cut the part before @ch off @s. False: there is no @ch. */
static bool cut(struct ex_span *s, char ch, struct ex_span *part)
{
    const uint8_t *at = s->n ? memchr(s->p, ch, s->n) : NULL;

    if (!at)
        return false;
    const size_t n = (size_t)(at - s->p);
    *part = (struct ex_span){ s->p, n };
    *s = (struct ex_span){ at + 1, s->n - n - 1 };
    return true;
}

static enum ex_status read_name(struct ex_span s, struct ex_pin *pin, const char *spec,
                                struct ex_error *err)
{
    const char *why;
    struct ex_addr a;
    bool ascii = true;

    if (s.n == 1 && s.p[0] == '*')
        return fail(err, spec, "a pin for every host is refused; name each host");
    if (s.n > 0 && (s.p[0] == '+' || s.p[0] == '-'))
        return fail(err, spec,
                    "curl's '+' and '-' in front of the host are refused; leave it away");
    if (ex_addr_parse(s, &a) == EX_OK || (s.n > 0 && s.p[0] == '['))
        return fail(err, spec, "only a name can be pinned; an address is probed as it is");
    if (s.n >= sizeof(pin->name))
        return fail(err, spec, "a host name has at most 253 bytes");
    if (s.n > 0)
        memcpy(pin->name, s.p, s.n);
    for (size_t i = 0; i < s.n; i++)
        ascii &= s.p[i] < 0x80;
    if (!ascii) {
        struct ex_error what;
        const enum ex_status st = ex_idna_to_ascii(pin->name, &what);

        if (st == EX_OK || st == EX_ENOMEM)
            return st;
        ex_error_set(err, "--resolve %s", what.text);
        return EX_EUSAGE;
    }
    return ex_name_explain(pin->name, &why) == EX_OK ? EX_OK : fail(err, spec, why);
}

static enum ex_status read_address(struct ex_span s, struct ex_pin *pin, const char *spec,
                                   struct ex_error *err)
{
    const bool bracketed = s.n >= 2 && s.p[0] == '[' && s.p[s.n - 1] == ']';
    struct ex_addr a;

    if (bracketed)
        s = (struct ex_span){ s.p + 1, s.n - 2 };
    if ((bracketed && !(s.n && memchr(s.p, ':', s.n))) || ex_addr_parse(s, &a) != EX_OK)
        return fail(err, spec,
                    "after HOST:PORT: come IP addresses, separated by commas and without blanks");
    const char *why = ex_addr_unusable(&a);
    if (why)
        return fail(err, spec, why);
    for (unsigned i = 0; i < pin->n; i++)
        if (ex_addr_cmp(&a, &pin->addr[i]) == 0)
            return EX_OK;
    if (pin->n == EX_PIN_ADDRS_MAX)
        return fail(err, spec, "a host can be pinned to at most 16 addresses");
    pin->addr[pin->n++] = a;
    return EX_OK;
}

static enum ex_status read_spec(struct ex_pin *pin, const char *spec, struct ex_error *err)
{
    struct ex_span rest = ex_span_str(spec), host, port, one;
    enum ex_status st;

    if (rest.n > 0 && rest.p[0] == '[')
        return read_name(rest, pin, spec, err);
    if (!cut(&rest, ':', &host) || !cut(&rest, ':', &port))
        return fail(err, spec, "write HOST:PORT:ADDRESS, as in mail.example.com:443:192.0.2.1");
    st = read_name(host, pin, spec, err);
    if (st != EX_OK)
        return st;
    if (ex_port_parse(port, &pin->port) != EX_OK)
        return fail(err, spec, "the port is a number from 1 to 65535, without leading zeros");
    while (st == EX_OK && cut(&rest, ',', &one))
        st = read_address(one, pin, spec, err);
    return st == EX_OK ? read_address(rest, pin, spec, err) : st;
}

/* Where (name, port) is, or would be put. */
static size_t find(const struct ex_pins *p, const char *name, uint16_t port, bool *found)
{
    size_t from = 0, to = p->n;

    *found = false;
    while (from < to) {
        const size_t at = from + (to - from) / 2;
        int order = strcmp(name, p->row[at].name);

        if (order == 0)
            order = (int)port - (int)p->row[at].port;
        if (order == 0) {
            *found = true;
            return at;
        }
        if (order < 0)
            to = at;
        else
            from = at + 1;
    }
    return from;
}

enum ex_status ex_pins_add(struct ex_pins *p, const char *spec, struct ex_error *err)
{
    struct ex_pin pin = { .port = 0 };
    const enum ex_status st = read_spec(&pin, spec, err);
    bool found;

    if (st != EX_OK)
        return st;
    const size_t at = find(p, pin.name, pin.port, &found);
    if (found)
        return fail(err, spec,
                    "this host and port are pinned already; write all addresses in one --resolve, "
                    "separated by commas");
    if (p->n == EX_PINS_MAX)
        return fail(err, spec, "at most 4096 hosts can be pinned; put address=IP into the list");
    if (p->n == p->room) {
        const size_t room = p->room ? p->room * 2 : 8;
        struct ex_pin *grown = realloc(p->row, room * sizeof(*grown));

        if (!grown)
            return EX_ENOMEM;
        p->row = grown;
        p->room = room;
    }
    memmove(p->row + at + 1, p->row + at, (p->n - at) * sizeof(*p->row));
    p->row[at] = pin;
    p->n++;
    return EX_OK;
}

size_t ex_pins_find(const struct ex_pins *p, const char *name, uint16_t port, struct ex_addr *out,
                    size_t max)
{
    bool found;
    const size_t at = find(p, name, port, &found);

    if (!found)
        return 0;
    const size_t n = p->row[at].n < max ? p->row[at].n : max;
    memcpy(out, p->row[at].addr, n * sizeof(*out));
    return n;
}

void ex_pins_free(struct ex_pins *p)
{
    free(p->row);
    *p = (struct ex_pins){ 0 };
}
