// SPDX-License-Identifier: MIT
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "exprobe/target.h"
#include "fuzz.h"

/* Whatever the line holds, the message can go to a terminal as it is. */
static void check_message(const struct ex_error *err)
{
    MUST(err->text[0] != '\0');
    for (const char *p = err->text; *p; p++)
        MUST(*p >= 0x20 && *p < 0x7f);
}

/* A host that can be contacted, named in its canonical form. */
static void check_host(const struct ex_target *t)
{
    char name[EX_NAME_SIZE], text[EX_ADDR_TEXT];

    MUST(memchr(t->name, '\0', sizeof(t->name)) && t->name[0] != '\0');
    if (t->kind == EX_TARGET_NAME) {
        MUST(t->addr.family == 0);
        if (t->needs_idna)
            return;
        memcpy(name, t->name, sizeof(name));
        MUST(ex_name_check(name) == EX_OK);
        MUST(strcmp(name, t->name) == 0);
        return;
    }
    MUST(t->addr.family == 4 || t->addr.family == 6);
    MUST(t->pin.family == 0 && !t->needs_idna);
    MUST(strcmp(ex_addr_format(text, &t->addr), t->name) == 0);
    if (t->kind == EX_TARGET_ADDRESS)
        MUST(!ex_addr_unusable(&t->addr) && t->prefix_bits == 0);
}

/* First and last address lie in the network, are hosts of their own, and end it. */
static void check_network(const struct ex_target *t)
{
    const uint64_t n = ex_network_size(t);
    struct ex_target first, last;

    MUST(n >= 1 && (t->addr.family == 4 || n <= 65536));
    ex_network_at(t, 0, &first);
    ex_network_at(t, n - 1, &last);
    MUST(ex_addr_cmp(&first.addr, &t->addr) == 0);
    MUST(ex_addr_in(&last.addr, &t->addr, t->prefix_bits));
    MUST((ex_addr_cmp(&first.addr, &last.addr) == 0) == (n == 1));
    MUST(last.port == t->port && strcmp(last.tags, t->tags) == 0);
}

/* Write the target in canonical form, tags and pin behind it: it must read as the same. */
static void check_round_trip(const struct ex_target *t)
{
    char line[EX_TARGET_TEXT + 2 * EX_TAGS_SIZE + EX_ADDR_TEXT + 16], pin[EX_ADDR_TEXT];
    enum ex_line_kind kind = EX_LINE_BLANK;
    struct ex_target again;
    size_t n, at = 0;

    ex_target_format(line, t);
    n = strlen(line);
    while (t->tags[at]) {
        const char *value = t->tags + at + strlen(t->tags + at) + 1;

        MUST(ex_target_tag(t, t->tags + at) == value);
        n += (size_t)snprintf(line + n, sizeof(line) - n, " %s=%s", t->tags + at, value);
        at = (size_t)(value - t->tags) + strlen(value) + 1;
        MUST(at < sizeof(t->tags));
    }
    if (t->pin.family)
        snprintf(line + n, sizeof(line) - n, " address=%s", ex_addr_format(pin, &t->pin));
    MUST(ex_target_parse_line(ex_span_str(line), &again, &kind, NULL) == EX_OK);
    MUST(kind == EX_LINE_TARGET);
    MUST(again.kind == t->kind && again.port == t->port && again.prefix_bits == t->prefix_bits);
    MUST(again.needs_idna == t->needs_idna && strcmp(again.name, t->name) == 0);
    MUST(ex_addr_cmp(&again.addr, &t->addr) == 0 && ex_addr_cmp(&again.pin, &t->pin) == 0);
    MUST(memcmp(again.tags, t->tags, sizeof(t->tags)) == 0);
}

/* Two readers of one address must agree, or what is contacted is not what was listed. */
static void check_address(struct ex_span s)
{
    struct ex_addr a = { 0 }, b = { 0 };
    char text[EX_ADDR_TEXT + 32];
    const enum ex_status st = ex_addr_parse(s, &a);

    if (s.n >= sizeof(text) || (s.n && memchr(s.p, '\0', s.n)))
        return;
    if (s.n)
        memcpy(text, s.p, s.n);
    text[s.n] = '\0';
    b.family = strchr(text, ':') ? 6 : 4;
    MUST((inet_pton(b.family == 6 ? AF_INET6 : AF_INET, text, b.bytes) == 1) == (st == EX_OK));
    if (st != EX_OK)
        return;
    ex_addr_unmap(&b);
    MUST(ex_addr_cmp(&a, &b) == 0);
    MUST(ex_addr_parse(ex_span_str(ex_addr_format(text, &a)), &b) == EX_OK);
    MUST(ex_addr_cmp(&a, &b) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct ex_span line = { data, n };
    enum ex_line_kind kind = EX_LINE_BLANK;
    struct ex_error err = { "" };
    struct ex_target t, untouched;

    check_address(line);
    memset(&t, 0xa5, sizeof(t));
    memset(&untouched, 0xa5, sizeof(untouched));
    const enum ex_status st = ex_target_parse_line(line, &t, &kind, &err);
    if (st != EX_OK || kind != EX_LINE_TARGET) {
        MUST(st == EX_OK || st == EX_ESYNTAX || st == EX_ERANGE);
        MUST(memcmp(&t, &untouched, sizeof(t)) == 0);
        if (st != EX_OK)
            check_message(&err);
        return 0;
    }
    MUST(t.port != 0 && t.line == 0);
    check_host(&t);
    if (t.kind == EX_TARGET_NETWORK)
        check_network(&t);
    check_round_trip(&t);
    return 0;
}
