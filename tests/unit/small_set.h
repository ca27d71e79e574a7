// SPDX-License-Identifier: MIT
#ifndef TESTS_SMALL_SET_H
#define TESTS_SMALL_SET_H

/* A set of knowledge as small as the loader takes, as files in a folder of its own, and
 * edits of it. Include cmocka.h first. */
#include <stdlib.h>
#include <unistd.h>

#include "data/files.h"
#include "data/load.h"

enum { SMALL_FILE_MAX = 16384, SMALL_PATH_MAX = 256 };

static char small_dir[] = "/tmp/exprobe-set-XXXXXX";

static const char *const small_text[EX_N_DATA_FILES] = {
    [EX_FILE_ADVICE] =
        "[{\"id\": \"hybrid\", \"before\": \"2025-10-14\", \"since\": \"2026-09-01\", "
        "\"text\": \"Mail stops\", \"source\": [\"a\"]}]",
    [EX_FILE_ALIASES] =
        "[{\"observed\": \"14.3.123.3\", \"official\": \"14.3.123.4\", \"source\": [\"a\"]}]",
    [EX_FILE_BUILDS] =
        "[\n"
        "{\"build\": \"14.3.123.4\", \"product\": \"Exchange Server 2010\", \"cu\": \"SP3\", "
        "\"update\": null, \"kind\": \"sp\", \"released\": \"2013-02-12\", \"kb\": null, "
        "\"esu_period\": null, \"security_level\": \"SP3\", \"rerelease_of\": null, "
        "\"fixes_only\": null, \"notes\": null, \"source\": [\"a\"]},\n"
        "{\"build\": \"15.2.1748.10\", \"product\": \"Exchange Server 2019\", \"cu\": \"CU15\", "
        "\"update\": null, \"kind\": \"cu\", \"released\": \"2025-02-10\", \"kb\": \"KB1\", "
        "\"esu_period\": null, \"security_level\": \"CU15\", \"rerelease_of\": null, "
        "\"fixes_only\": null, \"notes\": null, \"source\": [\"a\", \"b\"]},\n"
        "{\"build\": \"15.2.1748.39\", \"product\": \"Exchange Server 2019\", \"cu\": \"CU15\", "
        "\"update\": \"Oct25SU\", \"kind\": \"su\", \"released\": \"2025-10-14\", \"kb\": \"KB2\", "
        "\"esu_period\": null, \"security_level\": \"Oct25SU\", \"rerelease_of\": null, "
        "\"fixes_only\": [\"CVE-2025-53782\"], \"notes\": \"x\", \"source\": [\"b\"]},\n"
        "{\"build\": \"15.2.1748.43\", \"product\": \"Exchange Server 2019\", \"cu\": \"CU15\", "
        "\"update\": \"Feb26SU\", \"kind\": \"su\", \"released\": \"2026-02-10\", \"kb\": \"KB3\", "
        "\"esu_period\": 1, \"security_level\": \"Feb26SU\", \"rerelease_of\": \"Oct25SU\", "
        "\"fixes_only\": null, \"notes\": null, \"source\": [\"b\"]}\n"
        "]\n",
    [EX_FILE_CVES] =
        "[{\"cve\": \"CVE-2025-53782\", \"name\": \"Name\", \"published\": \"2025-10-14\", "
        "\"fix_available\": \"2025-10-14\", \"severity\": \"high\", \"cvss\": 8.4, "
        "\"cvss_vector\": null, \"cvss_v2\": null, \"impact\": \"Spoofing\", \"preauth\": true, "
        "\"user_interaction\": null, \"vendor_severity\": \"Important\", "
        "\"vendor_exploited\": false, \"vendor_exploitability\": \"Less Likely\", "
        "\"kev_date\": \"2025-11-01\", \"ransomware\": false, \"public_exploit\": null, "
        "\"epss\": 0.5, \"status\": {\"2003\": \"eol_unassessed\", \"2007\": \"eol_unassessed\", "
        "\"2010\": \"eol_unassessed\", \"2013\": \"eol_unassessed\", \"2016\": \"not_listed\", "
        "\"2019\": \"fixed\", \"SE\": \"included\"}, \"fixed_in\": [\"15.2.1748.39\"], "
        "\"vendor_fixed_in\": [\"15.2.1748.43\"], \"fixed_in_upper_bounds\": null, "
        "\"fix_unknown_in\": null, \"included_since\": {\"2019\": \"15.2.1748.10\"}, "
        "\"default_on_since\": {}, \"decidable\": \"necessary_not_sufficient\", "
        "\"override_can_disable\": false, \"condition\": \"Do this\", \"note\": null, "
        "\"confidence\": \"high\", \"source\": [\"a\"]}]",
    [EX_FILE_DEVICES] =
        "[{\"id\": \"f5\", \"name\": \"F5\", \"where\": \"cookie\", \"role\": \"pass\", "
        "\"header\": null, \"match\": \"TS01\", \"source\": [\"a\"]},"
        "{\"id\": \"f5\", \"name\": \"F5\", \"where\": \"header\", \"role\": \"pass\", "
        "\"header\": \"Server\", \"match\": \"\", \"source\": [\"a\"]}]",
    [EX_FILE_LIFECYCLE] =
        "[{\"generation\": \"2010\", \"product\": \"Exchange Server 2010\", "
        "\"released\": \"2009-11-09\", \"mainstream_end\": \"2015-01-13\", "
        "\"extended_end\": \"2020-10-13\", \"serviced_cus\": [\"SP3\"], \"esu\": [], "
        "\"note\": null, \"source\": [\"a\"]},"
        "{\"generation\": \"2019\", \"product\": \"Exchange Server 2019\", "
        "\"released\": \"2018-10-22\", \"mainstream_end\": null, "
        "\"extended_end\": \"2025-10-14\", \"serviced_cus\": [\"CU15\"], "
        "\"esu\": [{\"period\": 1, \"from\": \"2025-10-15\", \"to\": \"2026-04-14\", "
        "\"cus\": [\"CU15\"], \"updates\": [\"Feb26SU\"], \"note\": null}], "
        "\"note\": \"x\", \"source\": [\"a\"]}]",
    [EX_FILE_LIMITS] = "[{\"id\": \"names\", \"text\": \"Other names\", \"source\": [\"a\"]},"
                       "{\"id\": \"nodes\", \"text\": \"Other nodes\", \"source\": [\"b\"]}]",
    [EX_FILE_MAIL_NAMES] =
        "[{\"kind\": \"hosted\", \"name\": \"cloud.example\", \"what\": \"Cloud\", "
        "\"source\": [\"a\"]},"
        "{\"kind\": \"label\", \"name\": \"mail\", \"what\": null, "
        "\"source\": [\"a\"]},"
        "{\"kind\": \"label\", \"name\": \"owa\", \"what\": null, "
        "\"source\": [\"a\"]}]",
    [EX_FILE_META] = "[{\"schema\": \"exprobe-data/1\", \"date\": \"2026-03-01\", "
                     "\"kev_date\": \"2026-02-20\", \"newest_update\": \"Feb26SU\", "
                     "\"newest_update_released\": \"2026-02-10\", \"not_covered\": \"Later ones\", "
                     "\"source\": [\"a\"]}]",
    [EX_FILE_ORIGINS] = "[{\"suffix\": \"bin.example\", \"collector\": true, \"what\": \"Bin\", "
                        "\"source\": [\"a\"]},"
                        "{\"suffix\": \"cdn.example\", \"collector\": false, \"what\": \"CDN\", "
                        "\"source\": [\"a\"]}]",
    [EX_FILE_PATHS] =
        "[\n"
        "{\"id\": \"google-log\", \"path\": \"/aspnet_client/google.log\", \"tier\": 3, "
        "\"genuine\": false, \"probe\": false, \"collision\": false, \"confidence\": \"medium\", "
        "\"marker\": null, \"family\": \"log\", \"campaign\": null, \"first_seen\": \"2021\", "
        "\"note\": \"Holds data\", \"source\": [\"a\"]},\n"
        "{\"id\": \"xml\", \"path\": \"/owa/auth/Xml.ashx\", \"tier\": 2, "
        "\"genuine\": false, \"probe\": true, \"collision\": false, \"confidence\": \"low\", "
        "\"marker\": null, \"family\": \"web shell\", \"campaign\": null, "
        "\"first_seen\": \"unknown\", \"note\": null, \"source\": [\"b\"]},\n"
        "{\"id\": \"logon\", \"path\": \"/owa/auth/Logon.aspx\", \"tier\": 0, "
        "\"genuine\": true, \"probe\": false, \"collision\": true, \"confidence\": \"low\", "
        "\"marker\": \"ASP.auth_logon_aspx\", \"family\": \"page\", \"campaign\": null, "
        "\"first_seen\": \"unknown\", \"note\": \"Control\", \"source\": [\"a\"]},\n"
        "{\"id\": \"shell\", \"path\": \"/owa/auth/shell.aspx\", \"tier\": 1, "
        "\"genuine\": false, \"probe\": true, \"collision\": false, \"confidence\": \"high\", "
        "\"marker\": null, \"family\": \"web shell\", \"campaign\": \"Wave\", "
        "\"first_seen\": \"2021-03\", \"note\": null, \"source\": [\"a\", \"b\"]}\n"
        "]\n",
    [EX_FILE_RULES] = NULL, /* made of ex_rule_ids */
    [EX_FILE_SCRIPTS] =
        "[{\"name\": \"flogon.js\", "
        "\"sha256\": \"00000000000000000000000000000000000000000000000000000000000000aa\", "
        "\"bare_sha256\": null, \"masked\": false, \"note\": null, \"source\": [\"a\"]},"
        "{\"name\": \"inline\", \"sha256\": null, "
        "\"bare_sha256\": \"00000000000000000000000000000000000000000000000000000000000000bb\", "
        "\"masked\": true, \"note\": null, \"source\": [\"a\"]}]",
    [EX_FILE_SIGNATURES] = "rule one\n{\n    condition:\n        false\n}\n",
    [EX_FILE_SOURCES] = "[{\"id\": \"a\", \"title\": \"Table A\", \"url\": null, \"date\": null},"
                        "{\"id\": \"b\", \"title\": \"Table B\", \"url\": \"https://b.example/\", "
                        "\"date\": \"2026-01-31\"}]",
};

static inline void small_rules(char to[static SMALL_FILE_MAX])
{
    size_t n = (size_t)snprintf(to, SMALL_FILE_MAX, "[");

    for (size_t i = 0; ex_rule_ids[i]; i++)
        n += (size_t)snprintf(to + n, SMALL_FILE_MAX - n,
                              "%s\n{\"id\": \"%s\", \"severity\": \"low\", \"severity_cve\": null, "
                              "\"severity_high\": \"high\", \"severity_kev\": null, "
                              "\"title\": \"{what} is\", \"remediation\": \"Do.\", "
                              "\"remediation_esu\": null, \"remediation_end\": \"Go.\", "
                              "\"references\": [\"https://r.example/\"]}",
                              i ? "," : "", ex_rule_ids[i]);
    snprintf(to + n, SMALL_FILE_MAX - n, "]");
}

static inline void small_path(char to[static SMALL_PATH_MAX], enum ex_data_file_id file)
{
    snprintf(to, SMALL_PATH_MAX, "%s/%s", small_dir, ex_data_files[file].name);
}

static inline void small_write(enum ex_data_file_id file, const char *text, size_t n)
{
    char path[SMALL_PATH_MAX];
    FILE *f;

    small_path(path, file);
    f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

/** Write one file as it should be. */
static inline void small_restore(enum ex_data_file_id file)
{
    static char rules[SMALL_FILE_MAX];
    const char *text = small_text[file];

    if (!text) {
        small_rules(rules);
        text = rules;
    }
    small_write(file, text, strlen(text));
}

/** Write one file with the first @find replaced; "" puts @put at the end. */
static inline void small_edit(enum ex_data_file_id file, const char *find, const char *put)
{
    static char text[SMALL_FILE_MAX], rules[SMALL_FILE_MAX];
    const char *from = small_text[file], *at;

    if (!from) {
        small_rules(rules);
        from = rules;
    }
    at = find[0] ? strstr(from, find) : from + strlen(from);
    if (!at)
        fail_msg("%s has no %s", ex_data_files[file].name, find);
    snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - from), from, put, at + strlen(find));
    small_write(file, text, strlen(text));
}

static inline int small_setup(void **state)
{
    (void)state;
    if (!mkdtemp(small_dir))
        return -1;
    for (int i = 0; i < EX_N_DATA_FILES; i++)
        small_restore((enum ex_data_file_id)i);
    return 0;
}

static inline int small_teardown(void **state)
{
    char path[SMALL_PATH_MAX];
    (void)state;

    for (int i = 0; i < EX_N_DATA_FILES; i++) {
        small_path(path, (enum ex_data_file_id)i);
        unlink(path);
    }
    return rmdir(small_dir);
}

#endif
