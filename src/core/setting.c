// SPDX-License-Identifier: MIT
#include "core/setting.h"

#include "core/put.h"
#include "core/quote.h"
#include "core/utf8.h"

static bool is_blank(int ch)
{
    return ch == ' ' || ch == '\t';
}

static void skip_blanks(struct ex_cur *c)
{
    while (is_blank(ex_cur_peek(c)))
        ex_cur_take(c, 1);
}

/* Why the bytes cannot be text; NULL when they are. Tabs are text. */
static const char *bad_text(struct ex_span s)
{
    struct ex_cur c = ex_cur_of(s);

    while (c.left > 0) {
        const int32_t ch = ex_utf8_next(&c);

        if (ch == EX_UTF8_BAD)
            return "not UTF-8; save it as UTF-8";
        if (ex_is_control(ch) && ch != '\t')
            return "a control character";
    }
    return NULL;
}

const char *ex_setting_bad_value(struct ex_span s)
{
    if (s.n == 0)
        return "no value; leave it out for the default";
    if (s.n > EX_SETTING_LINE_MAX)
        return "longer than 4096 bytes";
    return bad_text(s);
}

static enum ex_status bad(struct ex_error *err, const char *why, struct ex_span what)
{
    char quoted[EX_QUOTE_SIZE];

    ex_error_set(err, "%s: %s", ex_quote(quoted, what), why);
    return EX_ESYNTAX;
}

/* Nothing but blanks and a comment may be left. */
static enum ex_status end_of(struct ex_cur *c, struct ex_span line, struct ex_error *err)
{
    const bool apart = is_blank(ex_cur_peek(c));

    skip_blanks(c);
    if (c->left == 0 || (apart && ex_cur_peek(c) == '#'))
        return EX_OK;
    return bad(err, "text behind the end; begin a comment with a blank and #", line);
}

/* The name up to @end, which is read as well. */
static enum ex_status take_name(struct ex_cur *c, uint8_t end, struct ex_setting *out,
                                struct ex_span line, struct ex_error *err)
{
    const uint8_t *at = c->left ? memchr(c->p, end, c->left) : NULL;
    struct ex_span name;

    if (!at)
        return bad(err, end == ']' ? "write [COMMAND]" : "write NAME = VALUE", line);
    name = ex_span_trim(ex_cur_take(c, (size_t)(at - c->p)));
    ex_cur_take(c, 1);
    for (size_t i = 0; i < name.n; i++) {
        const uint8_t ch = name.p[i];

        if (!((ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9') || (ch == '-' && i > 0)))
            return bad(err,
                       "names are those of --help, in lower case and without the dashes before",
                       name);
    }
    if (name.n == 0 || name.n >= sizeof(out->name))
        return bad(err, "no option or command has such a name", name);
    ex_span_copy(out->name, sizeof(out->name), name);
    return EX_OK;
}

static enum ex_status take_quoted(struct ex_cur *c, char *to, struct ex_span line,
                                  struct ex_error *err)
{
    struct ex_put w = ex_put_of(to, EX_SETTING_VALUE_SIZE);

    ex_cur_take(c, 1);
    for (;;) {
        uint8_t ch = ex_cur_u8(c);

        if (ch == '"' && !c->bad)
            return end_of(c, line, err);
        if (ch == '\\') {
            ch = ex_cur_u8(c);
            if (ch != '"' && ch != '\\')
                return bad(err, "in quotes, write \\\\ for a backslash and \\\" for a quote", line);
        }
        if (c->bad)
            return bad(err, "the quote is not closed", line);
        ex_put_ch(&w, (char)ch);
    }
}

/* To the end of the line, or to a comment. */
static void take_plain(struct ex_cur *c, char *to)
{
    struct ex_span s = { c->p, 0 };
    bool apart = true;

    for (; c->left > 0; s.n++) {
        if (apart && ex_cur_peek(c) == '#')
            break;
        apart = is_blank(ex_cur_u8(c));
    }
    ex_span_copy(to, EX_SETTING_VALUE_SIZE, ex_span_trim(s));
}

static enum ex_status parse_line(struct ex_span line, struct ex_setting *out, struct ex_error *err)
{
    struct ex_cur c = ex_cur_of(line);
    const char *why =
        line.n > EX_SETTING_LINE_MAX ? "a line has at most 4096 bytes" : bad_text(line);
    enum ex_status st;

    if (why)
        return bad(err, why, line);
    skip_blanks(&c);
    if (c.left == 0 || ex_cur_peek(&c) == '#')
        return EX_OK;
    if (ex_cur_accept(&c, '[')) {
        st = take_name(&c, ']', out, line, err);
        if (st == EX_OK)
            st = end_of(&c, line, err);
        if (st == EX_OK)
            out->kind = EX_SETTING_SECTION;
        return st;
    }
    st = take_name(&c, '=', out, line, err);
    if (st != EX_OK)
        return st;
    skip_blanks(&c);
    if (ex_cur_peek(&c) == '"')
        st = take_quoted(&c, out->value, line, err);
    else
        take_plain(&c, out->value);
    if (st == EX_OK && !out->value[0])
        return bad(err, "no value; leave the line out for the default", line);
    if (st == EX_OK)
        out->kind = EX_SETTING_VALUE;
    return st;
}

static struct ex_span take_line(struct ex_setting_reader *r)
{
    static const uint8_t mark[] = { 0xef, 0xbb, 0xbf };
    struct ex_cur *c = &r->left;
    const uint8_t *lf = memchr(c->p, '\n', c->left);
    struct ex_span line;

    if (r->line++ == 0 && c->left >= sizeof(mark) && memcmp(c->p, mark, sizeof(mark)) == 0)
        ex_cur_take(c, sizeof(mark));
    line = lf ? ex_cur_take(c, (size_t)(lf - c->p)) : ex_cur_rest(c);
    if (lf)
        ex_cur_take(c, 1);
    if (line.n > 0 && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

enum ex_status ex_setting_next(struct ex_setting_reader *r, struct ex_setting *out,
                               struct ex_error *err)
{
    out->kind = EX_SETTING_END;
    out->name[0] = out->value[0] = '\0';
    while (r->left.left > 0 && out->kind == EX_SETTING_END) {
        const enum ex_status st = parse_line(take_line(r), out, err);

        if (st != EX_OK)
            return st;
    }
    return EX_OK;
}

static bool needs_quotes(const char *value)
{
    const size_t n = strlen(value);

    if (is_blank(value[0]) || is_blank(value[n - 1]) || value[0] == '"' || value[0] == '#')
        return true;
    for (size_t i = 1; i < n; i++)
        if (value[i] == '#' && is_blank(value[i - 1]))
            return true;
    return false;
}

char *ex_setting_quote(char to[static EX_SETTING_QUOTED_SIZE], const char *value)
{
    struct ex_put w = ex_put_of(to, EX_SETTING_QUOTED_SIZE);

    if (!needs_quotes(value)) {
        ex_put_str(&w, value);
        return to;
    }
    ex_put_ch(&w, '"');
    for (; *value; value++) {
        if (*value == '"' || *value == '\\')
            ex_put_ch(&w, '\\');
        ex_put_ch(&w, *value);
    }
    ex_put_ch(&w, '"');
    return to;
}
