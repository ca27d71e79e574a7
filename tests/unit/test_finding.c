// SPDX-License-Identifier: MIT
#include "judged.h"

#include "core/put.h"
#include "out/fill.h"

static void severities_are_data(void **state)
{
    static const struct {
        enum ex_severity base, any, high, kev;
        bool is_kev;
        enum ex_severity cve, want;
    } rows[] = {
        { EX_SEV_LOW, EX_SEV_MEDIUM, EX_SEV_HIGH, EX_SEV_CRITICAL, true, EX_SEV_LOW,
          EX_SEV_CRITICAL },
        { EX_SEV_LOW, EX_SEV_MEDIUM, EX_SEV_HIGH, EX_SEV_CRITICAL, false, EX_SEV_CRITICAL,
          EX_SEV_HIGH },
        { EX_SEV_LOW, EX_SEV_MEDIUM, EX_SEV_HIGH, EX_SEV_CRITICAL, false, EX_SEV_HIGH,
          EX_SEV_HIGH },
        { EX_SEV_LOW, EX_SEV_MEDIUM, EX_SEV_HIGH, EX_SEV_CRITICAL, false, EX_SEV_MEDIUM,
          EX_SEV_MEDIUM },
        { EX_SEV_INFO, EX_SEV_NONE, EX_SEV_NONE, EX_SEV_NONE, true, EX_SEV_CRITICAL, EX_SEV_INFO },
        { EX_SEV_HIGH, EX_SEV_LOW, EX_SEV_NONE, EX_SEV_MEDIUM, true, EX_SEV_LOW, EX_SEV_HIGH },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        const struct ex_cve_row cve = { .id = "CVE-2026-1",
                                        .extra_condition = "",
                                        .severity = rows[i].cve,
                                        .kev = rows[i].is_kev };
        const struct ex_rule_row rule = {
            "missing-updates", rows[i].base, "{counts}",  "Patch.", NULL,
            rows[i].any,       rows[i].high, rows[i].kev, "",       ""
        };
        const struct ex_catalog cat = { .info = { .date = "2026-10-08" },
                                        .cves = &cve,
                                        .n_cves = 1,
                                        .rules = &rule,
                                        .n_rules = 1 };
        static struct ex_result r;
        static struct ex_findings all;

        r = (struct ex_result){ .fingerprint = { .present = EX_PRESENT_YES },
                                .verdict = { .patch = EX_PATCH_MISSING, .missing = { .n = 1 } } };
        ex_findings_of(&r, &cat, &all);
        if (all.n != 1 || all.severity != rows[i].want)
            fail_msg("row %zu: %s", i, ex_severity_str(all.severity));
    }
}

static void set_certificate(struct ex_result *r, int64_t ends_in_s)
{
    r->tls.cert = (struct ex_cert){ .present = true,
                                    .name_match = true,
                                    .trusted = EX_TRUST_YES,
                                    .not_before = now_s - 100 * DAY_S,
                                    .not_after = now_s + ends_in_s,
                                    .subject = "CN=mail.example.com" };
}

static void certificates(void **state)
{
    static const struct {
        int64_t ends_in_s;
        bool self_signed, other_name, untrusted, by_address;
        const char *rules; /* of certificates, in order */
    } rows[] = {
        { 400LL * DAY_S, .rules = "" },
        { 30LL * DAY_S, .rules = "" },
        { 30LL * DAY_S - 1, .rules = "certificate-expires-soon " },
        { 0, .rules = "certificate-expires-soon " }, /* its last second */
        { -1, .rules = "certificate-expired " },
        { -1, .untrusted = true, .rules = "certificate-expired " }, /* one cause, one finding */
        { 400LL * DAY_S, .untrusted = true, .rules = "certificate-untrusted " },
        { 400LL * DAY_S, .self_signed = true, .untrusted = true,
          .rules = "certificate-self-signed " },
        { 400LL * DAY_S, .other_name = true, .rules = "certificate-name-mismatch " },
        { 400LL * DAY_S, .other_name = true, .by_address = true, .rules = "" },
        { -now_s, .rules = "" }, /* no readable date is no finding */
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        char got[256];
        struct ex_put w = ex_put_of(got, sizeof(got));

        begin(f, "15.2.2562.53", "2026-11-23");
        set_certificate(&f->r, rows[i].ends_in_s);
        f->r.tls.cert.self_signed = rows[i].self_signed;
        f->r.tls.cert.name_match = !rows[i].other_name;
        f->r.tls.cert.trusted = rows[i].untrusted ? EX_TRUST_NO : EX_TRUST_YES;
        if (rows[i].by_address)
            set_target(&f->r, "192.0.2.1");
        ex_findings_of(&f->r, f->cat, &f->all);
        for (uint8_t k = 0; k < f->all.n; k++) {
            if (strncmp(f->all.at[k]->rule->id, "certificate-", 12) == 0) {
                ex_put_str(&w, f->all.at[k]->rule->id);
                ex_put_ch(&w, ' ');
            }
        }
        if (strcmp(got, rows[i].rules) != 0)
            fail_msg("row %zu: \"%s\", wanted \"%s\"", i, got, rows[i].rules);
    }
}

static void handshakes(void **state)
{
    static const struct {
        const char *version, *title;
    } rows[] = {
        { "TLSv1.3", NULL },
        { "TLSv1.2", NULL },
        { "", NULL },
        { "TLSv1.1", "An outdated TLS version is in use: TLS 1.1" },
        { "TLSv1", "An outdated TLS version is in use: TLS 1.0" },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        begin(f, "15.2.2562.53", "2026-11-23");
        SET(f->r.tls.version, rows[i].version);
        ex_findings_of(&f->r, f->cat, &f->all);
        const struct ex_finding *got = find(f, "tls-legacy");
        if (!got != !rows[i].title || (got && strcmp(got->title, rows[i].title) != 0))
            fail_msg("%s: %s", rows[i].version, got ? got->title : "nothing");
    }
    begin(f, "15.2.2562.53", "2026-11-23");
    f->r.auth.present = f->r.auth.cert.present = true;
    f->r.auth.cert.not_after = now_s - 1;
    assert_string_equal(need(f, "auth-certificate-expired")->title,
                        "The Exchange Auth certificate expired on 2026-11-23");
    f->r.auth.cert.not_after = now_s;
    ex_findings_of(&f->r, f->cat, &f->all);
    assert_null(find(f, "auth-certificate-expired"));
}

static void add_exposure(struct ex_result *r, const char *id, const char *path, const char *value)
{
    struct ex_exposure *e = &r->exposures[r->n_exposures++];

    e->id = id;
    e->status = 401;
    ex_span_copy(e->path, sizeof(e->path), ex_span_str(path));
    ex_span_copy(e->value, sizeof(e->value), ex_span_str(value));
}

static void exposures(void **state)
{
    struct fixture *f = *state;

    begin(f, "15.2.2562.53", "2026-11-23");
    add_exposure(&f->r, "basic-auth-offered", "/EWS/Exchange.asmx", "Basic");
    add_exposure(&f->r, "basic-auth-offered", "/Microsoft-Server-ActiveSync", "Basic");
    add_exposure(&f->r, "basic-auth-offered", "/EWS/Exchange.asmx", "Basic");
    add_exposure(&f->r, "internal-name-leak", "/owa/", "{what}{value}");
    add_exposure(&f->r, "ecp-reachable", "/ecp/", "");
    add_exposure(&f->r, "no-such-rule", "/x", "");
    ex_findings_of(&f->r, f->cat, &f->all);
    assert_int_equal(f->all.n, 5); /* with configuration-check; the repeated one counts once */
    assert_string_equal(f->all.at[0]->rule->id, "ecp-reachable");
    assert_string_equal(f->all.at[1]->subject, "/EWS/Exchange.asmx");
    assert_string_equal(f->all.at[2]->subject, "/Microsoft-Server-ActiveSync");
    assert_string_equal(f->all.at[2]->evidence[0].value, "Basic");
    assert_int_equal(f->all.at[2]->evidence[0].status, 401);
    assert_int_equal(f->all.severity, EX_SEV_MEDIUM);
    /* A server's text is no pattern. */
    assert_string_equal(find(f, "internal-name-leak")->title,
                        "An internal host name is readable from outside: {what}{value}");
}

static void the_least_severe_are_lost(void **state)
{
    struct fixture *f = *state;
    char path[16];

    begin(f, "15.2.986.5", "2026-11-23");
    set_certificate(&f->r, -1);
    for (int i = 0; i < EX_EXPOSURES_MAX; i++) {
        snprintf(path, sizeof(path), "/%d", i);
        add_exposure(&f->r, i == EX_EXPOSURES_MAX - 1 ? "ecp-reachable" : "hsts-missing", path, "");
    }
    f->r.fingerprint.notes |= NOTE(MIXED_BUILDS) | NOTE(SIMULATOR_SUSPECTED);
    f->r.tls.cert.name_match = false;
    f->r.auth.present = f->r.auth.cert.present = true;
    f->r.auth.cert.not_after = 1;
    SET(f->r.tls.version, "TLSv1");
    ex_findings_of(&f->r, f->cat, &f->all);
    assert_true(f->all.n <= EX_FINDINGS_MAX);
    assert_non_null(find(f, "missing-updates"));
    assert_non_null(find(f, "certificate-expired"));
    assert_non_null(find(f, "tls-legacy"));
    for (uint8_t i = 1; i < f->all.n; i++)
        assert_true(f->all.at[i - 1]->severity >= f->all.at[i]->severity);
}

static void nothing_is_claimed_of_others(void **state)
{
    static const enum ex_presence others[] = { EX_PRESENT_NO, EX_PRESENT_ONLINE };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_OF(others); i++) {
        begin(f, "15.2.986.5", "2026-11-23");
        set_certificate(&f->r, -1);
        add_exposure(&f->r, "ecp-reachable", "/ecp/", "");
        f->r.fingerprint.present = others[i];
        ex_findings_of(&f->r, f->cat, &f->all);
        assert_int_equal(f->all.n, 0);
        assert_int_equal(f->all.severity, EX_SEV_NONE);
    }
}

/* Frozen: somebody's ticket system holds these. They may never change. */
static void ids_are_frozen(void **state)
{
    static const struct {
        const char *target, *rule, *id;
    } rows[] = {
        { "mail.example.com", "missing-updates", "e24678d0881cf58e" },
        { "mail.example.com:443", "missing-updates", "e24678d0881cf58e" },
        { "MAIL.example.com.", "missing-updates", "e24678d0881cf58e" },
        { "mail.example.com:8443", "missing-updates", "2bda728c50f7b88f" },
        { "mail.example.com", "end-of-support", "1ad19df0192d74b0" },
        { "mail.example.com", "ecp-reachable", "319be7d6190cdeae" },
        { "[2001:db8::1]", "missing-updates", "02124cd70f23858c" },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        begin(f, "15.2.986.5", "2026-11-23");
        add_exposure(&f->r, "ecp-reachable", "/ecp/", "");
        set_target(&f->r, rows[i].target);
        if (strcmp(need(f, rows[i].rule)->id, rows[i].id) != 0)
            fail_msg("%s of %s: %s", rows[i].rule, rows[i].target, find(f, rows[i].rule)->id);
    }
}

static void ids_depend_on_nothing_else(void **state)
{
    struct fixture *f = *state;
    char first[EX_FINDING_ID_SIZE];

    begin(f, "15.2.986.5", "2026-11-23");
    SET(first, need(f, "missing-updates")->id);
    begin(f, "15.1.2507.61", "2026-09-01");
    f->r.has_address = true;
    f->r.address = (struct ex_addr){ 4, { 192, 0, 2, 1 } };
    f->r.started_unix_ms += 1000000;
    f->r.target.line = 99;
    assert_string_equal(need(f, "missing-updates")->id, first);
}

/* Every placeholder of the shipped rules is one, and every rule can be used. */
static void shipped_rules_are_usable(void **state)
{
    static const struct ex_fill none;
    const struct fixture *f = *state;
    char text[4096];

    for (const char *const *id = ex_finding_rules; *id; id++) {
        const struct ex_rule_row *rule = ex_catalog_rule(f->cat, *id);

        if (!rule)
            fail_msg("targets/rules.json lacks %s", *id);
        const char *const texts[] = { rule->title, rule->remediation, rule->remediation_esu,
                                      rule->remediation_end };
        for (size_t i = 0; i < N_OF(texts); i++)
            if (!ex_fill(text, sizeof(text), texts[i], &none))
                fail_msg("%s: \"%s\" has a placeholder that is none", *id, texts[i]);
    }
    for (size_t i = 0; i < f->cat->n_rules; i++) {
        const char *const *id = ex_finding_rules;

        while (*id && strcmp(*id, f->cat->rules[i].id) != 0)
            id++;
        if (!*id)
            fail_msg("no finding ever uses the rule %s", f->cat->rules[i].id);
    }
}

static void patterns(void **state)
{
    static const struct {
        const char *pattern, *want;
        size_t size;
        bool known;
    } rows[] = {
        { "plain", "plain", 64, true },
        { "{product}, {cu}.", "P{cu}, C.", 64, true },
        { "{date}{date}", "", 64, true },
        { "{nonsense}", "{nonsense}", 64, false },
        { "{product", "{product", 64, false },
        { "{}", "{}", 64, false },
        { "}{", "}{", 64, false },
        { "{product}{cu}", "P{c", 4, true },
        { "", "", 1, true },
    };
    static const struct ex_fill fill = { { [EX_FILL_PRODUCT] = "P{cu}", [EX_FILL_CU] = "C" } };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        char got[64];
        const bool known = ex_fill(got, rows[i].size, rows[i].pattern, &fill);

        if (known != rows[i].known || strcmp(got, rows[i].want) != 0)
            fail_msg("\"%s\": \"%s\", %s", rows[i].pattern, got, known ? "known" : "unknown");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(severities_are_data),
        cmocka_unit_test(certificates),
        cmocka_unit_test(handshakes),
        cmocka_unit_test(exposures),
        cmocka_unit_test(the_least_severe_are_lost),
        cmocka_unit_test(nothing_is_claimed_of_others),
        cmocka_unit_test(ids_are_frozen),
        cmocka_unit_test(ids_depend_on_nothing_else),
        cmocka_unit_test(shipped_rules_are_usable),
        cmocka_unit_test(patterns),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
