// SPDX-License-Identifier: MIT
#include "input/source.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "core/quote.h"
#include "input/idna.h"
#include "input/lines.h"
#include "input/lists.h"
#include "input/place.h"
#include "input/seen.h"

enum {
    MESSAGE_SIZE = 1024,
    LONG_LINE_SHOWN = 16, /* bytes: no escape makes them longer than a quoted value */
};

struct ex_source {
    const struct ex_source_options *opt; /* borrowed */
    uint64_t network_max;
    size_t next_arg;
    unsigned list; /* being read */
    struct ex_lists lists;
    struct ex_lines lines;
    struct ex_seen *seen;
    struct ex_place place;  /* of the current line */
    struct ex_target given; /* what the current line says */
    uint64_t next, n_given; /* addresses of it, for a network; else it counts as one */
    bool noted;             /* the current line had its note about tags */
    struct ex_source_counts counts;
    int stop_fd;
    atomic_bool stopped;
};

/* What became of the next line. */
enum taken {
    TAKEN_TARGET,
    TAKEN_NOTHING, /* blank or bad */
    TAKEN_END,
};

static const char *list_name(const struct ex_source *s, struct ex_place p)
{
    return p.list == EX_PLACE_ARGUMENT ? NULL : s->opt->lists[p.list];
}

static enum ex_status bad_line(struct ex_source *s, const char *what, struct ex_error *err)
{
    char place[EX_PLACE_SIZE], message[MESSAGE_SIZE];

    ex_place_format(place, s->place, list_name(s, s->place));
    s->counts.bad_lines++;
    if (s->opt->strict) {
        ex_error_set(err, "%s: %s", place, what);
        return EX_EINPUT;
    }
    snprintf(message, sizeof(message), "%s: %s", place, what);
    s->opt->on_bad_line(message, s->opt->arg);
    return EX_OK;
}

/* The smallest prefix length whose networks are within the limit. */
static unsigned prefix_min(const struct ex_target *net, uint64_t max)
{
    unsigned host_bits = 0;

    while (host_bits < 32 && max >> (host_bits + 1) > 0)
        host_bits++;
    return (net->addr.family == 4 ? 32 : 128) - host_bits;
}

static enum ex_status refuse_network(struct ex_source *s, struct ex_span text, struct ex_error *err)
{
    char q[EX_QUOTE_SIZE];
    struct ex_error what;

    ex_error_set(&what,
                 "%s: a network of %llu addresses is above the limit of %llu; list networks of "
                 "/%u and longer",
                 ex_quote(q, text), (unsigned long long)ex_network_size(&s->given),
                 (unsigned long long)s->network_max, prefix_min(&s->given, s->network_max));
    return bad_line(s, what.text, err);
}

/* Read one line or argument into s->given. */
static enum ex_status take_text(struct ex_source *s, struct ex_span text, enum taken *taken,
                                struct ex_error *err)
{
    enum ex_line_kind kind = EX_LINE_BLANK;
    struct ex_error what = { "" };
    enum ex_status st = ex_target_parse_line(text, &s->given, &kind, &what);

    *taken = TAKEN_NOTHING;
    s->counts.lines++;
    s->noted = false;
    s->next = s->n_given = 0;
    if (st == EX_OK && kind == EX_LINE_BLANK) {
        if (s->place.list != EX_PLACE_ARGUMENT)
            return EX_OK;
        return bad_line(s, "it is empty; write a host, an address or a network", err);
    }
    if (st == EX_OK && s->given.needs_idna) {
        st = ex_idna_to_ascii(s->given.name, &what);
        s->given.needs_idna = false;
    }
    if (st == EX_ENOMEM)
        return st;
    if (st != EX_OK)
        return bad_line(s, what.text, err);
    s->n_given = s->given.kind == EX_TARGET_NETWORK ? ex_network_size(&s->given) : 1;
    if (s->n_given > s->network_max) {
        s->n_given = 0;
        return refuse_network(s, ex_span_trim(text), err);
    }
    s->given.line = s->place.list == EX_PLACE_ARGUMENT ? 0 : s->place.line;
    *taken = TAKEN_TARGET;
    return EX_OK;
}

static enum ex_status take_long_line(struct ex_source *s, const struct ex_line *line,
                                     struct ex_error *err)
{
    char q[EX_QUOTE_SIZE];
    struct ex_error what;

    s->counts.lines++;
    ex_error_set(&what,
                 "a line that begins with %s has %llu bytes; at most %d are accepted, one target a "
                 "line",
                 ex_quote(q, (struct ex_span){ line->text.p, LONG_LINE_SHOWN }),
                 (unsigned long long)line->n_bytes, EX_LINE_MAX);
    return bad_line(s, what.text, err);
}

static enum ex_status read_failed(struct ex_source *s, struct ex_error *err)
{
    char place[EX_PLACE_SIZE];

    s->place.line++;
    ex_error_set(err, "%s: cannot read the list further: %s; the targets after it are missing",
                 ex_place_format(place, s->place, list_name(s, s->place)),
                 strerror(s->lines.error));
    return EX_EINPUT;
}

/* The next line of the list that is open. TAKEN_END: of this list. */
static enum ex_status take_line(struct ex_source *s, enum taken *taken, struct ex_error *err)
{
    struct ex_line line;

    *taken = TAKEN_NOTHING;
    switch (ex_lines_next(&s->lines, &line)) {
    case EX_LINES_STOPPED:
        atomic_store(&s->stopped, true);
        return EX_OK;
    case EX_LINES_END:
        *taken = TAKEN_END;
        return EX_OK;
    case EX_LINES_ERROR:
        return read_failed(s, err);
    case EX_LINES_LINE:
        break;
    }
    s->place.line = line.number;
    if (line.number == 1 && ex_lines_is_utf16(line.text)) {
        char place[EX_PLACE_SIZE];

        ex_lists_say_utf16(ex_place_format(place, s->place, list_name(s, s->place)), err);
        return EX_EINPUT;
    }
    if (line.n_bytes > EX_LINES_KEPT)
        return take_long_line(s, &line, err);
    return take_text(s, line.text, taken, err);
}

/* The next argument or line, from whatever comes next. */
static enum ex_status take_next(struct ex_source *s, enum taken *taken, struct ex_error *err)
{
    const char *arg = s->opt->targets ? s->opt->targets[s->next_arg] : NULL;
    enum ex_status st;

    if (arg) {
        s->place = (struct ex_place){ EX_PLACE_ARGUMENT, ++s->next_arg };
        return take_text(s, ex_span_str(arg), taken, err);
    }
    *taken = TAKEN_END;
    if (s->list == s->lists.n)
        return EX_OK;
    if (s->place.list != s->list) {
        s->place = (struct ex_place){ (uint16_t)s->list, 0 };
        ex_lines_init(&s->lines, s->lists.fd[s->list], s->stop_fd);
    }
    st = take_line(s, taken, err);
    if (st == EX_OK && *taken == TAKEN_END) {
        ex_lists_done(&s->lists, s->list++);
        *taken = TAKEN_NOTHING;
    }
    return st;
}

/* The same for the same tags in any order. */
static uint64_t hash_tags(const struct ex_source *s, const char *tags)
{
    uint64_t sum = 0;
    size_t at = 0;

    while (tags[at]) {
        const size_t key_n = strlen(tags + at) + 1;
        const size_t n = key_n + strlen(tags + at + key_n) + 1;

        sum += ex_seen_hash(s->seen, (struct ex_span){ (const uint8_t *)tags + at, n });
        at += n;
    }
    return sum;
}

static void note_tags(struct ex_source *s, const char *identity, uint64_t first)
{
    const struct ex_place was = ex_place_unpack(first);
    char here[EX_PLACE_SIZE], there[EX_PLACE_SIZE], message[MESSAGE_SIZE];

    s->counts.tag_conflicts++;
    if (s->noted || !s->opt->on_note)
        return;
    s->noted = true;
    snprintf(message, sizeof(message),
             "%s: %s is listed again with other tags; those of %s are kept",
             ex_place_format(here, s->place, list_name(s, s->place)), identity,
             ex_place_format(there, was, list_name(s, was)));
    s->opt->on_note(message, s->opt->arg);
}

/* Is @t new? "host:port" and the pinned address make a target. */
static enum ex_status check_new(struct ex_source *s, const struct ex_target *t, bool *is_new,
                                struct ex_error *err)
{
    char identity[EX_TARGET_TEXT + EX_ADDR_TEXT + 1], pin[EX_ADDR_TEXT];
    const uint64_t tags = hash_tags(s, t->tags);
    struct ex_seen_note note = { .a = tags, .b = ex_place_pack(s->place) };
    enum ex_status st;

    ex_target_format(identity, t);
    if (t->pin.family) {
        const size_t n = strlen(identity);

        snprintf(identity + n, sizeof(identity) - n, "@%s", ex_addr_format(pin, &t->pin));
    }
    st = ex_seen_add(s->seen, ex_span_str(identity), &note, is_new, err);
    if (st == EX_OK && !*is_new) {
        s->counts.duplicates++;
        if (note.a != tags)
            note_tags(s, identity, note.b);
    }
    return st;
}

enum ex_status ex_source_next(struct ex_source *s, struct ex_target *out, bool *got,
                              struct ex_error *err)
{
    enum ex_status st = EX_OK;

    *got = false;
    while (st == EX_OK && !atomic_load(&s->stopped)) {
        enum taken taken;
        bool is_new;

        if (s->next == s->n_given) {
            st = take_next(s, &taken, err);
            if (st != EX_OK)
                break;
            if (taken == TAKEN_END) {
                s->counts.complete = true;
                break;
            }
            continue;
        }
        if (s->given.kind == EX_TARGET_NETWORK)
            ex_network_at(&s->given, ex_network_shuffled(&s->given, s->next), out);
        else
            *out = s->given;
        s->next++;
        st = check_new(s, out, &is_new, err);
        if (st == EX_OK && is_new) {
            s->counts.targets++;
            *got = true;
            return EX_OK;
        }
    }
    atomic_store(&s->stopped, true);
    return st;
}

enum ex_status ex_source_new(struct ex_source **out, const struct ex_source_options *opt,
                             struct ex_error *err)
{
    struct ex_source *s = NULL;
    enum ex_status st = EX_ENOMEM;

    *out = NULL;
    if (!(opt->targets && opt->targets[0]) && !(opt->lists && opt->lists[0])) {
        ex_error_set(err, "no targets given; name hosts, or a list with --list FILE");
        return EX_EINPUT;
    }
    s = calloc(1, sizeof(*s));
    if (!s)
        return EX_ENOMEM;
    s->opt = opt;
    s->network_max = opt->network_max ? opt->network_max : EX_NETWORK_MAX_DEFAULT;
    s->place.list = EX_PLACE_ARGUMENT;
    s->stop_fd = -1;
    st = ex_lists_open(&s->lists, opt->lists, err);
    if (st == EX_OK)
        st = ex_seen_new(&s->seen, EX_SEEN_RAM_MAX, err);
    if (st != EX_OK)
        goto out;
    s->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (s->stop_fd < 0) {
        ex_error_set(err, "cannot make an event descriptor: %s", strerror(errno));
        st = EX_EINTERNAL;
        goto out;
    }
    *out = s;
    s = NULL;
out:
    ex_source_free(s);
    return st;
}

void ex_source_stop(struct ex_source *s)
{
    const int before = errno;
    const uint64_t one = 1;

    atomic_store(&s->stopped, true);
    /* Fails only when the counter is full, and then it is readable already. */
    if (write(s->stop_fd, &one, sizeof(one)) != (ssize_t)sizeof(one))
        errno = before;
}

struct ex_source_counts ex_source_counts(const struct ex_source *s)
{
    return s->counts;
}

void ex_source_free(struct ex_source *s)
{
    if (!s)
        return;
    ex_lists_close(&s->lists);
    ex_seen_free(s->seen);
    if (s->stop_fd >= 0)
        close(s->stop_fd);
    free(s);
}
