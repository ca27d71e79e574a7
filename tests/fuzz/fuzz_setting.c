// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "core/setting.h"
#include "fuzz.h"

/* Whatever the file holds, the message can go to a terminal as it is. */
static void check_message(const struct ex_error *err)
{
    MUST(err->text[0] != '\0');
    for (const char *p = err->text; *p; p++)
        MUST(*p >= 0x20 && *p < 0x7f);
}

static void check_name(const char *name)
{
    MUST(name[0] && name[0] != '-' && strlen(name) < EX_SETTING_NAME_SIZE);
    MUST(strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name));
}

/* Written again, with a comment behind it, it must read as the same. */
static void check_round_trip(const struct ex_setting *s)
{
    static char line[EX_SETTING_NAME_SIZE + EX_SETTING_QUOTED_SIZE + 32];
    static char quoted[EX_SETTING_QUOTED_SIZE];
    struct ex_setting_reader r = { 0 };
    static struct ex_setting again;
    size_t n;

    MUST(!ex_setting_bad_value(ex_span_str(s->value)));
    n = (size_t)snprintf(line, sizeof(line), "%s = %s # why\r\n", s->name,
                         ex_setting_quote(quoted, s->value));
    MUST(n < sizeof(line));
    r.left = ex_cur_of((struct ex_span){ (const uint8_t *)line, n });
    if (n - 2 >
        EX_SETTING_LINE_MAX) /* the quotes made it too long: not a file that we would read */
        return;
    MUST(ex_setting_next(&r, &again, NULL) == EX_OK);
    MUST(again.kind == EX_SETTING_VALUE && r.line == 1 && r.left.left == 0);
    MUST(strcmp(again.name, s->name) == 0 && strcmp(again.value, s->value) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct ex_setting_reader r = { .left = ex_cur_of((struct ex_span){ data, n }) };
    static struct ex_setting s;

    for (;;) {
        struct ex_error err = { "" };
        const size_t left = r.left.left;
        const uint32_t line = r.line;
        const enum ex_status st = ex_setting_next(&r, &s, &err);

        if (st != EX_OK) {
            MUST(st == EX_ESYNTAX);
            check_message(&err);
        } else if (s.kind == EX_SETTING_END) {
            MUST(r.left.left == 0);
            return 0;
        } else {
            check_name(s.name);
            if (s.kind == EX_SETTING_VALUE)
                check_round_trip(&s);
        }
        MUST(r.left.left < left && r.line > line); /* it goes on, and so ends */
    }
}
