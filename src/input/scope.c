// SPDX-License-Identifier: MIT
#include "input/scope.h"

#include <stdlib.h>
#include <string.h>

#include "core/put.h"

struct ex_scope {
    struct ex_entries *allowed; /* owned; one for each list */
    size_t n_allowed;
    struct ex_entries excluded, opted_out;
};

static size_t count_texts(const char *const *texts)
{
    size_t n = 0;

    while (texts && texts[n])
        n++;
    return n;
}

static enum ex_status read_all(struct ex_entries *t, const char *const *files,
                               ex_entry_line_fn *parse, struct ex_error *err)
{
    const size_t n = count_texts(files);
    enum ex_status st = EX_OK;

    for (size_t i = 0; st == EX_OK && i < n; i++)
        st = ex_entries_read(t, files[i], (uint16_t)i, parse, err);
    return st;
}

static enum ex_status read_scopes(struct ex_scope *s, const char *const *files,
                                  struct ex_error *err)
{
    const size_t n = count_texts(files);
    enum ex_status st = EX_OK;

    if (n == 0)
        return EX_OK;
    s->allowed = calloc(n, sizeof(*s->allowed));
    if (!s->allowed)
        return EX_ENOMEM;
    for (s->n_allowed = 0; st == EX_OK && s->n_allowed < n; s->n_allowed++) {
        struct ex_entries *t = &s->allowed[s->n_allowed];

        st = ex_entries_read(t, files[s->n_allowed], 0, ex_scope_line_parse, err);
        ex_entries_sort(t);
    }
    return st;
}

/* "ENTRY,ENTRY": an empty one is an error, because something was left out there. */
static enum ex_status read_words(struct ex_entries *t, const char *const *texts,
                                 struct ex_error *err)
{
    const size_t n = count_texts(texts);
    enum ex_status st = EX_OK;

    for (size_t i = 0; st == EX_OK && i < n; i++) {
        const char *at = texts[i];

        for (bool more = true; st == EX_OK && more;) {
            const size_t length = strcspn(at, ",");
            const struct ex_span word = { (const uint8_t *)at, length };

            st = ex_entries_add_word(t, ex_span_trim(word), "exclude", err);
            more = at[length] == ',';
            at += length + more;
        }
    }
    return st;
}

enum ex_status ex_scope_new(struct ex_scope **out, const struct ex_scope_options *opt,
                            struct ex_error *err)
{
    struct ex_scope *s = calloc(1, sizeof(*s));
    enum ex_status st = s ? read_scopes(s, opt->scopes, err) : EX_ENOMEM;

    *out = NULL;
    if (st == EX_OK)
        st = read_words(&s->excluded, opt->excludes, err);
    if (st == EX_OK)
        st = read_all(&s->excluded, opt->exclude_files, ex_scope_line_parse, err);
    if (st == EX_OK)
        st = read_all(&s->opted_out, opt->opt_outs, ex_opt_out_line_parse, err);
    if (st != EX_OK) {
        ex_scope_free(s);
        return st;
    }
    ex_entries_sort(&s->excluded);
    ex_entries_sort(&s->opted_out);
    *out = s;
    return EX_OK;
}

/* The IPv4 host that a connection to an IPv6 address of certain forms ends at. */
static bool embedded_v4(const struct ex_addr *a, struct ex_addr *out)
{
    static const uint8_t nat64[12] = { 0x00, 0x64, 0xff, 0x9b }; /* RFC 6052 2.1 */
    enum { NAT64_AT = 12, SIX_TO_FOUR_AT = 2, V4_BYTES = 4 };

    *out = (struct ex_addr){ .family = 4 };
    if (a->family == 6 && memcmp(a->bytes, nat64, sizeof(nat64)) == 0)
        memcpy(out->bytes, a->bytes + NAT64_AT, V4_BYTES);
    else if (a->family == 6 && a->bytes[0] == 0x20 && a->bytes[1] == 0x02) /* RFC 3056 2 */
        memcpy(out->bytes, a->bytes + SIX_TO_FOUR_AT, V4_BYTES);
    else
        return false;
    return true;
}

/* What denies @whom in @t, by name or by address; NULL: nothing. */
static const struct ex_entry_row *denied_by(const struct ex_entries *t, const struct ex_whom *whom)
{
    const struct ex_entry_row *row = NULL;
    struct ex_addr v4;

    if (t->n == 0)
        return NULL;
    if (whom->name)
        row = ex_entries_find_name(t, whom->name);
    if (!row && whom->address)
        row = ex_entries_find_address(t, whom->address);
    if (!row && whom->address && embedded_v4(whom->address, &v4))
        row = ex_entries_find_address(t, &v4);
    return row;
}

/* Why @t does not allow @whom; NULL: it does. */
static const char *not_allowed_by(const struct ex_entries *t, const struct ex_whom *whom)
{
    if (t->n == 0)
        return "the scope is empty";
    if (whom->name && t->n_names > 0 && !ex_entries_find_name(t, whom->name))
        return "its name is not in the scope";
    if (!whom->address || (whom->looked_up && t->n_networks == 0) ||
        ex_entries_find_address(t, whom->address))
        return NULL;
    return whom->name && !whom->looked_up && t->n_networks == 0
               ? "pinned to an address, and the scope has none"
               : "its address is not in the scope";
}

static void say_opt_out(char why[static EX_DETAIL_SIZE], const struct ex_entries *t,
                        const struct ex_entry_row *row)
{
    struct ex_put w = ex_put_of(why, EX_DETAIL_SIZE);
    char day[EX_DAY_TEXT];

    ex_put_str(&w, ex_day_format(day, row->day));
    ex_put_str(&w, ": ");
    ex_put_str(&w, t->text + row->reason);
}

static void say_exclude(char why[static EX_DETAIL_SIZE], const struct ex_entries *t,
                        const struct ex_entry_row *row)
{
    struct ex_put w = ex_put_of(why, EX_DETAIL_SIZE);
    char entry[EX_ENTRY_TEXT];

    ex_put_str(&w, "excluded: ");
    ex_put_str(&w, ex_entry_format(entry, t, row));
}

enum ex_state ex_scope_judge(const struct ex_scope *s, const struct ex_whom *whom,
                             char why[static EX_DETAIL_SIZE])
{
    const struct ex_entry_row *row = denied_by(&s->opted_out, whom);

    why[0] = '\0';
    if (row) {
        say_opt_out(why, &s->opted_out, row);
        return EX_STATE_OPTED_OUT;
    }
    row = denied_by(&s->excluded, whom);
    if (row) {
        say_exclude(why, &s->excluded, row);
        return EX_STATE_OUT_OF_SCOPE;
    }
    for (size_t i = 0; i < s->n_allowed; i++) {
        const char *words = not_allowed_by(&s->allowed[i], whom);

        if (words) {
            ex_span_copy(why, EX_DETAIL_SIZE, ex_span_str(words));
            return EX_STATE_OUT_OF_SCOPE;
        }
    }
    return EX_STATE_ANSWERED;
}

enum ex_state ex_scope_judge_target(const struct ex_scope *s, const struct ex_target *t,
                                    char why[static EX_DETAIL_SIZE])
{
    const bool is_name = t->kind == EX_TARGET_NAME;
    const struct ex_whom whom = { .name = is_name ? t->name : NULL,
                                  .address = !is_name             ? &t->addr
                                             : t->pin.family != 0 ? &t->pin
                                                                  : NULL };

    return ex_scope_judge(s, &whom, why);
}

int ex_scope_empty(const struct ex_scope *s)
{
    for (size_t i = 0; i < s->n_allowed; i++)
        if (s->allowed[i].n == 0)
            return (int)i;
    return -1;
}

static void hand_out(const struct ex_entries *t, void (*take)(const char *entry, void *arg),
                     void *arg)
{
    char text[EX_ENTRY_TEXT];

    for (size_t i = 0; i < t->n; i++)
        take(ex_entry_format(text, t, &t->row[i]), arg);
}

void ex_scope_each(const struct ex_scope *s, enum ex_scope_kind kind,
                   void (*take)(const char *entry, void *arg), void *arg)
{
    if (kind == EX_SCOPE_EXCLUDED)
        hand_out(&s->excluded, take, arg);
    else if (kind == EX_SCOPE_OPTED_OUT)
        hand_out(&s->opted_out, take, arg);
    for (size_t i = 0; kind == EX_SCOPE_ALLOWED && i < s->n_allowed; i++) {
        take("", arg);
        hand_out(&s->allowed[i], take, arg);
    }
}

size_t ex_scope_count(const struct ex_scope *s, enum ex_scope_kind kind)
{
    size_t n = 0;

    if (kind != EX_SCOPE_ALLOWED)
        return kind == EX_SCOPE_EXCLUDED ? s->excluded.n : s->opted_out.n;
    for (size_t i = 0; i < s->n_allowed; i++)
        n += s->allowed[i].n;
    return n;
}

void ex_scope_free(struct ex_scope *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->n_allowed; i++)
        ex_entries_free(&s->allowed[i]);
    free(s->allowed);
    ex_entries_free(&s->excluded);
    ex_entries_free(&s->opted_out);
    free(s);
}
