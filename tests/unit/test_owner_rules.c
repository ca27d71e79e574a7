// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "scanned.h"

static char file[] = "/tmp/exprobe-rules-XXXXXX";

static void write_rules(const char *text, size_t n)
{
    FILE *f = fopen(file, "wb");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

static enum ex_status compile(const struct fixture *f, const char *text, size_t n,
                              struct ex_signatures **out, struct ex_error *err)
{
    const char *const files[] = { file };

    write_rules(text, n);
    return ex_signatures_new(out, ex_data_catalog(f->set), files, 1, err);
}

static void mistakes_of_owners_are_named(void **state)
{
    static const struct {
        const char *text, *where, *what;
    } bad[] = {
        { "rule a { condition: true }\nrule b {\n condition: nosuch == 1 }", "line 3", "nosuch" },
        { "rule a { condition: }", "line 1", "syntax error" },
        { "rule a {", "at its end", "syntax error" },
        { "rule a { condition: true }\nrule a { condition: true }", "line 2", "duplicated" },
        { "rule a { strings: $a = \"x\" condition: true }", "line 1", "unreferenced" },
        { "rule a { strings: $a = /(/ condition: $a }", "line 1", "regular expression" },
        { "rule a { condition: status == \"x\" }", "line 1", "type mismatch" },
        { "rule a { condition: oab_vdir_dump }", "line 1", "undefined identifier" },
        { "include \"/etc/passwd\"", "line 1", "includes are disabled" },
        { "import \"nosuch\"", "line 1", "nosuch" },
        { "import \"pe\" rule a { condition: pe.number_of_sections == 1 }", "", "imports \"pe\"" },
        { "import \"magic\" rule a { condition: true }", "", "imports \"magic\"" },
        { "import \"cuckoo\" rule a { condition: true }", "", "imports \"cuckoo\"" },
        { "import \"time\" rule a { condition: false }", "", "imports \"time\"" },
        { "import \"console\" rule a { condition: console.log(\"x\") }", "",
          "imports \"console\"" },
        { "rule a { meta: strength = \"sure\" condition: true }", "rule a", "\"sure\"" },
        { "rule \x1b[31m { condition: true }", "line 1", "" },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_OF(bad); i++) {
        struct ex_signatures *s = NULL;
        struct ex_error err = { "" };

        if (compile(f, bad[i].text, strlen(bad[i].text), &s, &err) != EX_EINPUT || s)
            fail_msg("compiled: %s", bad[i].text);
        if (!strstr(err.text, bad[i].where) || !strstr(err.text, bad[i].what))
            fail_msg("%s: %s", bad[i].text, err.text);
        if (strcmp(bad[i].where, "rule a") != 0 && !strstr(err.text, file))
            fail_msg("%s: %s", bad[i].text, err.text);
        for (const char *p = err.text; *p; p++)
            assert_true(*p >= ' ' && *p <= '~');
    }
}

static void files_that_are_none(void **state)
{
    static const char *const missing[] = { "/nonexistent/rules.yar" };
    static const char *const folder[] = { "/tmp" };
    struct fixture *f = *state;
    struct ex_signatures *s = NULL;
    struct ex_error err = { "" };
    char *blank = malloc(1024 * 1024 + 1);

    assert_non_null(blank);
    memset(blank, ' ', 1024 * 1024 + 1);
    assert_int_equal(compile(f, blank, 1024 * 1024 + 1, &s, &err), EX_EINPUT);
    assert_non_null(strstr(err.text, "more than"));
    free(blank);
    assert_int_equal(compile(f, "YARA\0\x0a", 6, &s, &err), EX_EINPUT);
    assert_non_null(strstr(err.text, "NUL"));
    assert_int_equal(ex_signatures_new(&s, ex_data_catalog(f->set), missing, 1, &err), EX_EIO);
    assert_non_null(strstr(err.text, "No such file"));
    assert_int_equal(ex_signatures_new(&s, ex_data_catalog(f->set), folder, 1, &err), EX_EIO);
    assert_null(s);
}

static void own_rules_run_beside_ours(void **state)
{
    static const char text[] =
        "import \"math\"\nimport \"hash\"\n"
        "rule Named_1 { meta: title = \"Ours\" strength = \"suspicious\" strings: $a = \"marker\" "
        "condition: $a and path iendswith \".aspx\" and status == 200 and dynamic and not body_cut "
        "and baseline_status == 302 and baseline_location contains \"404\" and content_type "
        "contains \"html\" and location == \"\" and owa_page == \"\" and expected_page == \"\" }\n"
        "rule bare { condition: hash.md5(0, filesize) != \"\" and math.entropy(0, filesize) >= 0 "
        "}\n"
        "private rule hidden { condition: true }\n"
        "rule blank_200 { meta: strength = \"confirmed\" condition: filesize == 9 }\n";
    struct fixture *f = *state;
    struct ex_signatures *s = NULL;
    struct ex_scanner *c = NULL;
    struct ex_error err = { "" };
    const struct row row = { .body = "marker <title>ASPXSpy" }, nine = { .body = "123456789" };
    struct ex_sample sample = sample_of(&row);
    struct ex_hits hits;
    char got[512];

    if (compile(f, text, sizeof(text) - 1, &s, &err) != EX_OK)
        fail_msg("%s", err.text);
    assert_int_equal(ex_scanner_new(&c, s), EX_OK);
    ex_scanner_scan(c, &sample, &hits);
    ids_of(got, &hits);
    assert_string_equal(got, "known-shell-title,bare,Named_1");
    assert_int_equal(hits.at[1].strength, EX_STRENGTH_LIKELY);
    assert_string_equal(hits.at[1].title, "");
    assert_string_equal(hits.at[2].title, "Ours");
    sample = sample_of(&nine);
    ex_scanner_scan(c, &sample, &hits);
    ids_of(got, &hits);
    assert_string_equal(got, "blank_200,bare");
    ex_scanner_free(c);
    ex_signatures_free(s);
}

/* A global rule of an owner says nothing about ours. */
static void a_file_is_a_world_of_its_own(void **state)
{
    static const char text[] = "global rule never { condition: false }\nrule a { condition: true }";
    struct fixture *f = *state;
    struct ex_signatures *s = NULL;
    struct ex_scanner *c = NULL;
    struct ex_error err = { "" };
    const struct row row = { .body = "" };
    const struct ex_sample sample = sample_of(&row);
    struct ex_hits hits;

    assert_int_equal(compile(f, text, sizeof(text) - 1, &s, &err), EX_OK);
    assert_int_equal(ex_scanner_new(&c, s), EX_OK);
    ex_scanner_scan(c, &sample, &hits);
    assert_int_equal(hits.n, 1);
    assert_string_equal(hits.at[0].id, "blank-200");
    ex_scanner_free(c);
    ex_signatures_free(s);
}

static void only_the_strongest_are_kept(void **state)
{
    static const char text[] =
        "rule s1 { meta: strength = \"suspicious\" condition: true }\n"
        "rule l1 { condition: true }\nrule l2 { condition: true }\nrule l3 { condition: true }\n"
        "rule s2 { meta: strength = \"suspicious\" condition: true }\n"
        "rule l4 { condition: true }\n"
        "rule c1 { meta: strength = \"confirmed\" condition: true }\n"
        "rule l5 { condition: true }\n"
        "rule c2 { meta: strength = \"confirmed\" condition: true }\n";
    struct fixture *f = *state;
    struct ex_signatures *s = NULL;
    struct ex_scanner *c = NULL;
    struct ex_error err = { "" };
    const struct row row = { .body = "hello" };
    const struct ex_sample sample = sample_of(&row);
    struct ex_hits hits;
    char got[512];

    assert_int_equal(compile(f, text, sizeof(text) - 1, &s, &err), EX_OK);
    assert_int_equal(ex_scanner_new(&c, s), EX_OK);
    ex_scanner_scan(c, &sample, &hits);
    ids_of(got, &hits);
    assert_string_equal(got, "c1,c2,l1,l2,l3,l4");
    assert_false(hits.failed);
    ex_scanner_free(c);
    ex_signatures_free(s);
}

/* A rule without end is stopped, which is said; the next answer is scanned as before. */
static void time_is_limited(void **state)
{
    static const char text[] = "rule slow { strings: $a = \"ab\" condition: for all i in (1..#a) : "
                               "(for all j in (1..#a) : (@a[i] + @a[j] < 1000000000)) }\n";
    static char body[65536];
    struct fixture *f = *state;
    struct ex_signatures *s = NULL;
    struct ex_scanner *c = NULL;
    struct ex_error err = { "" };
    const struct row row = { .body = body, .n = sizeof(body) }, blank = { .body = "" };
    struct ex_sample sample = sample_of(&row);
    struct ex_hits hits;

    for (size_t i = 0; i < sizeof(body); i++)
        body[i] = i % 2 ? 'b' : 'a';
    assert_int_equal(compile(f, text, sizeof(text) - 1, &s, &err), EX_OK);
    assert_int_equal(ex_scanner_new(&c, s), EX_OK);
    ex_scanner_scan(c, &sample, &hits);
    assert_true(hits.failed);
    sample = sample_of(&blank);
    ex_scanner_scan(c, &sample, &hits);
    assert_false(hits.failed);
    assert_string_equal(hits.at[hits.n - 1].id, "blank-200");
    ex_scanner_free(c);
    ex_signatures_free(s);
}

static int file_setup(void **state)
{
    const int fd = mkstemp(file);

    return fd < 0 || close(fd) != 0 ? -1 : scanned_setup(state);
}

static int file_teardown(void **state)
{
    unlink(file);
    return scanned_teardown(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mistakes_of_owners_are_named),
        cmocka_unit_test(files_that_are_none),
        cmocka_unit_test(own_rules_run_beside_ours),
        cmocka_unit_test(a_file_is_a_world_of_its_own),
        cmocka_unit_test(only_the_strongest_are_kept),
        cmocka_unit_test(time_is_limited),
    };

    return cmocka_run_group_tests(tests, file_setup, file_teardown);
}
