// SPDX-License-Identifier: MIT
#include "out/json_parts.h"
#include "out/signs.h"

static const char not_looked[] = "not compared: this record says nothing about tampering";
static const char limits[] =
    "Code on the server that takes passwords, IIS modules and implants in memory leave the page as"
    " it was, and so does a device in front. Changes may be shown to some visitors only. Scripts"
    " of other sites and pages that may hold stolen passwords were not fetched.";

/* The ids of the features that are set. */
static void features(struct ex_json *j, uint16_t set)
{
    ex_json_array(j, "features");
    for (unsigned i = 0; i < EX_N_FEATURES; i++)
        if (set & 1u << i)
            ex_json_text(j, NULL, ex_feature_str((enum ex_feature)i));
    ex_json_close(j);
}

static void origins(struct ex_json *j, const struct ex_logon_page *page)
{
    ex_json_array(j, "foreign_origins");
    for (uint8_t i = 0; page && i < page->n_origins; i++)
        ex_json_text(j, NULL, page->origins[i]);
    ex_json_close(j);
}

static const char *page_word(enum ex_credential_page page)
{
    return page == EX_CP_EXPIRED ? "expired-password" : "logon";
}

static void pages(struct ex_json *j, const struct ex_logon_page *page)
{
    ex_json_array(j, "pages");
    for (unsigned i = 0; page && i < EX_N_CREDENTIAL_PAGES; i++) {
        ex_json_object(j, NULL);
        ex_json_text(j, "page", page_word((enum ex_credential_page)i));
        ex_json_bool(j, "seen", page->seen[i]);
        ex_json_bool(j, "native", page->native[i]);
        ex_json_bool(j, "form", page->form[i]);
        ex_json_bool(j, "cut", page->cut[i]);
        ex_json_close(j);
    }
    ex_json_close(j);
}

static void script(struct ex_json *j, const struct ex_script *s)
{
    ex_json_object(j, NULL);
    ex_json_text(j, "page", page_word(s->page));
    ex_json_text(j, "kind", ex_script_kind_str(s->kind));
    ex_json_bool(j, "known", s->known);
    ex_json_bool(j, "benign", s->benign);
    ex_json_bool(j, "tried", s->tried);
    ex_json_bool(j, "fetched", s->fetched);
    ex_json_bool(j, "cut", s->cut);
    ex_json_bool(j, "decoded", s->decoded);
    ex_json_bool(j, "integrity", s->integrity);
    features(j, s->features);
    ex_json_int(j, "score", s->score);
    ex_json_int(j, "bytes", s->bytes);
    ex_json_text_or_null(j, "sha256", s->sha256);
    ex_json_text_or_null(j, "url", s->url);
    ex_json_text_or_null(j, "sink", s->sink);
    ex_json_text_or_null(j, "excerpt", s->excerpt);
    ex_json_close(j);
}

static void scripts(struct ex_json *j, const struct ex_logon_page *page)
{
    ex_json_array(j, "scripts");
    for (uint8_t i = 0; page && i < page->n_scripts; i++)
        script(j, &page->scripts[i]);
    ex_json_close(j);
}

void ex_json_logon(struct ex_json *j, const struct ex_result *r)
{
    static const struct ex_logon_page none;
    const struct ex_logon_page *page = r->logon, *p = page ? page : &none;

    char summary[EX_SIGNS_SIZE];

    ex_json_object(j, "logon_page");
    ex_json_text(j, "state", ex_logon_str(p->state));
    ex_json_text(j, "summary", ex_signs_logon(summary, r));
    ex_json_int(j, "score", p->score);
    features(j, p->features);
    origins(j, page);
    ex_json_text_or_null(j, "target", p->target);
    ex_json_text_or_null(j, "hash", p->hash);
    ex_json_text_or_null(j, "theme", p->theme);
    pages(j, page);
    ex_json_bool(j, "doubtful", p->doubtful);
    ex_json_bool(j, "incomplete", p->incomplete);
    ex_json_bool(j, "flogon_differs", p->flogon_differs);
    ex_json_bool(j, "pages_differ", p->pages_differ);
    scripts(j, page);
    ex_json_int(j, "more", p->n_more);
    if (p->state == EX_LP_GENUINE)
        ex_json_exhibit_brief(j, "exhibit", p->exhibit);
    else
        ex_json_exhibit(j, "exhibit", p->exhibit);
    ex_json_text(j, "limits", page ? limits : not_looked);
    ex_json_close(j);
}
