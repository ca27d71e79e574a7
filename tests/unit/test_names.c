// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "backdoor/hunt.h"
#include "core/path.h"
#include "data/load.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* What is shipped: the promises about it that no row shows by itself. */
static int setup(void **state)
{
    static struct ex_dataset *set;
    struct ex_error err = { "" };

    if (ex_data_load(&set, NULL, &err) != EX_OK)
        return -1;
    *state = set;
    return 0;
}

static int teardown(void **state)
{
    ex_data_free(*state);
    return 0;
}

static const struct ex_path_row *path_named(const struct ex_catalog *cat, const char *path)
{
    for (size_t i = 0; i < cat->n_paths; i++)
        if (ex_span_eq_nocase(ex_span_str(path), cat->paths[i].path))
            return &cat->paths[i];
    return NULL;
}

static bool asked(const struct ex_path_row *row, uint8_t tier)
{
    return row->probe && row->tier <= tier;
}

/* Names up to @tier, and pairs of folder and extension to calibrate for them. */
static void cost(const struct ex_catalog *cat, uint8_t tier, size_t *names, size_t *pairs)
{
    const struct ex_path_row *last = NULL;

    *names = *pairs = 0;
    for (size_t i = 0; i < cat->n_paths; i++) {
        const struct ex_path_row *row = &cat->paths[i];

        if (!asked(row, tier))
            continue;
        *pairs += !last || strcmp(last->folder, row->folder) != 0 ||
                  strcmp(last->extension, row->extension) != 0;
        *names += 1;
        last = row;
    }
}

/* The published tiers, and that each fits the budget that is promised for it. */
static void tiers_are_the_published_ones(void **state)
{
    enum { LOGON_REQUESTS = 6 };
    const struct ex_catalog *cat = ex_data_catalog(*state);
    size_t names, pairs, n[4] = { 0 }, never = 0;

    for (size_t i = 0; i < cat->n_paths; i++) {
        const struct ex_path_row *row = &cat->paths[i];

        if (!row->genuine) {
            n[row->tier]++;
            never += !row->probe;
        }
    }
    assert_int_equal(n[0], 0);
    assert_int_equal(n[1], 38);
    assert_int_equal(n[2], 115);
    assert_int_equal(n[3], 542);
    assert_int_equal(never, 5);
    cost(cat, 1, &names, &pairs);
    assert_int_equal(names, 38);
    assert_int_equal(pairs, 6);
    assert_true(names + 2 * pairs + LOGON_REQUESTS <= EX_BUDGET_BACKDOOR);
    cost(cat, 3, &names, &pairs);
    assert_int_equal(names, 694);
    assert_true(pairs <= EX_BD_FOLDERS_MAX);
    assert_true(names + 2 * pairs + LOGON_REQUESTS <= EX_BUDGET_BACKDOOR_DEEP);
}

static void nothing_dangerous_is_asked_for(void **state)
{
    static const char *const never[] = { "/mywebdll",
                                         "/oab/log.aspx",
                                         "/aspnet_client/google.log",
                                         "/owa/auth/google.log",
                                         "/owa/auth/Current/google.log",
                                         "/owa/auth/logon.aspx",
                                         "/owa/auth/logoff.aspx",
                                         "/owa/auth.owa" };
    const struct ex_catalog *cat = ex_data_catalog(*state);

    for (size_t i = 0; i < cat->n_paths; i++) {
        const struct ex_path_row *row = &cat->paths[i];
        const char *why = ex_path_refused(ex_span_str(row->path));

        if (row->probe && why)
            fail_msg("%s %s", row->path, why);
        if (row->probe && strcmp(row->extension, ".aspx") != 0 &&
            strcmp(row->extension, ".ashx") != 0 && strcmp(row->extension, ".html") != 0)
            fail_msg("%s may be a file of data", row->path);
        if (strlen(row->folder) >= EX_FOLDER_TEXT || strlen(row->extension) >= EX_EXTENSION_TEXT)
            fail_msg("%s does not fit", row->path);
    }
    for (size_t i = 0; i < N_OF(never); i++) {
        const struct ex_path_row *row = path_named(cat, never[i]);

        if (!row || row->probe || !row->note[0])
            fail_msg("%s is missing, asked for, or without a reason", never[i]);
    }
}

/* Pages that ship with Exchange, with the class that is known of them. */
static void genuine_pages(void **state)
{
    static const struct {
        const char *path, *marker;
        bool probe;
    } rows[] = {
        { "/ecp/auth/TimeoutLogout.aspx", "", true },
        { "/owa/auth/errorFE.aspx", "ASP.auth_errorfe_aspx", true },
        { "/owa/auth/OutlookCN.aspx", "ASP.auth_outlookcn_aspx", true },
        { "/owa/auth/RedirSuiteServiceProxy.aspx", "ASP.auth_redirsuiteserviceproxy_aspx", true },
        { "/owa/auth/expiredpassword.aspx", "ASP.auth_expiredpassword_aspx", false },
        { "/owa/auth/frowny.aspx", "", false },
        { "/owa/auth/GetIdToken.htm", "", false },
        { "/owa/auth/logoff.aspx", "ASP.auth_logoff_aspx", false },
        { "/owa/auth/logon.aspx", "ASP.auth_logon_aspx", false },
        { "/owa/auth/owaauth.dll", "", false },
        { "/owa/auth/exppw.dll", "", false },
        { "/owa/auth/signout.aspx", "", false },
        { "/owa/auth/SvmFeedback.aspx", "ASP.auth_svmfeedback_aspx", false },
        { "/owa/auth.owa", "", false },
    };
    const struct ex_catalog *cat = ex_data_catalog(*state);
    size_t n = 0;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct ex_path_row *row = path_named(cat, rows[i].path);

        if (!row || !row->genuine || row->probe != rows[i].probe ||
            strcmp(row->marker, rows[i].marker) != 0)
            fail_msg("%s", rows[i].path);
    }
    for (size_t i = 0; i < cat->n_paths; i++)
        n += cat->paths[i].genuine;
    assert_int_equal(n, N_OF(rows));
    assert_null(path_named(cat, "/owa/auth/recaptcha.aspx"));
}

/* Names that one generation ships and intruders use on the others. */
static void shared_names_are_marked(void **state)
{
    const struct ex_path_row *error = path_named(ex_data_catalog(*state), "/owa/auth/error.aspx");
    const struct ex_path_row *error2 = path_named(ex_data_catalog(*state), "/owa/auth/error2.aspx");

    assert_true(error && !error->genuine && error->collision);
    assert_string_equal(error->marker, "ASP.auth_error_aspx");
    assert_true(error2 && !error2->genuine && error2->collision);
    assert_string_equal(error2->marker, "ASP.auth_error2_aspx");
}

static void scripts_and_origins(void **state)
{
    static const char flogon[] = "875b6f9260784af34b387b2270ee3d6d8890dff15eb16796819a2a18f5c40089";
    static const char bare[] = "1dc909d48eaf464dcc2a985b20c08eb42ec447d0ae785cdc06aebcc379c0750c";
    static const struct {
        const char *suffix;
        bool collector;
    } origins[] = { { "www.google.com", false },   { "googletagmanager.com", false },
                    { "code.jquery.com", false },  { "hcaptcha.com", false },
                    { "microsoft.com", false },    { "api.telegram.org", true },
                    { "webhook.site", true },      { "pipedream.net", true },
                    { "trycloudflare.com", true }, { "workers.dev", true } };
    const struct ex_catalog *cat = ex_data_catalog(*state);
    size_t masked = 0;
    bool seen = false;

    for (size_t i = 0; i < cat->n_scripts; i++) {
        masked += cat->scripts[i].masked;
        seen |= strcmp(cat->scripts[i].sha256, flogon) == 0 &&
                strcmp(cat->scripts[i].bare_sha256, bare) == 0;
    }
    assert_true(seen);
    assert_int_equal(masked, 5);
    for (size_t i = 0; i < N_OF(origins); i++) {
        size_t k = 0;

        while (k < cat->n_origins && strcmp(cat->origins[k].suffix, origins[i].suffix) != 0)
            k++;
        if (k == cat->n_origins || cat->origins[k].collector != origins[i].collector)
            fail_msg("%s", origins[i].suffix);
    }
    assert_non_null(cat->backdoor_limits[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tiers_are_the_published_ones),
        cmocka_unit_test(nothing_dangerous_is_asked_for),
        cmocka_unit_test(genuine_pages),
        cmocka_unit_test(shared_names_are_marked),
        cmocka_unit_test(scripts_and_origins),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
