// SPDX-License-Identifier: MIT
#ifndef CORE_SETTING_H
#define CORE_SETTING_H

#include "core/cur.h"
#include "exprobe/status.h"

/*
 * The file format of the configuration, in UTF-8, LF or CRLF, a byte order mark allowed:
 *
 *     # a comment: '#' at the start of a line, or after a blank
 *     contact = security@example.com     applies to every command that has the option
 *     [scan]                             from here on: to this command only
 *     rules = "a file with # in it.yar"
 *
 * A key is the long name of an option, without dashes. A value goes to the end of the line, or to
 * the blank before a comment, without the blanks around it. One in double quotes may hold anything
 * that is no control character; \" and \\ are the only escapes there. No value is empty.
 */

enum {
    EX_SETTING_LINE_MAX = 4096,
    EX_SETTING_NAME_SIZE = 40,
    EX_SETTING_VALUE_SIZE = EX_SETTING_LINE_MAX + 1,
    EX_SETTING_QUOTED_SIZE = 2 * EX_SETTING_LINE_MAX + 3,
};

enum ex_setting_kind { EX_SETTING_END, EX_SETTING_SECTION, EX_SETTING_VALUE };

struct ex_setting {
    enum ex_setting_kind kind;
    char name[EX_SETTING_NAME_SIZE]; /**< of the section or the key; a-z, 0-9 and '-' */
    char value[EX_SETTING_VALUE_SIZE];
};

/** A file that is being read. Begin with the whole of it in @left, the rest zero. */
struct ex_setting_reader {
    struct ex_cur left;
    uint32_t line; /**< of what was read last, from 1 */
};

/**
 * Read on, up to the next section or value, or the end.
 *
 * Returns: EX_OK; EX_ESYNTAX with @err naming the value and the remedy, r->line the line; the
 *          place is left to the caller. Reading may go on behind it.
 * Thread:  any. Pure.
 */
EX_MUSTUSE enum ex_status ex_setting_next(struct ex_setting_reader *r, struct ex_setting *out,
                                          struct ex_error *err);

/** What keeps @s from being a value, in static words: empty, too long, not UTF-8, a control
 *  character; NULL when nothing does. */
const char *ex_setting_bad_value(struct ex_span s);

/** @value, which nothing keeps from being one, as it is written in a file: in quotes if it must.
 *  Returns: @to. */
char *ex_setting_quote(char to[static EX_SETTING_QUOTED_SIZE], const char *value);

#endif
