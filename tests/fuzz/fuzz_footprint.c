// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>

#include "backdoor/baseline.h"
#include "fuzz.h"

/*
 * A server whose answers repeat what was asked for, in any notation, with numbers and identifiers
 * that change: an answer for a listed name must look like those for random names.
 */

enum { ROOM = 1 << 16, FIELDS_MAX = 8, TOKENS = 9 };

static char bodies[3][ROOM], locations[3][ROOM];

/* Bytes 0x01 to 0x09 of the template stand for these. */
static size_t put_token(char *to, size_t size, int token, const char *path, unsigned n)
{
    const char *name = strrchr(path, '/') + 1;
    const int stem = (int)(strrchr(name, '.') - name);
    int used = 0;

    switch (token) {
    case 1:
        return (size_t)snprintf(to, size, " %s ", path);
    case 2:
        return (size_t)snprintf(to, size, " %%2fowa%%2Fauth%%2f%s ", name);
    case 3:
        return (size_t)snprintf(to, size, " &#47;owa&#x2f;auth\\u002f%s ", name);
    case 4:
        return (size_t)snprintf(to, size, " %s ", name);
    case 5:
        return (size_t)snprintf(to, size, " %.*s ", stem, name);
    case 6:
        return (size_t)snprintf(to, size, " %u ", 98 + n);
    case 7:
        return (size_t)snprintf(to, size, " %08x-abcd-4bcd-8bcd-%012x ", n * 2654435761u, n);
    case 8:
        used = snprintf(to, size, " Mon, %02u Nov 2026 23:59:%02u GMT ", 10 + n, 57 + n);
        return (size_t)used;
    default:
        return (size_t)snprintf(to, size, " id%04x9f ", n * 40503u & 0xffff);
    }
}

/* Render @text for @path. A q begins all names, so that no other text holds one. */
static struct ex_span render(char *to, const uint8_t *text, size_t n, const char *path,
                             unsigned number, bool is_location)
{
    size_t used = 0;

    for (size_t i = 0; i < n && used + 256 < ROOM; i++) {
        /* Short numbers in an address mean something: httpCode=404. */
        if (text[i] >= 1 && text[i] <= TOKENS && !(is_location && (text[i] == 6 || text[i] == 8)))
            used += put_token(to + used, ROOM - used, text[i], path, number);
        else
            to[used++] = (char)(text[i] == 'q' || text[i] == 'Q' ? 'a' : text[i]);
    }
    return (struct ex_span){ (const uint8_t *)to, used };
}

static struct ex_header field(const char *name, struct ex_span value)
{
    return (struct ex_header){ ex_span_str(name), value };
}

/* The fields come in another order each time. */
static void set_fields(struct ex_exchange *x, struct ex_header *fields, struct ex_span location,
                       unsigned number)
{
    const struct ex_header all[] = { field("Location", location), field("Server", ex_span_str("x")),
                                     field("X-Powered-By", ex_span_str("ASP.NET")),
                                     field("Date", ex_span_str(number % 2 ? "a" : "b")) };

    x->headers = fields;
    for (unsigned i = 0; i < 4; i++) {
        const struct ex_header *h = &all[(i + number) % 4];

        if (h->value.n > 0)
            fields[x->n_headers++] = *h;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static const char *const paths[] = { "/owa/auth/qK3wT9bz.aspx", "/owa/auth/qalorimeku.aspx",
                                         "/owa/auth/qutlookEN.aspx" };
    static const int statuses[] = { 404, 302, 200, 500, 401, 403 };
    struct ex_baseline b = { 0 };
    struct ex_exchange x[3];
    struct ex_header fields[3][FIELDS_MAX];
    struct ex_footprint f;
    size_t n_location;

    if (n < 2)
        return 0;
    n_location = data[1] % 64 < n - 2 ? data[1] % 64 : n - 2;
    for (unsigned i = 0; i < 3; i++) {
        x[i] = (struct ex_exchange){ .status = statuses[data[0] % 6], .path = paths[i] };
        set_fields(&x[i], fields[i], render(locations[i], data + 2, n_location, paths[i], i, true),
                   i);
        x[i].body =
            render(bodies[i], data + 2 + n_location, n - 2 - n_location, paths[i], i, false);
        if (i < 2)
            ex_baseline_add(&b, "/owa/auth/", &x[i], "h");
    }
    /* Two answers of one template agree: no second pair. */
    MUST(b.settled && b.n == 2 && b.state != EX_FS_BLOCKED && b.state != EX_FS_NOT_ASKED);
    f = ex_footprint_of(&x[2]);
    MUST(ex_baseline_compare(&b, &f, &x[2]) == EX_TRACE_NONE);
    MUST(ex_same_page(&f, &f));
    /* Another status is never overlooked, whatever the text is. */
    x[2].status = x[2].status == 200 ? 404 : 200;
    f = ex_footprint_of(&x[2]);
    MUST(ex_baseline_compare(&b, &f, &x[2]) >= EX_TRACE_STATUS);
    return 0;
}
