// SPDX-License-Identifier: MIT
#include "fuzz.h"
#include "inspect/html.h"
#include "logon/logon.h"

static const struct ex_script_row scripts[] = {
    { .name = "class name",
      .sha256 = "",
      .masked = true,
      .bare_sha256 = "47fc0abeef5b5f2363ff864b97878f5fee275bdb5841a1e23c51cdd887015d57" },
};
static const struct ex_origin_row origins[] = {
    { .suffix = "google.com", .collector = false },
    { .suffix = "webhook.site", .collector = true },
};
static const struct ex_catalog catalog = {
    .scripts = scripts, .n_scripts = 1, .origins = origins, .n_origins = 2
};
static const struct ex_header html = { { (const uint8_t *)"Content-Type", 12 },
                                       { (const uint8_t *)"text/html", 9 } };
static const char host[] = "mail.example.com:443";

static bool is_ended(const char *s, size_t size)
{
    return memchr(s, '\0', size) != NULL;
}

static void is_sound(const struct ex_logon_page *p)
{
    bool all_known = true;

    MUST(p->n_scripts <= EX_SCRIPTS_MAX && p->n_origins <= EX_ORIGINS_MAX);
    MUST(p->state < EX_N_LOGON_STATES && is_ended(p->target, sizeof(p->target)));
    MUST(is_ended(p->theme, sizeof(p->theme)) && is_ended(p->hash, sizeof(p->hash)));
    for (size_t i = 0; i < p->n_origins; i++)
        MUST(p->origins[i][0] && is_ended(p->origins[i], EX_HOST_TEXT));
    for (size_t i = 0; i < p->n_scripts; i++) {
        const struct ex_script *s = &p->scripts[i];

        MUST(is_ended(s->url, sizeof(s->url)) && is_ended(s->sink, sizeof(s->sink)));
        MUST(is_ended(s->excerpt, sizeof(s->excerpt)) && is_ended(s->sha256, sizeof(s->sha256)));
        MUST(!s->known || (s->features == 0 && s->score == 0));
        MUST(s->score >= 0 && !(s->features & ~p->features));
        MUST(s->kind != EX_SCRIPT_SAME_ORIGIN || s->url[0] == '/');
        all_known &= s->known;
    }
    /* What the word promises. */
    MUST(p->state != EX_LP_GENUINE ||
         (p->seen[EX_CP_LOGON] && p->native[EX_CP_LOGON] && p->form[EX_CP_LOGON] && all_known &&
          !p->n_origins && !p->doubtful && !p->incomplete && !p->n_more && !p->cut[EX_CP_LOGON] &&
          !p->pages_differ));
    MUST(!p->form[EX_CP_LOGON] || p->native[EX_CP_LOGON]);
}

static void look(struct ex_reader *r, struct ex_span body, struct ex_logon_page *page)
{
    const struct ex_exchange x = { .status = 200,
                                   .path = "/owa/auth/logon.aspx",
                                   .headers = &html,
                                   .n_headers = 1,
                                   .body = body };

    ex_reader_page(r, &x, EX_CP_LOGON, host, page);
    ex_logon_judge(page);
    is_sound(page);
}

/* All of the input is a page, and the script that it asks for. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    static struct ex_reader *reader;
    static struct ex_logon_page page, again;
    const struct ex_span body = { data, n };
    struct ex_exchange x = { .status = 200, .path = "/owa/auth/a.js", .body = body };
    size_t at;

    if (n > EX_BODY_MAX)
        return 0;
    if (!reader && ex_reader_new(&reader, &catalog, NULL) != EX_OK)
        abort();
    memset(&page, 0, sizeof(page));
    look(reader, body, &page);
    again = page;
    ex_logon_judge(&again);
    MUST(memcmp(&again, &page, sizeof(page)) == 0);
    look(reader, body, &again); /* the same page is the same page */
    MUST(again.pages_differ == false || page.n_more);
    MUST(again.n_scripts == page.n_scripts);
    MUST(strcmp(again.hash, page.hash) == 0);
    while ((at = ex_logon_next(&page)) < page.n_scripts) {
        page.scripts[at].tried = true;
        ex_reader_script(reader, &x, EX_CP_LOGON, host, at, &page);
    }
    ex_reader_script(reader, &x, EX_CP_LOGON, host, page.n_scripts, &page);
    ex_logon_judge(&page);
    is_sound(&page);
    return 0;
}
