// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd/config.h"
#include "cmd/explain.h"
#include "input/idna.h"
#include "library/library.h"
#include "net/clock.h"

/* The promise of the header is that of the program. */
_Static_assert((int)EXPROBE_INTERNAL == (int)EX_EXIT_INTERNAL &&
                   (int)EXPROBE_USAGE == (int)EX_EXIT_USAGE &&
                   (int)EXPROBE_INPUT == (int)EX_EXIT_INPUT &&
                   (int)EXPROBE_OUTPUT == (int)EX_EXIT_OUTPUT &&
                   (int)EXPROBE_AGAIN == (int)EX_EXIT_AGAIN &&
                   (int)EXPROBE_CONFIG == (int)EX_EXIT_CONFIG,
               "a status is an exit code");

const char *exprobe_version(void)
{
    return EXPROBE_VERSION;
}

static void say(struct exprobe_error *err, const char *text)
{
    if (err)
        ex_span_copy(err->text, sizeof(err->text), ex_span_str(text));
}

enum exprobe_status exprobe_end(enum ex_status st, const struct ex_error *inner,
                                struct exprobe_error *err)
{
    say(err, st == EX_OK ? "" : inner && inner->text[0] ? inner->text : ex_status_str(st));
    return (enum exprobe_status)ex_exit_of(st);
}

enum exprobe_status exprobe_fail(enum exprobe_status status, struct exprobe_error *err,
                                 const char *fmt, ...)
{
    char text[sizeof(err->text)];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    say(err, text);
    return status;
}

bool exprobe_day(const char *text, int32_t *out)
{
    if (text)
        return ex_day_parse(ex_span_str(text), out) == EX_OK;
    *out = ex_day_of_unix_ms(ex_unix_ms());
    return true;
}

enum ex_status exprobe_target(const char *text, struct ex_target *out, struct ex_error *err)
{
    enum ex_line_kind kind;
    enum ex_status st = ex_target_parse_line(ex_span_str(text), out, &kind, err);

    if (st == EX_OK && kind == EX_LINE_BLANK) {
        ex_error_set(err, "no target: give a host, host:port, or an address");
        return EX_ESYNTAX;
    }
    if (st == EX_OK && out->needs_idna)
        st = ex_idna_to_ascii(out->name, err);
    return st;
}

enum exprobe_status exprobe_data_open(struct exprobe_data **out, const char *dir,
                                      struct exprobe_error *err)
{
    struct exprobe_data *d = calloc(1, sizeof(*d));
    struct ex_error inner = { 0 };

    *out = NULL;
    if (!d)
        return exprobe_end(EX_ENOMEM, NULL, err);
    enum ex_status st = ex_data_load(&d->set, dir, &inner);
    if (st == EX_EIO) /* a folder that the caller named is no fault of ours */
        st = EX_ECONFIG;
    if (st == EX_OK)
        *out = d;
    else
        free(d);
    return exprobe_end(st, &inner, err);
}

void exprobe_data_free(struct exprobe_data *d)
{
    if (d)
        ex_data_free(d->set);
    free(d);
}

const char *exprobe_data_date(const struct exprobe_data *d)
{
    return ex_data_catalog(d->set)->info.date;
}

const char *exprobe_data_sha256(const struct exprobe_data *d)
{
    return ex_data_catalog(d->set)->info.sha256;
}

enum exprobe_status exprobe_explain(const struct exprobe_data *d, const char *build,
                                    const char *day, struct exprobe_record **out,
                                    struct exprobe_error *err)
{
    const char *const builds[] = { build, NULL };
    struct ex_error inner = { 0 };
    char *text = NULL;
    size_t n = 0;
    int32_t today;

    *out = NULL;
    if (!build || !exprobe_day(day, &today))
        return exprobe_fail(EXPROBE_INPUT, err, "give a build, and a day as YYYY-MM-DD");
    FILE *to = open_memstream(&text, &n);
    if (!to)
        return exprobe_end(EX_ENOMEM, NULL, err);
    enum ex_status st = ex_explain(to, ex_data_catalog(d->set), today, builds, true, &inner);
    if (fclose(to) != 0)
        st = EX_ENOMEM;
    if (st == EX_OK) {
        *out = exprobe_record_of(text, n);
        st = *out ? EX_OK : EX_ENOMEM;
    }
    free(text);
    return exprobe_end(st, &inner, err);
}
