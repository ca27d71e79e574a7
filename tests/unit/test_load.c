// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "small_set.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

/* What an edit of one file must be answered with: the file, and these two texts. */
struct edit {
    enum ex_data_file_id file;
    const char *find, *put;
    const char *where, *what;
};

static const struct edit edits[] = {
    /* Keys. */
    { EX_FILE_BUILDS, "\"kb\": \"KB1\"", "\"kbb\": \"KB1\"", "row 2", "\"kbb\": unknown key" },
    { EX_FILE_BUILDS, "\"kb\": \"KB2\", ", "", "row 3 (15.2.1748.39)", "\"kb\": missing" },
    { EX_FILE_BUILDS, "\"kb\": \"KB2\"", "\"kb\": \"KB2\", \"kb\": \"KB4\"", "line 4",
      "duplicate" },
    { EX_FILE_CVES, "\"2013\": \"eol_unassessed\", ", "", "CVE-2025-53782", "\"2013\": missing" },
    { EX_FILE_CVES, "\"2013\": ", "\"2014\": ", "CVE-2025-53782", "\"2014\": unknown key" },
    { EX_FILE_LIFECYCLE, "\"period\": 1, ", "", "row 2 (2019)", "\"period\": missing" },
    { EX_FILE_META, "\"schema\"", "\"sch\\u001bema\"", "row 1", "not printable" },
    /* Types and forms. */
    { EX_FILE_BUILDS, "\"14.3.123.4\"", "143", "row 1", "\"build\": is not a text" },
    { EX_FILE_BUILDS, "\"KB1\"", "\"\"", "15.2.1748.10", "\"kb\": is not a text" },
    { EX_FILE_BUILDS, "\"KB1\"", "\"KB\\u001b[2J\"", "15.2.1748.10", "character 3" },
    { EX_FILE_BUILDS, "\"KB1\"", "\"K\\u00e4\"", "15.2.1748.10", "printable ASCII" },
    { EX_FILE_BUILDS, "15.2.1748.10", "15.2.01748.10", "row 2", "four parts" },
    { EX_FILE_BUILDS, "15.2.1748.10", "15.2.1748", "row 2", "\"15.2.1748\" is not" },
    { EX_FILE_BUILDS, "15.2.1748.10", "15.20.1748.10", "row 2", "is not an Exchange build" },
    { EX_FILE_BUILDS, "2025-02-10", "2025-02-30", "15.2.1748.10", "\"released\": \"2025-02-30\"" },
    { EX_FILE_BUILDS, "2025-02-10", "10.02.2025", "15.2.1748.10", "YYYY-MM-DD" },
    { EX_FILE_BUILDS, "\"cu\", \"released\"", "\"CU\", \"released\"", "15.2.1748.10",
      "\"CU\" is none of preview, rtm" },
    { EX_FILE_BUILDS, "\"esu_period\": 1", "\"esu_period\": 0", "15.2.1748.43", "period" },
    { EX_FILE_BUILDS, "\"esu_period\": 1", "\"esu_period\": true", "15.2.1748.43", "period" },
    { EX_FILE_BUILDS, "[\"CVE-2025-53782\"]", "\"CVE-2025-53782\"", "15.2.1748.39", "a list" },
    { EX_FILE_BUILDS, "[\"CVE-2025-53782\"]", "[\"CVE-2025-53782\", \"CVE-2025-53782\"]",
      "15.2.1748.39", "twice" },
    { EX_FILE_CVES, "CVE-2025-53782", "CVE-2025-1", "row 1", "is not a CVE id" },
    { EX_FILE_CVES, "CVE-2025-53782", "CVE-20255-3782", "row 1", "is not a CVE id" },
    { EX_FILE_CVES, "8.4", "10.1", "CVE-2025-53782", "\"cvss\"" },
    { EX_FILE_CVES, "8.4", "\"8.4\"", "CVE-2025-53782", "\"cvss\"" },
    { EX_FILE_CVES, "0.5", "1.5", "CVE-2025-53782", "\"epss\"" },
    { EX_FILE_CVES, "\"ransomware\": false", "\"ransomware\": 0", "CVE-2025-53782",
      "neither true nor false" },
    { EX_FILE_CVES, "\"preauth\": true", "\"preauth\": \"yes\"", "CVE-2025-53782", "\"preauth\"" },
    { EX_FILE_CVES, "not_listed", "unlisted", "CVE-2025-53782", "\"2016\": \"unlisted\" is none" },
    { EX_FILE_CVES, "\"severity\": \"high\"", "\"severity\": \"bad\"", "CVE-2025-53782",
      "none, info, low, medium, high, critical" },
    { EX_FILE_CVES, "necessary_not", "necessary", "CVE-2025-53782", "\"decidable\"" },
    { EX_FILE_CVES, "\"Less Likely\"", "\"Maybe\"", "CVE-2025-53782", "Unlikely, Less Likely" },
    { EX_FILE_CVES, "{\"2019\": \"15.2.1748.10\"}", "{\"2020\": \"15.2.1748.10\"}",
      "CVE-2025-53782", "no Exchange version" },
    { EX_FILE_CVES, "{\"2019\": \"15.2.1748.10\"}", "{\"2016\": \"15.2.1748.10\"}",
      "CVE-2025-53782", "another product" },
    { EX_FILE_LIFECYCLE, "\"from\": \"2025-10-15\"", "\"from\": \"2026-10-15\"", "row 2 (2019)",
      "period 1 is out of order" },
    { EX_FILE_DEVICES, "\"role\": \"pass\"", "\"role\": \"help\"", "row 1 (f5)", "mail-hint" },
    { EX_FILE_DEVICES, "\"id\": \"f5\"", "\"id\": \"F5\"", "row 1", "a-z" },
    { EX_FILE_RULES, "{what}", "{what", "auth-certificate-expired", "brace" },
    { EX_FILE_RULES, "{what}", "what}", "auth-certificate-expired", "brace" },
    { EX_FILE_MAIL_NAMES, "\"hosted\"", "\"hoster\"", "row 1", "filter, hosted, label" },
    { EX_FILE_MAIL_NAMES, "cloud.example", "cloud", "row 1 (hosted)", "two labels or more" },
    { EX_FILE_MAIL_NAMES, "\"owa\"", "\"ow.a\"", "row 3 (label)", "not a label of a host name" },
    { EX_FILE_MAIL_NAMES, "\"owa\"", "\"-owa\"", "row 3 (label)", "not a label of a host name" },
    { EX_FILE_MAIL_NAMES, "\"owa\"", "\"mail\"", "row 3", "order" },
    { EX_FILE_MAIL_NAMES, "\"Cloud\"", "null", "row 1 (cloud.example)", "names a service" },
    { EX_FILE_MAIL_NAMES, "\"owa\", \"what\": null", "\"owa\", \"what\": \"x\"", "row 3 (owa)",
      "null for a label" },
    { EX_FILE_META, "exprobe-data/1", "exprobe-data/2", "row 1", "exprobe-data/1" },
    /* Order, rows. */
    { EX_FILE_BUILDS, "15.2.1748.10", "15.2.1748.40", "row 3 (15.2.1748.39)", "out of order" },
    { EX_FILE_BUILDS, "15.2.1748.10", "15.2.1748.39", "row 3 (15.2.1748.39)", "twice" },
    { EX_FILE_DEVICES,
      "\"where\": \"cookie\", \"role\": \"pass\", \"header\": null, "
      "\"match\": \"TS01\"",
      "\"where\": \"header\", \"role\": \"pass\", \"header\": \"Server\", \"match\": \"\"",
      "row 2 (f5)", "twice" },
    { EX_FILE_SOURCES, "\"id\": \"b\"", "\"id\": \"a\"", "row 2 (a)", "twice" },
    { EX_FILE_LIFECYCLE, "\"2010\"", "\"2019\"", "row 2 (2019)", "twice" },
    { EX_FILE_ALIASES,
      "[{\"observed\": \"14.3.123.3\", \"official\": \"14.3.123.4\", "
      "\"source\": [\"a\"]}]",
      "{\"observed\": 1}", "", "is not an array" },
    { EX_FILE_ALIASES,
      "[{\"observed\": \"14.3.123.3\", \"official\": \"14.3.123.4\", "
      "\"source\": [\"a\"]}]",
      "[]", "", "at least one row" },
    { EX_FILE_ALIASES, "[{\"observed\"", "[7, {\"observed\"", "row 1", "not an object" },
    { EX_FILE_META, "", "x", "line 1", "end of file expected" },
    /* References between the files. */
    { EX_FILE_BUILDS, "[\"a\", \"b\"]", "[\"a\", \"c\"]", "15.2.1748.10",
      "\"c\" is not in sources.json" },
    { EX_FILE_BUILDS, "[\"a\", \"b\"]", "[]", "15.2.1748.10", "no source" },
    { EX_FILE_BUILDS, "[\"CVE-2025-53782\"]", "[\"CVE-2025-53783\"]", "15.2.1748.39",
      "CVE-2025-53783 is not in cves.json" },
    { EX_FILE_BUILDS, "Server 2019", "Server 2016", "15.2.1748.10", "\"product\"" },
    { EX_FILE_BUILDS, "\"security_level\": \"Oct25SU\"", "\"security_level\": \"Feb26SU\"",
      "15.2.1748.39", "\"security_level\": Feb26SU" },
    { EX_FILE_BUILDS, "\"rerelease_of\": \"Oct25SU\"", "\"rerelease_of\": \"Sep25SU\"",
      "15.2.1748.43", "\"rerelease_of\"" },
    { EX_FILE_BUILDS, "\"update\": \"Oct25SU\"", "\"update\": null", "15.2.1748.39",
      "\"update\": does not go with the kind" },
    { EX_FILE_BUILDS, "\"cu\": \"CU15\", \"update\": \"Oct25SU\"",
      "\"cu\": \"CU14\", \"update\": \"Oct25SU\"", "15.2.1748.39", "\"cu\"" },
    { EX_FILE_BUILDS, "2026-02-10", "2026-02-11", "15.2.1748.43", "newest update" },
    { EX_FILE_BUILDS, "\"esu_period\": 1", "\"esu_period\": 2", "15.2.1748.43", "no such period" },
    { EX_FILE_LIFECYCLE, "\"to\": \"2026-04-14\"", "\"to\": \"2026-01-14\"", "15.2.1748.43",
      "outside of the period" },
    { EX_FILE_LIFECYCLE, "\"updates\": [\"Feb26SU\"]", "\"updates\": [\"Feb26SU\", \"Mar26SU\"]",
      "row 2 (2019)", "Mar26SU" },
    { EX_FILE_LIFECYCLE, "\"serviced_cus\": [\"CU15\"]", "\"serviced_cus\": [\"CU16\"]",
      "row 2 (2019)", "no CU16" },
    { EX_FILE_CVES, "[\"15.2.1748.39\"]", "[\"15.2.1748.38\"]", "CVE-2025-53782",
      "15.2.1748.38 is not in builds.json" },
    { EX_FILE_CVES, "[\"15.2.1748.39\"]", "[\"15.2.1748.39\", \"15.2.1748.43\"]", "CVE-2025-53782",
      "two builds of one" },
    { EX_FILE_CVES, "[\"15.2.1748.39\"]", "[\"15.2.1748.43\", \"15.2.1748.39\"]", "CVE-2025-53782",
      "ascending" },
    { EX_FILE_CVES, "[\"15.2.1748.39\"]", "[]", "CVE-2025-53782", "\"2019\": status and fixed_in" },
    { EX_FILE_CVES, "\"2019\": \"fixed\"", "\"2019\": \"included\"", "CVE-2025-53782",
      "status and fixed_in" },
    { EX_FILE_CVES, "[\"15.2.1748.43\"]", "[\"15.2.1748.44\"]", "CVE-2025-53782",
      "\"vendor_fixed_in\": 15.2.1748.44" },
    { EX_FILE_CVES, "{\"2019\": \"15.2.1748.10\"}", "{\"2019\": \"15.2.1748.39\"}",
      "CVE-2025-53782", "first build" },
    { EX_FILE_CVES, "\"Do this\"", "null", "CVE-2025-53782", "\"condition\": missing" },
    { EX_FILE_CVES, "\"published\": \"2025-10-14\"", "\"published\": \"2026-10-14\"",
      "CVE-2025-53782", "\"published\": is after" },
    { EX_FILE_CVES, "2025-11-01", "2026-11-01", "CVE-2025-53782", "\"kev_date\": is after" },
    { EX_FILE_ALIASES, "\"14.3.123.4\"", "\"14.3.123.5\"", "14.3.123.3", "not in builds.json" },
    { EX_FILE_ALIASES, "\"14.3.123.3\"", "\"14.3.123.4\"", "14.3.123.4", "official build" },
    { EX_FILE_ALIASES, "\"14.3.123.4\"", "\"15.2.1748.10\"", "14.3.123.3", "another service pack" },
    { EX_FILE_DEVICES, "\"header\": null", "\"header\": \"Server\"", "row 1 (f5)", "\"header\"" },
    { EX_FILE_DEVICES, "\"TS01\"", "\"\"", "row 1 (f5)", "match everything" },
    { EX_FILE_RULES, "\"id\": \"missing-updates\"", "\"id\": \"missing-updates-2\"", "",
      "no rule \"missing-updates\"" },
    /* What the search for back doors knows. */
    { EX_FILE_PATHS, "\"tier\": 1", "\"tier\": 4", "row 4", "tier from 0 to 3" },
    { EX_FILE_PATHS, "\"tier\": 1", "\"tier\": 0", "row 4", "pages of Exchange" },
    { EX_FILE_PATHS, "\"tier\": 0", "\"tier\": 2", "row 3", "\"tier\"" },
    { EX_FILE_PATHS, "\"genuine\": true, \"probe\": false", "\"genuine\": true, \"probe\": true",
      "row 3", "\"tier\"" },
    { EX_FILE_PATHS, "\"collision\": true", "\"collision\": false", "row 3", "\"collision\"" },
    { EX_FILE_PATHS, "/owa/auth/shell.aspx", "/owa/auth/logon.aspx", "row 4",
      "twice, as /owa/auth/Logon.aspx" },
    { EX_FILE_PATHS, "/owa/auth/Xml.ashx", "/owa/Auth/Xml.ashx", "row 3", "spelt" },
    { EX_FILE_PATHS, "\"id\": \"shell\"", "\"id\": \"xml\"", "row 4", "as well" },
    { EX_FILE_PATHS, "/owa/auth/shell.aspx", "/owa/auth/A.aspx", "row 4", "out of order" },
    { EX_FILE_PATHS, "/owa/auth/shell.aspx", "/owa/auth/shell.aspx?x=1", "row 4", "a query" },
    { EX_FILE_PATHS, "/owa/auth/shell.aspx", "/owa/auth/zz/../x.aspx", "row 4", ".." },
    { EX_FILE_PATHS, "/owa/auth/shell.aspx", "/owa/auth/zz%2f.aspx", "row 4", "percent" },
    { EX_FILE_PATHS, "/owa/auth/shell.aspx", "owa/auth/shell.aspx", "row 4", "begin with /" },
    { EX_FILE_PATHS, "/owa/auth/shell.aspx", "/owa/auth/z/powershell.aspx", "row 4", "remote" },
    { EX_FILE_PATHS, "/owa/auth/shell.aspx", "/owb/shell.aspx", "row 4", "is in none of" },
    { EX_FILE_PATHS, "\"Holds data\"", "null", "row 1", "\"note\": has to say why" },
    { EX_FILE_PATHS, "ASP.auth_logon_aspx", "ASP.auth_logoff_aspx", "row 3", "not the class of" },
    { EX_FILE_PATHS, "ASP.auth_logon_aspx", "ASP.auth_logon_aspx2", "row 3", "not the class" },
    { EX_FILE_PATHS, "\"high\", \"marker\": null", "\"high\", \"marker\": \"ASP.auth_shell_aspx\"",
      "row 4", "\"marker\"" },
    { EX_FILE_PATHS, "\"2021-03\"", "\"2021-3\"", "row 4", "\"first_seen\"" },
    { EX_FILE_PATHS, "\"2021-03\"", "\"2021-03-01\"", "row 4", "\"first_seen\"" },
    { EX_FILE_PATHS, "\"confidence\": \"high\"", "\"confidence\": \"sure\"", "row 4",
      "low, medium, high" },
    { EX_FILE_SCRIPTS, "00aa\"", "00AA\"", "row 1 (flogon.js)", "SHA-256" },
    { EX_FILE_SCRIPTS, "00aa\"", "0aa\"", "row 1 (flogon.js)", "SHA-256" },
    { EX_FILE_SCRIPTS, "\"name\": \"inline\", \"sha256\": null",
      "\"name\": \"inline\", \"sha256\": "
      "\"00000000000000000000000000000000000000000000000000000000000000aa\"",
      "row 2 (inline)", "twice" },
    { EX_FILE_SCRIPTS, "\"00000000000000000000000000000000000000000000000000000000000000bb\"",
      "null", "row 2 (inline)", "neither" },
    { EX_FILE_SCRIPTS, "\"masked\": false", "\"masked\": true", "row 1 (flogon.js)", "\"masked\"" },
    { EX_FILE_ORIGINS, "bin.example", "Bin.example", "row 1", "\"Bin.example\" is not a host" },
    { EX_FILE_ORIGINS, "bin.example", "bin", "row 1", "two labels" },
    { EX_FILE_ORIGINS, "bin.example", ".example", "row 1", "two labels" },
    { EX_FILE_ORIGINS, "bin.example", "bin.example.", "row 1", "two labels" },
    { EX_FILE_ORIGINS, "bin.example", "cdn.example", "row 2", "twice" },
    { EX_FILE_LIMITS, "\"names\"", "\"other\"", "row 2 (nodes)", "out of order" },
    { EX_FILE_SIGNATURES, "condition", "\x1b[2J", "line 3", "not printable" },
    { EX_FILE_SIGNATURES, "rule one", "# one", "", "no rule" },
    { EX_FILE_SIGNATURES, "false\n", "false\r\n", "line 4", "not printable" },
    { EX_FILE_META, "Feb26SU", "Mar26SU", "\"newest_update\"", "Mar26SU" },
    { EX_FILE_META, "\"date\": \"2026-03-01\"", "\"date\": \"2026-01-01\"",
      "newest_update_released", "after the date" },
};

static void every_mistake_is_named(void **state)
{
    (void)state;

    for (size_t i = 0; i < N_OF(edits); i++) {
        const struct edit *e = &edits[i];
        struct ex_dataset *set = (struct ex_dataset *)&edits;
        struct ex_error err = { "" };
        enum ex_status st;

        small_edit(e->file, e->find, e->put);
        st = ex_data_load(&set, small_dir, &err);
        small_restore(e->file);
        if (st != EX_ESCHEMA || set)
            fail_msg("row %zu, %s for %s: %s", i, e->put, e->find, ex_status_str(st));
        if (!strstr(err.text, small_dir) || !strstr(err.text, ex_data_files[e->file].name) ||
            !strstr(err.text, e->where) || !strstr(err.text, e->what))
            fail_msg("row %zu, %s for %s: %s", i, e->put, e->find, err.text);
    }
}

static void small_set_is_read(void **state)
{
    struct ex_dataset *set = NULL;
    struct ex_error err = { "" };
    const struct ex_catalog *cat;
    (void)state;

    if (ex_data_load(&set, small_dir, &err) != EX_OK)
        fail_msg("%s", err.text);
    cat = ex_data_catalog(set);
    assert_int_equal(cat->n_builds, 4);
    assert_string_equal(cat->builds[1].kb, "KB1");
    assert_string_equal(cat->builds[1].update, "");
    assert_string_equal(cat->builds[1].source, "Table A; Table B (2026-01-31)");
    assert_int_equal(cat->builds[2].kind, EX_KIND_SU);
    assert_false(cat->builds[2].cumulative);
    assert_string_equal(cat->builds[2].fixes_only[0], "CVE-2025-53782");
    assert_null(cat->builds[2].fixes_only[1]);
    assert_true(cat->builds[3].esu_only && cat->builds[3].esu_period == 1);
    assert_int_equal(cat->n_cves, 1);
    assert_int_equal(cat->cves[0].cvss10, 84);
    assert_true(cat->cves[0].kev);
    assert_int_equal(cat->cves[0].preauth, EX_TRI_YES);
    assert_int_equal(cat->cves[0].user_interaction, EX_TRI_UNKNOWN);
    assert_int_equal(cat->cves[0].status[EX_GEN_2016], EX_PS_NOT_LISTED);
    assert_int_equal(cat->cves[0].status[EX_GEN_SE], EX_PS_INCLUDED);
    assert_int_equal(cat->cves[0].n_fixed_in, 1);
    assert_int_equal(cat->cves[0].n_vendor_fixed_in, 1);
    assert_int_equal(cat->cves[0].included_since[EX_GEN_2019].part[3], 10);
    assert_int_equal(cat->cves[0].included_since[EX_GEN_SE].n_parts, 0);
    assert_int_equal(cat->lives[1].n_esu, 1);
    assert_string_equal(cat->lives[1].esu[0].updates[0], "Feb26SU");
    assert_int_equal(cat->lives[1].mainstream_end, EX_DAY_NONE);
    assert_string_equal(cat->devices[1].match, "");
    assert_int_equal(cat->rules[0].severity_kev, EX_SEV_NONE);
    assert_string_equal(cat->rules[0].remediation_end, "Go.");
    assert_int_equal(cat->n_advice, 1);
    assert_int_equal(cat->n_paths, 4);
    assert_string_equal(cat->paths[0].folder, "/aspnet_client/");
    assert_string_equal(cat->paths[0].extension, ".log");
    assert_false(cat->paths[0].probe);
    assert_string_equal(cat->paths[1].extension, ".ashx");
    assert_int_equal(cat->paths[1].tier, 2);
    assert_true(cat->paths[2].genuine);
    assert_string_equal(cat->paths[2].marker, "ASP.auth_logon_aspx");
    assert_string_equal(cat->paths[3].campaign, "Wave");
    assert_int_equal(cat->paths[3].confidence, EX_IF200_HIGH);
    assert_int_equal(cat->n_scripts, 2);
    assert_true(cat->scripts[1].masked && cat->scripts[1].sha256[0] == '\0');
    assert_int_equal(cat->n_origins, 2);
    assert_true(cat->origins[0].collector && !cat->origins[1].collector);
    assert_string_equal(cat->backdoor_limits[1], "Other nodes");
    assert_null(cat->backdoor_limits[2]);
    assert_non_null(strstr(cat->signatures, "rule one"));
    assert_string_equal(cat->info.date, "2026-03-01");
    ex_data_free(set);
    ex_data_free(NULL);
}

/* The same bytes have the same hash, wherever they lie; one other byte has another. */
static void hash_is_of_the_content(void **state)
{
    struct ex_dataset *own = NULL, *dir = NULL, *small = NULL, *edited = NULL;
    struct ex_error err = { "" };
    (void)state;

    assert_int_equal(ex_data_load(&own, NULL, &err), EX_OK);
    assert_int_equal(ex_data_load(&dir, SOURCE_ROOT "/targets", &err), EX_OK);
    assert_int_equal(ex_data_load(&small, small_dir, &err), EX_OK);
    small_edit(EX_FILE_META, "Later ones", "Later once");
    assert_int_equal(ex_data_load(&edited, small_dir, &err), EX_OK);
    small_restore(EX_FILE_META);
    assert_int_equal(strlen(ex_data_catalog(own)->info.sha256), 64);
    assert_string_equal(ex_data_catalog(own)->info.sha256, ex_data_catalog(dir)->info.sha256);
    assert_string_not_equal(ex_data_catalog(own)->info.sha256, ex_data_catalog(small)->info.sha256);
    assert_string_not_equal(ex_data_catalog(small)->info.sha256,
                            ex_data_catalog(edited)->info.sha256);
    ex_data_free(own);
    ex_data_free(dir);
    ex_data_free(small);
    ex_data_free(edited);
}

static void a_set_is_all_or_nothing(void **state)
{
    struct ex_error err = { "" };
    char path[SMALL_PATH_MAX];
    (void)state;

    for (int i = 0; i < EX_N_DATA_FILES; i++) {
        struct ex_dataset *set = NULL;

        small_path(path, (enum ex_data_file_id)i);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(ex_data_load(&set, small_dir, &err), EX_EIO);
        assert_null(set);
        assert_non_null(strstr(err.text, ex_data_files[i].name));
        assert_non_null(strstr(err.text, "No such file"));
        small_restore((enum ex_data_file_id)i);
    }
}

static void a_folder_is_no_file(void **state)
{
    struct ex_dataset *set = NULL;
    struct ex_error err = { "" };
    (void)state;

    assert_int_equal(ex_data_load(&set, "/dev/null", &err), EX_EIO);
    assert_non_null(strstr(err.text, "/dev/null/advice.json"));
    assert_int_equal(ex_data_load(&set, "", &err), EX_EIO);
    assert_null(set);
}

static void a_huge_file_is_refused(void **state)
{
    struct ex_dataset *set = NULL;
    struct ex_error err = { "" };
    char *text = malloc(EX_DATA_FILE_MAX + 1);
    (void)state;

    assert_non_null(text);
    memset(text, ' ', EX_DATA_FILE_MAX + 1);
    small_write(EX_FILE_RULES, text, EX_DATA_FILE_MAX + 1);
    assert_int_equal(ex_data_load(&set, small_dir, &err), EX_ESCHEMA);
    assert_non_null(strstr(err.text, "rules.json: more than"));
    small_write(EX_FILE_RULES, text, EX_DATA_FILE_MAX);
    assert_int_equal(ex_data_load(&set, small_dir, &err), EX_ESCHEMA);
    assert_null(strstr(err.text, "more than"));
    assert_null(set);
    free(text);
    small_restore(EX_FILE_RULES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_set_is_read),      cmocka_unit_test(every_mistake_is_named),
        cmocka_unit_test(hash_is_of_the_content), cmocka_unit_test(a_set_is_all_or_nothing),
        cmocka_unit_test(a_folder_is_no_file),    cmocka_unit_test(a_huge_file_is_refused),
    };

    return cmocka_run_group_tests(tests, small_setup, small_teardown);
}
