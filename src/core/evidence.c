// SPDX-License-Identifier: MIT
#include "core/evidence.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
    const char *name, *path;
} probes[] = {
#define X(id, name, path) { name, path },
    EX_PROBE_MAP(X)
#undef X
};

static const char *const sources[] = {
#define X(id, text) text,
    EX_SOURCE_MAP(X)
#undef X
};

static const char *const schemes[] = {
#define X(id, text) text,
    EX_SCHEME_MAP(X)
#undef X
};

const char *ex_probe_name(enum ex_probe p)
{
    return (size_t)p < N_OF(probes) ? probes[p].name : "";
}

const char *ex_probe_path(enum ex_probe p)
{
    return (size_t)p < N_OF(probes) ? probes[p].path : "";
}

const char *ex_source_str(enum ex_source_id s)
{
    return (size_t)s < N_OF(sources) ? sources[s] : "";
}

const char *ex_scheme_str(enum ex_scheme_bit s)
{
    return (size_t)s < N_OF(schemes) ? schemes[s] : "";
}

void ex_evidence_init(struct ex_evidence *ev, const char *target_name)
{
    memset(ev, 0, sizeof(*ev));
    ev->folders.found = -1;
    ex_span_copy(ev->target, sizeof(ev->target), ex_span_str(target_name));
}

struct ex_answer *ex_evidence_answer(struct ex_evidence *ev, enum ex_probe probe)
{
    struct ex_answer *a;

    if (ev->n_answers == EX_ANSWERS_MAX)
        return NULL;
    a = &ev->answers[ev->n_answers++];
    *a = (struct ex_answer){ .probe = (uint8_t)probe, .front_end = -1, .device = -1 };
    return a;
}

void ex_evidence_add(struct ex_evidence *ev, enum ex_source_id source, const struct ex_answer *a,
                     struct ex_span value)
{
    struct ex_fact *f;
    char text[EX_FACT_TEXT];

    ex_span_copy(text, sizeof(text), value);
    for (size_t i = 0; i < ev->n_facts; i++)
        if (ev->facts[i].source == source && strcmp(ev->facts[i].value, text) == 0)
            return;
    if (ev->n_facts == EX_FACTS_MAX)
        return;
    f = &ev->facts[ev->n_facts++];
    f->source = (uint8_t)source;
    f->answer = a ? (uint8_t)(a - ev->answers) : EX_ANSWERS_MAX;
    memcpy(f->value, text, sizeof(text));
}

int8_t ex_evidence_front_end(struct ex_evidence *ev, struct ex_span name)
{
    char text[EX_HOSTNAME_SIZE];

    ex_span_copy(text, sizeof(text), name);
    if (text[0] == '\0')
        return -1;
    for (int8_t i = 0; i < (int8_t)ev->n_front_ends; i++)
        if (ex_span_eq_nocase(ex_span_str(ev->front_ends[i].name), text))
            return i;
    if (ev->n_front_ends == EX_FRONT_ENDS_MAX)
        return -1;
    memcpy(ev->front_ends[ev->n_front_ends].name, text, sizeof(text));
    return (int8_t)ev->n_front_ends++;
}

const struct ex_answer *ex_evidence_of(const struct ex_evidence *ev, enum ex_probe probe)
{
    for (size_t i = 0; i < ev->n_answers; i++)
        if (ev->answers[i].probe == probe && ev->answers[i].status != 0)
            return &ev->answers[i];
    return NULL;
}

const char *ex_evidence_path(const struct ex_evidence *ev, const struct ex_answer *a)
{
    if (!a)
        return "";
    if (a->probe == EX_PROBE_CONTROL)
        return ev->control_path;
    if (a->probe == EX_PROBE_AGAIN)
        return ex_probe_path((enum ex_probe)ev->again_of);
    return ex_probe_path((enum ex_probe)a->probe);
}

uint64_t ex_hash(struct ex_span s)
{
    uint64_t h = 0xcbf29ce484222325u;

    for (size_t i = 0; i < s.n; i++)
        h = (h ^ s.p[i]) * 0x100000001b3u;
    return s.n && h == 0 ? 1 : s.n ? h : 0;
}

static uint8_t lower(char c)
{
    return (uint8_t)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool ex_same_short_name(const char *a, const char *b)
{
    const size_t n = strcspn(a, ".");

    if (n == 0 || n != strcspn(b, "."))
        return false;
    for (size_t i = 0; i < n; i++)
        if (lower(a[i]) != lower(b[i]))
            return false;
    return true;
}
