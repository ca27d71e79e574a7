// SPDX-License-Identifier: MIT
#include "judged.h"

static void of_builds(void **state)
{
    static const char move_2019[] =
        "Move from Exchange Server 2019 to Exchange Server SE or to Exchange Online";
    static const char install_se[] =
        "Install Sep26SUv2 (KB5129955, build 15.2.2562.53) on Exchange Server SE";
    static const struct {
        const char *build, *today, *rule;
        enum ex_severity severity;
        enum ex_confidence confidence;
        const char *title, *action;
    } rows[] = {
        { "15.2.1748.43", "2026-11-23", "missing-updates", EX_SEV_CRITICAL, EX_CONF_CERTAIN,
          "Exchange Server 2019 CU15 Feb26SU (15.2.1748.43): 29 security fixes are missing, 1 of"
          " them known to be exploited (CVE-2026-42897)",
          move_2019 },
        { "15.2.1748.43", "2026-11-23", "end-of-support", EX_SEV_HIGH, EX_CONF_CERTAIN,
          "Exchange Server 2019 has been out of support since 2025-10-14", move_2019 },
        { "15.2.2562.17", "2026-11-23", "missing-updates", EX_SEV_CRITICAL, EX_CONF_CERTAIN,
          "Exchange Server SE RTM (15.2.2562.17): 39 security fixes are missing, 1 of them known to"
          " be exploited (CVE-2026-42897)",
          install_se },
        { "15.2.2562.49", "2026-11-23", "missing-updates", EX_SEV_HIGH, EX_CONF_CERTAIN,
          "Exchange Server SE RTM Sep26SU (15.2.2562.49): 1 security fix is missing", install_se },
        { "15.2.1258.39", "2026-11-23", "missing-updates", EX_SEV_CRITICAL, EX_CONF_FIRM,
          "Exchange Server 2019 CU13 Nov24SUv2 (15.2.1258.39): 40 security fixes are presumed"
          " missing, 1 of them known to be exploited (CVE-2026-42897)",
          move_2019 },
        { "15.2.1258.39", "2026-11-23", "cu-not-serviced", EX_SEV_HIGH, EX_CONF_CERTAIN,
          "Exchange Server 2019 CU13 gets no security updates any more", move_2019 },
        { "15.2.986.5", "2026-11-23", "missing-updates", EX_SEV_CRITICAL, EX_CONF_CERTAIN,
          "Exchange Server 2019 CU11 (15.2.986.5): 34 security fixes are missing and 59 more"
          " presumed missing, 6 of them known to be exploited (CVE-2021-42321, CVE-2022-41040 and 4"
          " more)",
          move_2019 },
        { "15.2.1748", "2026-11-23", "undetermined", EX_SEV_HIGH, EX_CONF_TENTATIVE,
          "Exchange Server 2019 CU15 (15.2.1748.x): the installed update cannot be told from"
          " outside; up to 40 security fixes may be missing, 1 of them known to be exploited"
          " (CVE-2026-42897)",
          move_2019 },
        { "15.2.2562", "2026-11-23", "undetermined", EX_SEV_HIGH, EX_CONF_TENTATIVE,
          "Exchange Server SE RTM (15.2.2562.x): the installed update cannot be told from outside;"
          " up to 39 security fixes may be missing, 1 of them known to be exploited"
          " (CVE-2026-42897)",
          "Read the build on the server with (Get-Command ExSetup.exe).FileVersionInfo in the"
          " Exchange shell" },
        { "15.1.2375", "2026-11-23", "missing-updates", EX_SEV_CRITICAL, EX_CONF_FIRM,
          "Exchange Server 2016 CU22 (15.1.2375.x): 67 security fixes are presumed missing, 2 of"
          " them known to be exploited (CVE-2023-21529, CVE-2026-42897); 25 more cannot be told",
          "Move from Exchange Server 2016 to Exchange Server SE or to Exchange Online" },
        { "15.2.2562.60", "2026-11-23", "newer-than-data", EX_SEV_INFO, EX_CONF_CERTAIN,
          "Exchange Server SE RTM (15.2.2562.60) is newer than this knowledge of 2026-10-08",
          "Get newer knowledge and scan again" },
        { "15.0.1497.48", "2026-11-23", "end-of-support", EX_SEV_HIGH, EX_CONF_CERTAIN,
          "Exchange Server 2013 has been out of support since 2023-04-11",
          "Move from Exchange Server 2013 to Exchange Server SE or to Exchange Online" },
        { "15.1.2507.75", "2026-11-23", "configuration-check", EX_SEV_INFO, EX_CONF_TENTATIVE,
          "For some vulnerabilities the build is not the whole answer",
          "Check with Microsoft's Health Checker the settings that the build does not show" },
        /* While the paid programme ran, leaving was not the only way. */
        { "15.2.1748.43", "2026-10-08", "missing-updates", EX_SEV_CRITICAL, EX_CONF_CERTAIN,
          "Exchange Server 2019 CU15 Feb26SU (15.2.1748.43): 29 security fixes are missing, 1 of"
          " them known to be exploited (CVE-2026-42897)",
          "With Extended Security Updates install Sep26SUv2 (KB5129956, build 15.2.1748.53), "
          "without"
          " them move from Exchange Server 2019 to Exchange Server SE" },
        /* As long as an old cumulative update gets updates, one of them is enough. */
        { "15.2.986.5", "2022-11-10", "missing-updates", EX_SEV_CRITICAL, EX_CONF_CERTAIN,
          "Exchange Server 2019 CU11 (15.2.986.5): 25 security fixes are missing, 4 of them known"
          " to be exploited (CVE-2021-42321, CVE-2022-41040 and 2 more)",
          "Install Nov22SU (KB5019758, build 15.2.986.36) on Exchange Server 2019" },
        /* When it does not, a newer one has to go first. */
        { "15.2.986.5", "2023-12-01", "missing-updates", EX_SEV_CRITICAL, EX_CONF_CERTAIN,
          "Exchange Server 2019 CU11 (15.2.986.5): 34 security fixes are missing and 17 more"
          " presumed missing, 5 of them known to be exploited (CVE-2021-42321, CVE-2022-41040 and 3"
          " more)",
          "Install CU13 (KB5020999, build 15.2.1258.12), then Nov23SU (KB5032146, build"
          " 15.2.1258.28) on Exchange Server 2019" },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        begin(f, rows[i].build, rows[i].today);
        const struct ex_finding *got = need(f, rows[i].rule);

        if (got->severity != rows[i].severity || got->confidence != rows[i].confidence ||
            strcmp(got->title, rows[i].title) != 0 ||
            (rows[i].action[0] && strcmp(got->action, rows[i].action) != 0))
            fail_msg("%s on %s, %s: %s, %s\n  %s\n  %s\n  %s", rows[i].build, rows[i].today,
                     rows[i].rule, ex_severity_str(got->severity),
                     ex_confidence_str(got->confidence), got->title, got->action, got->remediation);
        if (strncmp(got->remediation, got->action, strlen(got->action)) != 0)
            fail_msg("%s: the remedy does not begin with the action: %s", rows[i].build,
                     got->remediation);
    }
}

static void remedies(void **state)
{
    /* What each must say, and what it must not. */
    static const struct {
        const char *build, *today, *rule, *with, *without;
    } rows[] = {
        { "15.2.1748.43", "2026-11-23", "missing-updates",
          "29 of the fixes were made for buyers of Extended Security Updates only, and that"
          " programme ended on 2026-10-31",
          NULL },
        { "15.2.1748.43", "2026-11-23", "missing-updates", "Keep it off the Internet",
          "Meanwhile" }, /* it is newer than the last public update */
        { "15.2.1748.24", "2026-11-23", "missing-updates",
          "Meanwhile install Oct25SU (KB5066367, build 15.2.1748.39)", NULL },
        { "15.2.1544.9", "2026-11-23", "missing-updates", "Meanwhile install Oct25SU (", "CU15" },
        { "15.2.986.5", "2026-11-23", "missing-updates",
          "Meanwhile install CU15 (KB5042461, build 15.2.1748.10), then Oct25SU (KB5066367, build"
          " 15.2.1748.39)",
          NULL },
        { "15.2.1748", "2026-11-23", "undetermined", "Meanwhile make sure that it has Oct25SU",
          "Meanwhile install" },
        { "15.2.986.5", "2023-12-01", "missing-updates",
          "The cumulative update that this server has gets no security updates any more",
          "Extended Security Updates" },
        { "15.2.2562.17", "2026-11-23", "missing-updates",
          "It was released on 2026-10-02; there may be a newer one since 2026-10-08", "Move from" },
        { "15.2.529.13", "2026-11-23", "missing-updates", "special packages of March 2021", NULL },
        { "15.1.2507.40", "2026-11-23", "missing-updates", "compared by its number", NULL },
        { "15.2.2562.43", "2026-11-23", "missing-updates", "Install", "Servers below" },
        { "15.2.2562.41", "2026-11-23", "missing-updates", /* no more than Feb26SU */
          "Servers below the June 2026 level cannot read", "hybrid mail" },
        { "15.2.2562.20", "2026-11-23", "missing-updates",
          "Exchange Online slows down and then blocks hybrid mail", "March 2023" },
        { "15.2.1118.20", "2026-11-23", "missing-updates", "below the March 2023 level", NULL },
        { "14.3.123.4", "2026-11-23", "missing-updates", "Move from", "Servers below" },
        { "15.0.1497.48", "2026-11-23", "end-of-support",
          "61 vulnerabilities, 2 of them known to be exploited, came after the end of support: the"
          " vendor never said whether this version has them",
          NULL },
        { "15.1.2507.75", "2026-11-23", "configuration-check",
          "CVE-2024-21410: Extended Protection must be enabled", NULL },
        { "15.1.2507.75", "2026-11-23", "configuration-check",
          "CVE-2022-21979 and 4 more:", "CVE-2022-21980" },
        { "15.2.2562", "2026-11-23", "undetermined",
          "It cannot be told from outside because the pages name the cumulative update only",
          NULL },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        begin(f, rows[i].build, rows[i].today);
        const struct ex_finding *got = need(f, rows[i].rule);

        if (!strstr(got->remediation, rows[i].with) ||
            (rows[i].without && strstr(got->remediation, rows[i].without)))
            fail_msg("row %zu, %s on %s: %s", i, rows[i].build, rows[i].today, got->remediation);
    }
}

/* The sentence that says why, for each note. */
static void reasons(void **state)
{
    static const struct {
        uint64_t notes;
        const char *with;
    } rows[] = {
        { NOTE(HEADER_STRIPPED), "because something on the way removes the X-OWA-Version header" },
        { NOTE(HEADER_EMPTY), "because the X-OWA-Version header is empty" },
        { NOTE(HEADER_PARTIAL), "because the X-OWA-Version header gives three" },
        { NOTE(HEADER_ABSENT), "because the server sends no X-OWA-Version header" },
        { NOTE(HEADER_ABSENT) | NOTE(MIXED_BUILDS), "because several servers" },
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        begin(f, "15.2.1748", "2026-11-23");
        f->r.fingerprint.notes |= rows[i].notes;
        const struct ex_finding *got = need(f, "undetermined");
        if (!strstr(got->remediation, rows[i].with))
            fail_msg("row %zu: %s", i, got->remediation);
    }
}

/* What may not be there is neither out of support nor to be left. */
static void doubt_is_kept(void **state)
{
    struct fixture *f = *state;

    begin(f, "15.2.1118.26", "2026-11-23");
    f->r.fingerprint.present = EX_PRESENT_MAYBE;
    f->r.fingerprint.notes |= NOTE(SIMULATOR_SUSPECTED);
    ex_verdict(f->cat, &f->r.fingerprint, day("2026-11-23"), &f->r.verdict);
    const struct ex_finding *got = need(f, "undetermined");
    assert_int_equal(got->confidence, EX_CONF_TENTATIVE);
    assert_non_null(strstr(got->title, "Perhaps Exchange Server 2019 CU12"));
    assert_null(strstr(got->remediation, "Move from"));
    assert_null(find(f, "end-of-support"));
    assert_null(find(f, "cu-not-serviced"));
    assert_non_null(find(f, "simulator-suspected"));

    /* Something in front, and nothing else known. */
    begin(f, "", "2026-11-23");
    f->r.fingerprint.present = EX_PRESENT_MAYBE;
    ex_verdict(f->cat, &f->r.fingerprint, day("2026-11-23"), &f->r.verdict);
    got = need(f, "undetermined");
    assert_non_null(strstr(got->title, "no build was seen"));
    assert_string_equal(got->evidence[0].value, "answered");

    /* A host that was never seen has no finding, or every dead address would have one. */
    f->r.state = EX_STATE_REFUSED;
    ex_findings_of(&f->r, f->cat, &f->all);
    assert_int_equal(f->all.n, 0);
    /* Unless it said something before it fell silent. */
    f->r.fingerprint.n_witnesses = 1;
    f->r.fingerprint.witnesses[0].source = "device";
    need(f, "undetermined");

    /* Contradictions weaken what follows from them. */
    begin(f, "15.2.2562.17", "2026-11-23");
    f->r.fingerprint.notes |= NOTE(VERSION_CONFLICT);
    assert_int_equal(need(f, "missing-updates")->confidence, EX_CONF_FIRM);
}

static void mixed_builds_are_named(void **state)
{
    struct fixture *f = *state;
    struct ex_fingerprint *fp = &f->r.fingerprint;

    begin(f, "15.1.2507", "2026-11-23");
    fp->notes |= NOTE(MIXED_BUILDS);
    fp->n_front_ends = 3;
    fp->front_ends[0] = (struct ex_front_end){ "EX01", { { 15, 1, 2507, 61 }, 4 } };
    fp->front_ends[1] = (struct ex_front_end){ "", { { 15, 1, 2507, 75 }, 4 } };
    fp->front_ends[2] = (struct ex_front_end){ "EX03", { { 0 }, 0 } };
    assert_string_equal(need(f, "mixed-builds")->title,
                        "Servers with different builds answer for this name: 15.1.2507.61 (EX01),"
                        " 15.1.2507.75, no build (EX03)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_builds),
        cmocka_unit_test(remedies),
        cmocka_unit_test(reasons),
        cmocka_unit_test(doubt_is_kept),
        cmocka_unit_test(mixed_builds_are_named),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
