// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "core/scope_line.h"
#include "exprobe/day.h"
#include "fuzz.h"
#include "input/entries.h"

static void check_message(const struct ex_error *err)
{
    MUST(err->text[0] != '\0');
    for (const char *p = err->text; *p; p++)
        MUST(*p >= 0x20 && *p < 0x7f);
}

/* What was accepted means one thing, and is the same when it is read in its canonical form. */
static void check_entry(const struct ex_entry *e)
{
    struct ex_entries t = { 0 };
    char text[EX_ENTRY_TEXT];
    struct ex_entry again;

    MUST(memchr(e->name, '\0', sizeof(e->name)));
    if (e->kind == EX_ENTRY_NETWORK) {
        MUST(e->net.family == 4 || e->net.family == 6);
        MUST(e->prefix_bits <= (e->net.family == 4 ? 32 : 128));
        MUST(ex_addr_in(&e->net, &e->net, e->prefix_bits));
    } else {
        MUST(e->name[0] != '\0' && !strchr(e->name, '*'));
    }
    if (e->needs_idna)
        return;
    MUST(ex_entries_add(&t, e, (struct ex_place){ .line = 1 }) == EX_OK);
    ex_entries_sort(&t);
    MUST(t.n == 1);
    ex_entry_format(text, &t, &t.row[0]);
    MUST(ex_entry_parse(ex_span_str(text), &again, NULL) == EX_OK);
    MUST(again.kind == e->kind && again.prefix_bits == e->prefix_bits);
    MUST(strcmp(again.name, e->name) == 0 && ex_addr_cmp(&again.net, &e->net) == 0);
    /* It is found by what it names, and by nothing that merely ends like it. */
    if (e->kind == EX_ENTRY_NETWORK) {
        MUST(ex_entries_find_address(&t, &e->net) == &t.row[0]);
    } else {
        char name[EX_NAME_SIZE + 8];

        snprintf(name, sizeof(name), "x%s", e->name);
        MUST(!ex_entries_find_name(&t, name));
        snprintf(name, sizeof(name), "x.%s", e->name);
        MUST((ex_entries_find_name(&t, name) != NULL) == (e->kind == EX_ENTRY_SUFFIX));
        MUST((ex_entries_find_name(&t, e->name) != NULL) == (e->kind == EX_ENTRY_NAME));
    }
    ex_entries_free(&t);
}

static void check_line(struct ex_span line, ex_entry_line_fn *parse, bool has_reason)
{
    struct ex_error err = { "" };
    struct ex_entry e, untouched;
    bool blank = false;

    memset(&e, 0xa5, sizeof(e));
    memset(&untouched, 0xa5, sizeof(untouched));
    const enum ex_status st = parse(line, &e, &blank, &err);
    if (st != EX_OK || blank) {
        MUST(st == EX_OK || st == EX_ESYNTAX || st == EX_ERANGE);
        MUST(memcmp(&e, &untouched, sizeof(e)) == 0);
        if (st != EX_OK)
            check_message(&err);
        return;
    }
    if (has_reason) {
        MUST(memchr(e.reason, '\0', sizeof(e.reason)) && e.reason[0] != '\0');
        MUST(e.day != EX_DAY_NONE);
    }
    check_entry(&e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct ex_span line = { data, n };

    check_line(line, ex_scope_line_parse, false);
    check_line(line, ex_opt_out_line_parse, true);
    return 0;
}
