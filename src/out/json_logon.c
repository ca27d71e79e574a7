// SPDX-License-Identifier: MIT
#include "out/json_parts.h"
#include "out/signs.h"

static const char not_looked[] = "not compared: this record says nothing about tampering";
static const char limits[] =
    "Code on the server that takes passwords, IIS modules and implants in memory leave the page as"
    " it was, and so does a device in front. Changes may be shown to some visitors only. Scripts"
    " of other sites and pages that may hold stolen passwords were not fetched.";

/* The ids of the features that are set. */
static json_t *features(uint16_t set)
{
    struct ex_json j = ex_json_array();

    for (unsigned i = 0; i < EX_N_FEATURES; i++)
        if (set & 1u << i)
            ex_json_push(&j, json_string(ex_feature_str((enum ex_feature)i)));
    return ex_json_done(&j);
}

static json_t *origins(const struct ex_logon_page *page)
{
    struct ex_json j = ex_json_array();

    for (uint8_t i = 0; page && i < page->n_origins; i++)
        ex_json_push(&j, ex_json_text(page->origins[i]));
    return ex_json_done(&j);
}

static json_t *page_word(enum ex_credential_page page)
{
    return json_string(page == EX_CP_EXPIRED ? "expired-password" : "logon");
}

static json_t *pages(const struct ex_logon_page *page)
{
    struct ex_json j = ex_json_array();

    for (unsigned i = 0; page && i < EX_N_CREDENTIAL_PAGES; i++) {
        struct ex_json one = ex_json_object();

        ex_json_set(&one, "page", page_word((enum ex_credential_page)i));
        ex_json_set(&one, "seen", json_boolean(page->seen[i]));
        ex_json_set(&one, "native", json_boolean(page->native[i]));
        ex_json_set(&one, "form", json_boolean(page->form[i]));
        ex_json_set(&one, "cut", json_boolean(page->cut[i]));
        ex_json_push(&j, ex_json_done(&one));
    }
    return ex_json_done(&j);
}

static json_t *script(const struct ex_script *s)
{
    struct ex_json j = ex_json_object();

    ex_json_set(&j, "page", page_word(s->page));
    ex_json_set(&j, "kind", json_string(ex_script_kind_str(s->kind)));
    ex_json_set(&j, "known", json_boolean(s->known));
    ex_json_set(&j, "benign", json_boolean(s->benign));
    ex_json_set(&j, "tried", json_boolean(s->tried));
    ex_json_set(&j, "fetched", json_boolean(s->fetched));
    ex_json_set(&j, "cut", json_boolean(s->cut));
    ex_json_set(&j, "decoded", json_boolean(s->decoded));
    ex_json_set(&j, "integrity", json_boolean(s->integrity));
    ex_json_set(&j, "features", features(s->features));
    ex_json_set(&j, "score", json_integer(s->score));
    ex_json_set(&j, "bytes", json_integer(s->bytes));
    ex_json_set(&j, "sha256", ex_json_text_or_null(s->sha256));
    ex_json_set(&j, "url", ex_json_text_or_null(s->url));
    ex_json_set(&j, "sink", ex_json_text_or_null(s->sink));
    ex_json_set(&j, "excerpt", ex_json_text_or_null(s->excerpt));
    return ex_json_done(&j);
}

static json_t *scripts(const struct ex_logon_page *page)
{
    struct ex_json j = ex_json_array();

    for (uint8_t i = 0; page && i < page->n_scripts; i++)
        ex_json_push(&j, script(&page->scripts[i]));
    return ex_json_done(&j);
}

json_t *ex_json_logon(const struct ex_result *r)
{
    static const struct ex_logon_page none;
    const struct ex_logon_page *page = r->logon, *p = page ? page : &none;
    struct ex_json j = ex_json_object();
    char summary[EX_SIGNS_SIZE];

    ex_json_set(&j, "state", json_string(ex_logon_str(p->state)));
    ex_json_set(&j, "summary", ex_json_text(ex_signs_logon(summary, r)));
    ex_json_set(&j, "score", json_integer(p->score));
    ex_json_set(&j, "features", features(p->features));
    ex_json_set(&j, "foreign_origins", origins(page));
    ex_json_set(&j, "target", ex_json_text_or_null(p->target));
    ex_json_set(&j, "hash", ex_json_text_or_null(p->hash));
    ex_json_set(&j, "theme", ex_json_text_or_null(p->theme));
    ex_json_set(&j, "pages", pages(page));
    ex_json_set(&j, "doubtful", json_boolean(p->doubtful));
    ex_json_set(&j, "incomplete", json_boolean(p->incomplete));
    ex_json_set(&j, "flogon_differs", json_boolean(p->flogon_differs));
    ex_json_set(&j, "pages_differ", json_boolean(p->pages_differ));
    ex_json_set(&j, "scripts", scripts(page));
    ex_json_set(&j, "more", json_integer(p->n_more));
    ex_json_set(&j, "exhibit",
                p->state == EX_LP_GENUINE ? ex_json_exhibit_brief(p->exhibit)
                                          : ex_json_exhibit(p->exhibit));
    ex_json_set(&j, "limits", json_string(page ? limits : not_looked));
    return ex_json_done(&j);
}
