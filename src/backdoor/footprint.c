// SPDX-License-Identifier: MIT
#include "backdoor/footprint.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* Fields that come and go with caches, compression, sessions and the connection; none
 * of them tells a page that is there from one that is not. */
static const char *const volatile_names[] = {
    "accept-ranges",
    "age",
    "alt-svc",
    "connection",
    "content-encoding",
    "content-length",
    "date",
    "etag",
    "expires",
    "keep-alive",
    "last-modified",
    "nel",
    "proxy-connection",
    "report-to",
    "request-id",
    "retry-after",
    "server-timing",
    "set-cookie",
    "transfer-encoding",
    "vary",
    "via",
    "warning",
};

/* The same, by the start of the name. */
static const char *const volatile_starts[] = {
    "akamai-",     "cf-",           "x-akamai", "x-amz-",       "x-azure-",      "x-cache",
    "x-cdn",       "x-correlation", "x-iinfo",  "x-ms-request", "x-request",     "x-runtime",
    "x-served-by", "x-timer",       "x-trace",  "x-varnish",    "x-proxy-cache",
};

static bool is_volatile(struct ex_span name)
{
    for (size_t i = 0; i < N_OF(volatile_names); i++)
        if (ex_span_eq_nocase(name, volatile_names[i]))
            return true;
    for (size_t i = 0; i < N_OF(volatile_starts); i++)
        if (ex_span_starts_nocase(name, volatile_starts[i]))
            return true;
    return false;
}

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static uint64_t hash_nocase(struct ex_span s)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325);

    for (size_t i = 0; i < s.n; i++)
        h = (h ^ lower(s.p[i])) * UINT64_C(0x100000001b3);
    return h ^ h >> 29;
}

static bool came_before(const struct ex_exchange *x, size_t i)
{
    const uint64_t hash = hash_nocase(x->headers[i].name);

    for (size_t k = 0; k < i; k++)
        if (x->headers[k].name.n == x->headers[i].name.n && hash_nocase(x->headers[k].name) == hash)
            return true;
    return false;
}

/* "text/html" of "text/html; charset=utf-8". */
static struct ex_span media_type(struct ex_span value)
{
    size_t n = 0;

    while (n < value.n && value.p[n] != ';')
        n++;
    return ex_span_trim(ex_span_part(value, 0, n));
}

/* A sum, so that the order of the fields does not matter: proxies sort them. */
static uint64_t header_set(const struct ex_exchange *x)
{
    const struct ex_header *type = ex_exchange_header(x, "Content-Type");
    uint64_t sum = type ? hash_nocase(media_type(type->value)) * 3 : 0;

    for (size_t i = 0; i < x->n_headers; i++)
        if (!is_volatile(x->headers[i].name) && !came_before(x, i))
            sum += hash_nocase(x->headers[i].name);
    return sum;
}

struct ex_footprint ex_footprint_of(const struct ex_exchange *x)
{
    const struct ex_header *location = ex_exchange_header(x, "Location");
    struct ex_footprint f = { .status = x->status,
                              .partial = x->outcome != EX_OUT_OK,
                              .headers = header_set(x) };

    for (int i = 0; i < EX_N_FORMS; i++) {
        const enum ex_form form = (enum ex_form)i;

        if (location)
            f.location[i] = ex_normal_print(location->value, x->path, form, EX_COLLAPSE_LOCATION);
        f.body[i] = ex_normal_print(x->body, x->path, form, EX_COLLAPSE_BODY);
    }
    return f;
}

bool ex_prints_agree(const struct ex_print a[EX_N_FORMS], const struct ex_print b[EX_N_FORMS])
{
    for (int i = 0; i < EX_N_FORMS; i++)
        if (ex_print_eq(a[i], b[i]))
            return true;
    return false;
}

bool ex_same_page(const struct ex_footprint *a, const struct ex_footprint *b)
{
    return a->status == b->status && !a->partial && !b->partial &&
           ex_prints_agree(a->location, b->location) && ex_prints_agree(a->body, b->body);
}
