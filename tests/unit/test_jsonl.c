// SPDX-License-Identifier: MIT
#include "judged.h"

#include <jansson.h>

#include "core/put.h"
#include "out/jsonl.h"

static const char user_agent[] = "exprobe/0.1.0";

/* The line as JSON; it must be one line and nothing else. */
static json_t *parse(const char *line, size_t n)
{
    json_error_t why;
    json_t *json;

    assert_non_null(line);
    if (n == 0 || line[n - 1] != '\n' || memchr(line, '\n', n) != line + n - 1 || strlen(line) != n)
        fail_msg("not one line: %s", line);
    json = json_loadb(line, n, JSON_REJECT_DUPLICATES, &why);
    if (!json)
        fail_msg("%s: %s", why.text, line);
    return json;
}

static json_t *host_of(struct fixture *f)
{
    size_t n = 0;

    ex_findings_of(&f->r, f->cat, &f->all);
    const char *line = ex_jsonl_host(&f->json, &f->r, &f->all, f->cat, user_agent, &n);
    return parse(line, n);
}

/* The keys of an object, in the order they are written. */
static void check_keys(json_t *object, const char *want)
{
    char got[1024];
    struct ex_put w = ex_put_of(got, sizeof(got));
    const char *key;
    json_t *value;

    assert_true(json_is_object(object));
    json_object_foreach (object, key, value) {
        ex_put_str(&w, w.at > got ? " " : "");
        ex_put_str(&w, key);
    }
    if (strcmp(got, want) != 0)
        fail_msg("keys\n%s\nwanted\n%s", got, want);
}

static const char *text_of(const json_t *record, const char *path)
{
    const json_t *at = record;
    char key[64];

    while (*path) {
        const size_t n = strcspn(path, "/");

        ex_span_copy(key, sizeof(key), (struct ex_span){ (const uint8_t *)path, n });
        at = key[0] >= '0' && key[0] <= '9' ? json_array_get(at, (size_t)(key[0] - '0'))
                                            : json_object_get(at, key);
        path += n + (path[n] == '/');
    }
    return json_is_null(at) ? "(null)" : json_is_string(at) ? json_string_value(at) : "(none)";
}

/* Frozen: scripts and other programs read these. New keys may come, none may go or change. */
static void keys_are_frozen(void **state)
{
    struct fixture *f = *state;

    begin(f, "15.2.1748.43", "2026-11-23");
    f->r.ntlm.present = f->r.auth.present = f->r.auth.cert.present = f->r.tls.cert.present = true;
    SET(f->r.exposures[0].path, "/ecp/");
    f->r.exposures[0].id = "ecp-reachable";
    f->r.n_exposures = 1;
    json_t *host = host_of(f);

    check_keys(host,
               "type target line tags address port server_name state detail started"
               " duration_ms requests bytes exchange patch support backdoor logon_page exposure"
               " tls server aspnet_version ntlm auth findings severity");
    check_keys(json_object_get(host, "exchange"),
               "present product generation cu update build witnesses notes front_ends"
               " front_end_builds back_end device device_id");
    check_keys(json_object_get(json_object_get(host, "exchange"), "build"),
               "precision exact min max candidates observed floor lower_bound");
    check_keys(json_object_get(host, "patch"),
               "state latest updates_behind released age_days install cumulative missing presumed"
               " possible configuration unassessed kev no_public_fix data_date data_age_days "
               "patch_tuesdays_since_data");
    check_keys(json_object_get(host, "support"),
               "state product_end cu_serviced esu esu_end esu_build");
    check_keys(json_object_get(host, "backdoor"),
               "state reason summary tier probed names requests blocked candidates more"
               " calibration limits");
    check_keys(json_object_get(host, "logon_page"),
               "state summary score features foreign_origins target hash theme pages doubtful"
               " incomplete flogon_differs pages_differ scripts more exhibit limits");
    check_keys(json_array_get(json_object_get(host, "exposure"), 0), "id url status value");
    check_keys(json_object_get(host, "tls"), "version cipher client_certificate_requested"
                                             " secure_renegotiation alert error certificate");
    check_keys(json_object_get(json_object_get(host, "tls"), "certificate"),
               "subject issuer san san_count not_before not_after sha256 key_type key_bits"
               " self_signed trusted trust_error name_match");
    check_keys(json_object_get(host, "ntlm"), "netbios_computer netbios_domain dns_computer"
                                              " dns_domain dns_tree os_version");
    check_keys(json_object_get(host, "auth"), "realm certificate");
    check_keys(json_array_get(json_object_get(host, "findings"), 0),
               "id rule subject severity confidence title evidence curl action remediation"
               " references");
    check_keys(
        json_array_get(
            json_object_get(json_array_get(json_object_get(host, "findings"), 0), "evidence"), 0),
        "source url status header");
    json_decref(host);
}

static void run_and_end(void **state)
{
    struct fixture *f = *state;
    const struct ex_run_info info = { .run_id = "id",
                                      .version = "0.1.0",
                                      .shard = "1/1",
                                      .started_unix_ms = now_s * 1000,
                                      .contact = "",
                                      .as_of = 0 };
    struct ex_totals totals = { .targets = 3,
                                .hosts = 7,
                                .bad_lines = 2,
                                .duplicates = 1,
                                .requests = 30,
                                .bytes = 5,
                                .duration_ms = 9 };
    size_t n = 0;
    const char *line = ex_jsonl_run(&f->json, &info, f->cat, &n);
    json_t *json = parse(line, n);

    check_keys(json, "type schema run_id version data as_of started shard targets bad_lines contact"
                     " deep ntlm_info fingerprint_only backdoor own_paths ipv4_only ipv6_only"
                     " one_address files");
    check_keys(json_object_get(json, "files"), "rules known_good paths cacert scope exclude");
    check_keys(json_object_get(json, "data"), "date sha256 kev_date newest_update not_covered "
                                              "origin serial");
    assert_string_equal(text_of(json, "schema"), "exprobe/1");
    assert_string_equal(text_of(json, "as_of"), "1970-01-01");
    assert_string_equal(text_of(json, "started"), "2026-11-23T07:41:00.000Z");
    assert_string_equal(text_of(json, "contact"), "(null)");
    json_decref(json);

    totals.states[EX_STATE_ANSWERED] = 4;
    totals.states[EX_STATE_OPTED_OUT] = 1;
    totals.states[EX_STATE_REFUSED] = 2;
    line = ex_jsonl_end(&f->json, &totals, &n);
    assert_non_null(strstr(line, "\"coverage\":0.6666,")); /* cut, not rounded */
    json = parse(line, n);
    check_keys(json, "type states severities targets hosts bad_lines duplicates requests bytes"
                     " coverage interrupted list_finished duration_ms");
    check_keys(json_object_get(json, "states"),
               "answered dns-failed refused unreachable connect-timeout tls-failed http-failed"
               " timeout blocked out-of-scope opted-out interrupted internal-error");
    check_keys(json_object_get(json, "severities"), "critical high medium low info none");
    json_decref(json);
}

static void coverage(void **state)
{
    struct ex_totals t = { 0 };
    (void)state;

    assert_true(ex_totals_coverage(&t) == 0.0); /* nothing was covered */
    t.hosts = 4;
    t.states[EX_STATE_ANSWERED] = 1;
    t.states[EX_STATE_OUT_OF_SCOPE] = 1;
    t.states[EX_STATE_OPTED_OUT] = 1;
    t.states[EX_STATE_TIMEOUT] = 1;
    assert_true(ex_totals_coverage(&t) == 0.5); /* who was left out counts neither way */
    t.states[EX_STATE_ANSWERED] = t.states[EX_STATE_TIMEOUT] = 0;
    t.hosts = 2;
    assert_true(ex_totals_coverage(&t) == 0.0); /* and a scope that allows nobody is not complete */
}

/* Nothing that a server says leaves as it came. */
static void hostile_text(void **state)
{
    static const char evil[] = "\033]0;x\007\xff\xe2\x80\xae\"\\\n\xc2\x9b";
    static const char safe[] = "\\x1b]0;x\\x07\xef\xbf\xbd\\u202e\"\\\\x0a\\x9b";
    static const char *const paths[] = {
        "detail",
        "server",
        "aspnet_version",
        "tls/version",
        "tls/cipher",
        "tls/error",
        "tls/certificate/subject",
        "tls/certificate/issuer",
        "tls/certificate/trust_error",
        "tls/certificate/san/0",
        "tls/certificate/key_type",
        "ntlm/dns_domain",
        "auth/realm",
        "exchange/witnesses/0/value",
        "exchange/front_ends/0",
        "exposure/0/value",
    };
    struct fixture *f = *state;

    begin(f, "15.2.1748.43", "2026-11-23");
    f->r.ntlm.present = f->r.auth.present = f->r.tls.cert.present = true;
    f->r.n_exposures = f->r.fingerprint.n_front_ends = 1;
    f->r.exposures[0].id = "internal-name-leak";
    SET(f->r.detail, evil);
    SET(f->r.server, evil);
    SET(f->r.aspnet_version, evil);
    SET(f->r.tls.version, evil);
    SET(f->r.tls.cipher, evil);
    SET(f->r.tls.error, evil);
    SET(f->r.tls.cert.subject, evil);
    SET(f->r.tls.cert.issuer, evil);
    SET(f->r.tls.cert.trust_error, evil);
    SET(f->r.tls.cert.san, evil);
    SET(f->r.tls.cert.key_type, evil);
    SET(f->r.ntlm.dns_domain, evil);
    SET(f->r.auth.realm, evil);
    SET(f->r.fingerprint.witnesses[0].value, evil);
    SET(f->r.fingerprint.front_ends[0].name, evil);
    SET(f->r.exposures[0].value, evil);
    SET(f->r.exposures[0].path, "/owa/");
    json_t *host = host_of(f);
    for (size_t i = 0; i < N_OF(paths); i++) {
        const char *got = text_of(host, paths[i]);
        /* key_type and version hold less than the whole text */
        if (strncmp(got, safe, strlen(got)) != 0 || strlen(got) < 8)
            fail_msg("%s: %s", paths[i], got);
    }
    const char *title = text_of(host, "findings/0/title");
    assert_null(strchr(title, '\033'));
    json_decref(host);
}

/* The words that must not read as a clean bill. */
static void what_was_not_looked_for(void **state)
{
    struct fixture *f = *state;

    begin(f, "", "2026-11-23");
    f->r.state = EX_STATE_REFUSED;
    json_t *host = host_of(f);
    assert_string_equal(text_of(host, "state"), "refused");
    assert_string_equal(text_of(host, "address"), "(null)");
    assert_string_equal(text_of(host, "tls"), "(null)");
    assert_string_equal(text_of(host, "patch/state"), "not-applicable");
    assert_string_equal(text_of(host, "support/state"), "unknown");
    assert_string_equal(text_of(host, "backdoor/state"), "not-assessed");
    assert_string_equal(text_of(host, "backdoor/limits"),
                        "not looked for: this record says nothing about back doors");
    assert_string_equal(text_of(host, "logon_page/state"), "not-assessed");
    assert_string_equal(text_of(host, "severity"), "none");
    json_decref(host);
}

static void members(void **state)
{
    struct fixture *f = *state;

    begin(f, "15.2.1748.43", "2026-11-23");
    set_target(&f->r, "[2001:db8::1]:8443 client=acme site=x");
    f->r.has_address = true;
    f->r.address = f->r.target.addr;
    f->r.tls.cert = (struct ex_cert){
        .present = true, .not_before = -1, .not_after = INT64_MAX, .trusted = EX_TRUST_UNKNOWN
    };
    memcpy(f->r.tls.cert.san, "DNS:a\0IP:192.0.2.1\0", 20);
    json_t *host = host_of(f);
    assert_string_equal(text_of(host, "target"), "[2001:db8::1]:8443");
    assert_string_equal(text_of(host, "address"), "2001:db8::1");
    assert_string_equal(text_of(host, "server_name"), "(null)"); /* no SNI for an address */
    assert_string_equal(text_of(host, "line"), "(null)");        /* an argument has none */
    assert_string_equal(text_of(host, "tags/client"), "acme");
    assert_string_equal(text_of(host, "tags/site"), "x");
    assert_string_equal(text_of(host, "tls/certificate/san/1"), "IP:192.0.2.1");
    assert_string_equal(text_of(host, "tls/certificate/not_before"), "1969-12-31T23:59:59.000Z");
    assert_string_equal(text_of(host, "tls/certificate/not_after"), "(null)"); /* no such year */
    assert_string_equal(text_of(host, "tls/certificate/trusted"), "(null)");
    assert_string_equal(text_of(host, "tls/version"), "(null)");
    assert_string_equal(text_of(host, "ntlm"), "(null)");
    assert_string_equal(text_of(host, "auth"), "(null)");
    assert_string_equal(text_of(host, "findings/0/evidence/0/header"), "x-owa-version: seen");
    assert_string_equal(text_of(host, "severity"), "critical");
    json_decref(host);
}

/* Memory that runs out after so many allocations: the program is linked with --wrap. */
static size_t allocations_left = SIZE_MAX;

void *__real_realloc(void *p, size_t n);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_realloc(void *p, size_t n)
{
    return allocations_left && allocations_left-- ? __real_realloc(p, n) : NULL;
}

static void no_memory_is_no_line(void **state)
{
    struct fixture *f = *state;
    size_t n = 0, needed = 0;
    const char *line = NULL;

    begin(f, "15.2.1748.43", "2026-11-23");
    ex_findings_of(&f->r, f->cat, &f->all);
    while (f->all.n < EX_FINDINGS_MAX) { /* so long a line that its memory has to grow */
        f->all.at[f->all.n] = f->all.at[0];
        f->all.n++;
    }
    for (needed = 0; !line; needed++) {
        ex_json_free(&f->json);
        allocations_left = needed;
        line = ex_jsonl_host(&f->json, &f->r, &f->all, f->cat, user_agent, &n);
        allocations_left = SIZE_MAX;
        if (!line)
            assert_int_equal(n, 0);
    }
    assert_true(needed > 2);
    json_decref(parse(line, n)); /* whole, or nothing */

    /* A line that was lost does not cost the next one; and what is kept is used again. */
    allocations_left = 0;
    assert_non_null(ex_jsonl_host(&f->json, &f->r, &f->all, f->cat, user_agent, &n));
    allocations_left = SIZE_MAX;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_frozen),
        cmocka_unit_test(run_and_end),
        cmocka_unit_test(coverage),
        cmocka_unit_test(hostile_text),
        cmocka_unit_test(what_was_not_looked_for),
        cmocka_unit_test(members),
        cmocka_unit_test(no_memory_is_no_line),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
