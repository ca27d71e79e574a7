// SPDX-License-Identifier: MIT
/*
 * Prints the tables of commands and options as JSON. It runs while exprobe is built:
 * manual.py and completions.py make man pages and completions of it, tests hold those against it.
 */
#include <stdio.h>

#include "backdoor/hunt.h"
#include "cmd/command_table.h"

static void put_string(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            putchar('\\');
        putchar(*text);
    }
    putchar('"');
}

static void put_member(const char *key, const char *text)
{
    printf(", \"%s\": ", key);
    put_string(text ? text : "");
}

static const char *type_name(enum ex_option_type type)
{
    switch (type) {
    case EX_OPT_FLAG:
        return "flag";
    case EX_OPT_NUMBER:
        return "number";
    case EX_OPT_DURATION:
        return "duration";
    case EX_OPT_TEXT:
        return "text";
    case EX_OPT_TEXTS:
        return "texts";
    case EX_OPT_DAY:
        return "day";
    case EX_OPT_WORD:
        return "word";
    }
    return "";
}

static const char *place_name(enum ex_settable settable)
{
    switch (settable) {
    case EX_SET_ANYWHERE:
        return "anywhere";
    case EX_SET_IN_SECTION:
        return "section";
    case EX_SET_ENVIRONMENT:
        return "environment";
    case EX_SET_NOWHERE:
        return "nowhere";
    }
    return "";
}

static void put_option(const struct ex_option *o)
{
    const char *between = "";

    printf("{\"name\": \"%s\"", o->name);
    put_member("letter", o->letter ? (char[]){ o->letter, '\0' } : "");
    put_member("type", type_name(o->type));
    put_member("arg", o->arg);
    put_member("help", o->help);
    put_member("settable", place_name(o->settable));
    printf(", \"adds_up\": %s", o->adds_up ? "true" : "false");
    printf(", \"default\": %u, \"min\": %u, \"max\": %u, \"commands\": [", o->def, o->min, o->max);
    for (size_t i = 0; i < ex_n_commands; i++) {
        if (!(o->commands & ex_commands[i].id))
            continue;
        printf("%s\"%s\"", between, ex_commands[i].name);
        between = ", ";
    }
    printf("], \"words\": [");
    for (size_t i = 0; o->words && o->words[i]; i++) {
        printf("%s", i ? ", " : "");
        put_string(o->words[i]);
    }
    printf("]}");
}

int main(void)
{
    printf(
        "{\"limits\": {\"FINGERPRINT\": %d, \"DEEP\": %d, \"BACKDOOR\": %d, \"BACKDOOR_DEEP\": %d, "
        "\"GAP_MS\": %d, \"BODY_BYTES\": %d},\n\"commands\": [",
        EX_BUDGET_FINGERPRINT, EX_BUDGET_DEEP, EX_BUDGET_BACKDOOR, EX_BUDGET_BACKDOOR_DEEP,
        EX_BACKDOOR_GAP_MS, EX_BODY_MAX);
    for (size_t i = 0; i < ex_n_commands; i++) {
        printf("%s\n{\"name\": \"%s\"", i ? "," : "", ex_commands[i].name);
        put_member("operands", ex_commands[i].operands);
        put_member("help", ex_commands[i].help);
        printf("}");
    }
    printf("],\n\"options\": [");
    for (size_t i = 0; i < ex_n_options; i++) {
        printf("%s\n", i ? "," : "");
        put_option(&ex_options[i]);
    }
    printf("]}\n");
    return ferror(stdout) || fflush(stdout) != 0;
}
