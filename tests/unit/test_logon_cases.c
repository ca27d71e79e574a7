// SPDX-License-Identifier: MIT
/* The logon pages of the simulated servers, read and judged without a network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>
#include <dirent.h>
#include <jansson.h>
#include <regex.h>

#include "data/load.h"
#include "inspect/html.h"
#include "logon/logon.h"

#define HOST "mail.example.com:443"

enum { CASES_MIN = 60, PATH_SIZE = 512, SCRIPTS_OF_A_PAGE = 8, BASES_MAX = 4 };

struct seen {
    const struct ex_catalog *cat;
    struct ex_reader *reader;
    unsigned n, n_bad;
};

static bool is_path(const json_t *route, const char *key, const char *path)
{
    const json_t *p = json_object_get(route, key);

    return json_is_string(p) && ex_span_eq_nocase(ex_span_str(json_string_value(p)), path);
}

static bool wants(const json_t *when, const char *key, const char *text)
{
    const json_t *v = json_object_get(when, key);

    return !v || (json_is_string(v) && strstr(text, json_string_value(v)));
}

/* The route that answers a plain GET of @path for a program that is no browser. */
static const json_t *route_of(const json_t *answers, const char *path)
{
    const json_t *routes = json_object_get(answers, "routes"), *route;
    size_t i;

    json_array_foreach (routes, i, route) {
        const json_t *when = json_object_get(route, "when");

        if (is_path(route, "path", path) && wants(when, "query_contains", "replaceCurrent=1") &&
            !json_object_get(when, "ua_contains"))
            return route;
    }
    return NULL;
}

/* The body with the simulator's tokens filled in. Owned by the caller. */
static char *body_of(const json_t *route)
{
    static const char *const tokens[][2] = { { "{{HOST}}", "mail.example.com" },
                                             { "{{DESTENC}}",
                                               "https%3a%2f%2fmail.example.com%2fowa%2f" } };
    const char *body = json_string_value(json_object_get(route, "body"));
    size_t n = 0, room;
    char *to;

    if (!body)
        return NULL;
    room = strlen(body) * 4 + 1;
    to = malloc(room);
    assert_non_null(to);
    while (*body && n < room - 1) {
        size_t t;

        for (t = 0; t < 2; t++)
            if (strncmp(body, tokens[t][0], strlen(tokens[t][0])) == 0)
                break;
        if (t < 2) {
            n += (size_t)snprintf(to + n, room - n, "%s", tokens[t][1]);
            body += strlen(tokens[t][0]);
        } else {
            to[n++] = *body++;
        }
    }
    to[n] = '\0';
    return to;
}

static struct ex_exchange exchange(const char *path, const char *body, int status)
{
    static const struct ex_header html = { { (const uint8_t *)"Content-Type", 12 },
                                           { (const uint8_t *)"text/html; charset=utf-8", 24 } };
    struct ex_exchange x = { .status = status, .path = path, .headers = &html, .n_headers = 1 };

    x.body = ex_span_str(body ? body : "");
    x.body_cut = x.body.n > EX_BODY_MAX;
    if (x.body_cut)
        x.body.n = EX_BODY_MAX;
    return x;
}

static int status_of(const json_t *route)
{
    const json_t *s = json_object_get(route, "status");

    return json_is_integer(s) ? (int)json_integer_value(s) : 200;
}

static void look(struct seen *s, const json_t *answers, const char *path,
                 enum ex_credential_page which, struct ex_logon_page *page)
{
    const json_t *route = route_of(answers, path);
    char *body = route ? body_of(route) : NULL;
    const struct ex_exchange x = exchange(path, body, body ? status_of(route) : 404);

    ex_reader_page(s->reader, &x, which, HOST, page);
    free(body);
}

static void fetch(struct seen *s, const json_t *answers, const char *path,
                  enum ex_credential_page which, size_t at, struct ex_logon_page *page)
{
    const json_t *route = route_of(answers, path);
    char *body = route ? body_of(route) : NULL;

    if (body) {
        const struct ex_exchange x = exchange(path, body, status_of(route));

        ex_reader_script(s->reader, &x, which, HOST, at, page);
    }
    free(body);
}

/* As a hunt does it: the page, its files, its scripts, the page for expired passwords. */
static void look_at_all(struct seen *s, const json_t *answers, struct ex_logon_page *page)
{
    char path[PATH_SIZE];
    size_t at;

    look(s, answers, "/owa/auth/logon.aspx", EX_CP_LOGON, page);
    if (ex_logon_static_path(page, "flogon.js", path, sizeof(path)))
        fetch(s, answers, path, EX_CP_LOGON, page->n_scripts, page);
    look(s, answers, "/owa/auth/expiredpassword.aspx", EX_CP_EXPIRED, page);
    for (int i = 0; i < SCRIPTS_OF_A_PAGE && (at = ex_logon_next(page)) < page->n_scripts; i++) {
        ex_span_copy(path, sizeof(path), ex_span_str(page->scripts[at].url));
        page->scripts[at].tried = true;
        fetch(s, answers, path, page->scripts[at].page, at, page);
    }
    ex_logon_judge(page);
}

/* The words of the cases; "none-seen" is theirs for a page with nothing wrong. */
static bool is_state(const json_t *any_of, enum ex_logon_state state)
{
    const bool fine = state == EX_LP_GENUINE || state == EX_LP_CUSTOMISED;
    const json_t *v;
    size_t i;

    json_array_foreach (any_of, i, v)
        if (strcmp(json_string_value(v), ex_logon_str(state)) == 0 ||
            (fine && strcmp(json_string_value(v), "none-seen") == 0))
            return true;
    return false;
}

static bool has_feature(const struct ex_logon_page *page, const char *word)
{
    for (int f = 0; f < EX_N_FEATURES; f++)
        if (strcmp(ex_feature_str((enum ex_feature)f), word) == 0)
            return page->features >> f & 1;
    return false;
}

static unsigned print(const char *name, const struct ex_logon_page *page, const char *what,
                      const char *value)
{
    fprintf(stderr, "%s: %s %s; is %s, score %d:", name, what, value, ex_logon_str(page->state),
            page->score);
    for (int f = 0; f < EX_N_FEATURES; f++)
        if (page->features >> f & 1)
            fprintf(stderr, " %s", ex_feature_str((enum ex_feature)f));
    fprintf(stderr, "%s%s%s%s\n", page->doubtful ? " doubtful" : "",
            page->incomplete ? " incomplete" : "", page->pages_differ ? " pages-differ" : "",
            page->form[EX_CP_LOGON] ? "" : " form-not-right");
    if (getenv("LOGON_VERBOSE"))
        for (size_t i = 0; i < page->n_scripts; i++)
            fprintf(stderr,
                    "   %s %s known %d benign %d features %x score %d bytes %u url %s sink %s "
                    "excerpt %.60s\n",
                    ex_script_kind_str(page->scripts[i].kind),
                    page->scripts[i].page ? "expired" : "logon", page->scripts[i].known,
                    page->scripts[i].benign, page->scripts[i].features, page->scripts[i].score,
                    page->scripts[i].bytes, page->scripts[i].url, page->scripts[i].sink,
                    page->scripts[i].excerpt);
    return 1;
}

static unsigned check(const char *name, const json_t *want, const struct ex_logon_page *page)
{
    const json_t *target = json_object_get(want, "target"), *v;
    unsigned bad = 0;
    size_t i;

    if (!is_state(json_object_get(want, "state_any_of"), page->state)) {
        char *text = json_dumps(json_object_get(want, "state_any_of"), 0);

        bad += print(name, page, "wants one of", text);
        free(text);
    }
    json_array_foreach (json_object_get(want, "features"), i, v)
        if (!has_feature(page, json_string_value(v)))
            bad += print(name, page, "lacks", json_string_value(v));
    json_array_foreach (json_object_get(want, "not_features"), i, v)
        if (has_feature(page, json_string_value(v)))
            bad += print(name, page, "must not have", json_string_value(v));
    if (json_is_string(target) && strcmp(json_string_value(target), page->target) != 0)
        bad += print(name, page, "target is", page->target);
    return bad;
}

static json_t *load(const char *folder, const char *name)
{
    char path[2 * PATH_SIZE];
    json_error_t err;
    json_t *root;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    root = json_load_file(path, JSON_ALLOW_NUL, &err);
    if (!root)
        fprintf(stderr, "%s: %s\n", path, err.text);
    assert_non_null(root);
    return root;
}

/* The expressions are Python's: of what POSIX has not, they use "(?:" and, in brackets, "\d". */
static bool fits(const char *pattern, const char *path)
{
    char whole[PATH_SIZE];
    size_t n = 0;
    regex_t re;
    bool hit;

    n += (size_t)snprintf(whole, sizeof(whole), "^(");
    while (*pattern && n + 8 < sizeof(whole)) {
        const bool digit = strncmp(pattern, "\\d", 2) == 0;
        const bool plain_group = strncmp(pattern, "(?:", 3) == 0;

        if (digit)
            n += (size_t)snprintf(whole + n, sizeof(whole) - n, "0-9");
        else
            whole[n++] = *pattern;
        pattern += plain_group ? 3 : digit ? 2 : 1;
    }
    snprintf(whole + n, sizeof(whole) - n, ")$");
    assert_int_equal(regcomp(&re, whole, REG_EXTENDED | REG_NOSUB), 0);
    hit = regexec(&re, path, 0, NULL, 0) == 0;
    regfree(&re);
    return hit;
}

/* Replace a text in one body. */
static void edit_body(json_t *route, const char *old, const char *new)
{
    const char *body = json_string_value(json_object_get(route, "body"));
    const char *at = body ? strstr(body, old) : NULL;
    const size_t rest = at ? strlen(at + strlen(old)) : 0;
    const size_t n = at ? (size_t)(at - body) : 0;
    char *to;

    if (!at)
        return;
    to = malloc(n + strlen(new) + rest + 1);
    assert_non_null(to);
    memcpy(to, body, n);
    memcpy(to + n, new, strlen(new));
    memcpy(to + n + strlen(new), at + strlen(old), rest + 1);
    json_object_set_new(route, "body", json_string(to));
    free(to);
}

static void edit(json_t *routes, const json_t *change)
{
    json_t *route;
    size_t i;

    json_array_foreach (routes, i, route) {
        const char *path = json_string_value(json_object_get(route, "path"));

        if (path && fits(json_string_value(json_object_get(change, "path")), path))
            edit_body(route, json_string_value(json_object_get(change, "old")),
                      json_string_value(json_object_get(change, "new")));
    }
}

/* A case that is another one with edits: see tests/cases/README.md. Owned by the caller. */
static json_t *derived(const char *folder, const char *name)
{
    json_t *chain[BASES_MAX] = { load(folder, name) }, *made, *v;
    char base[PATH_SIZE];
    size_t n = 1, i;

    while ((v = json_object_get(chain[n - 1], "base"))) {
        assert_true(n < BASES_MAX);
        snprintf(base, sizeof(base), "%s.json", json_string_value(v));
        chain[n++] = load(folder, base);
    }
    made = json_copy(chain[0]);
    json_object_set_new(made, "routes", json_deep_copy(json_object_get(chain[n - 1], "routes")));
    while (n-- > 1) {
        json_t *own = json_array();

        json_array_foreach (json_object_get(chain[n - 1], "edits"), i, v)
            edit(json_object_get(made, "routes"), v);
        json_array_extend(own, json_object_get(chain[n - 1], "routes"));
        json_array_extend(own, json_object_get(made, "routes"));
        json_object_set_new(made, "routes", own);
    }
    for (n = 0; n < BASES_MAX && chain[n]; n++)
        json_decref(chain[n]);
    return made;
}

static void one_case(struct seen *s, const char *folder, const char *name)
{
    static struct ex_logon_page page;
    json_t *root = load(folder, name);
    const json_t *want = json_object_get(json_object_get(root, "expect"), "logon_page");

    if (want) {
        json_t *whole = derived(folder, name);

        memset(&page, 0, sizeof(page));
        look_at_all(s, whole, &page);
        if (page.seen[EX_CP_LOGON]) {
            s->n++;
            s->n_bad += check(name, want, &page);
        }
        json_decref(whole);
    }
    json_decref(root);
}

/* The stand-ins of scripts in untouched pages, as an owner would know them. Sorted. */
static void known_of(const char *folder, struct ex_known_good *known,
                     char (**memory)[EX_SHA256_TEXT])
{
    char path[PATH_SIZE];
    json_error_t err;
    json_t *list, *v;
    size_t i;

    snprintf(path, sizeof(path), "%s/policy/known_good.json", folder);
    list = json_load_file(path, 0, &err);
    assert_non_null(list);
    *memory = calloc(json_array_size(list), sizeof(**memory));
    assert_non_null(*memory);
    json_array_foreach (list, i, v)
        ex_span_copy((*memory)[i], EX_SHA256_TEXT, ex_span_str(json_string_value(v)));
    known->at = (const char(*)[EX_SHA256_TEXT]) * memory;
    known->n = json_array_size(list);
    json_decref(list);
}

static void are_what_their_case_says(void **state)
{
    static const char folder[] = SOURCE_ROOT "/tests/cases";
    char(*memory)[EX_SHA256_TEXT];
    struct ex_known_good known;
    struct ex_dataset *data;
    struct ex_error err;
    struct seen s = { 0 };
    struct dirent *e;
    DIR *dir = opendir(folder);

    (void)state;
    assert_non_null(dir);
    assert_int_equal(ex_data_load(&data, NULL, &err), EX_OK);
    known_of(folder, &known, &memory);
    s.cat = ex_data_catalog(data);
    assert_int_equal(ex_reader_new(&s.reader, s.cat, &known), EX_OK);
    while ((e = readdir(dir)))
        if (strstr(e->d_name, ".json"))
            one_case(&s, folder, e->d_name);
    closedir(dir);
    ex_reader_free(s.reader);
    ex_data_free(data);
    free(memory);
    assert_true(s.n >= CASES_MIN);
    assert_int_equal(s.n_bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(are_what_their_case_says) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
