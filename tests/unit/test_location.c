// SPDX-License-Identifier: MIT
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "core/location.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define ENTRA   "https://login.microsoftonline.com/common/oauth2/authorize?"
#define HOST    "mail.example.com"

static void tells_where_a_redirect_leads(void **state)
{
    static const struct {
        const char *value;
        enum ex_location where;
        uint32_t marks;
    } rows[] = {
        { "https://" HOST "/owa/auth/logon.aspx?url=https%3a%2f%2f" HOST "%2fowa%2f&reason=0",
          EX_LOC_LOGON, 0 },
        { "/owa/auth/logon.aspx?replaceCurrent=1&url=https%3A%2F%2Fx%2f", EX_LOC_LOGON, 0 },
        { "https://" HOST "/owa/auth/logon.aspx?url=https://" HOST "/owa/&reason=0",
          EX_LOC_LOGON_OLD, 0 },
        { "https://" HOST "/owa/auth/logon.aspx?replaceCurrent=1&reason=3&url=", EX_LOC_OWA, 0 },
        { "/owa/auth/logon.aspx", EX_LOC_OWA, 0 },
        { "https://MAIL.EXAMPLE.COM:8443/owa/", EX_LOC_OWA, 0 },
        { "/owa", EX_LOC_OWA, 0 },
        { "/owax", EX_LOC_OWN, 0 },
        { "/owa/auth/errorFE.aspx?httpCode=500", EX_LOC_ERROR_FE, 0 },
        { "https://" HOST "/exchweb/bin/auth/owalogon.asp?url=https://" HOST "/exchange/&reason=0",
          EX_LOC_EXCHWEB, 0 },
        { "https://other.example.com/owa/auth/logon.aspx?url=https%3a%2f%2fx&reason=0",
          EX_LOC_FOREIGN, 0 },
        { "//other.example.com/owa/", EX_LOC_FOREIGN, 0 },
        { "/my.policy", EX_LOC_OWN, 0 },
        { "https://outlook.office365.com/owa/?realm=example.com", EX_LOC_OFFICE365, 0 },
        { "https://outlook.office365.com.evil.example/owa/", EX_LOC_FOREIGN, 0 },
        { "https://outlook.office.com/mail/", EX_LOC_OFFICE365, 0 },
        { ENTRA "redirect_uri=https%3a%2f%2foutlook.office365.com%2fowa%2f&x=1", EX_LOC_ENTRA,
          EX_MARK_ONLINE_URI },
        { ENTRA "redirect_uri=https%3A%2F%2F" HOST "%2Fowa%2F", EX_LOC_ENTRA, EX_MARK_OWN_URI },
        { ENTRA "redirect_uri=https://" HOST "/owa/", EX_LOC_ENTRA, EX_MARK_OWN_URI },
        { ENTRA "redirect_uri=https%3a%2f%2fother.example.com%2fowa%2f", EX_LOC_ENTRA, 0 },
        { ENTRA "client_id=1", EX_LOC_ENTRA, 0 },
        { "https://login.microsoftonline.com.evil.example/x", EX_LOC_FOREIGN, 0 },
        { "https://sts.example.com/adfs/ls/?wa=wsignin1.0&wtrealm=https%3a%2f%2f" HOST "%2fowa%2f",
          EX_LOC_ADFS, EX_MARK_OWN_URI },
        { "https://sts.example.com/adfs/ls?version=1.0&action=signin&realm=urn%3AAppProxy%3Acom",
          EX_LOC_FOREIGN, 0 },
        { "https://", EX_LOC_OWN, 0 },
        { "", EX_LOC_NONE, 0 },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++) {
        uint32_t marks = 99;
        const enum ex_location got = ex_location_of(ex_span_str(rows[i].value), HOST, &marks);

        if (got != rows[i].where || marks != rows[i].marks)
            fail_msg("\"%s\": %d marks %x, wanted %d marks %x", rows[i].value, got, marks,
                     rows[i].where, rows[i].marks);
    }
}

static void finds_the_host(void **state)
{
    static const struct {
        const char *value, *host;
    } rows[] = {
        { "https://10.0.12.34/owa/", "10.0.12.34" },
        { "http://10.0.12.34:81", "10.0.12.34" },
        { "https://[2001:db8::1]:443/owa/", "2001:db8::1" },
        { "//a?b", "a" },
        { "/owa/", "" },
        { "owa", "" },
        { "https://[", "" },
    };
    (void)state;

    for (size_t i = 0; i < N_OF(rows); i++)
        if (!ex_span_eq(ex_location_host(ex_span_str(rows[i].value)), rows[i].host))
            fail_msg("\"%s\" is not at \"%s\"", rows[i].value, rows[i].host);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_where_a_redirect_leads),
        cmocka_unit_test(finds_the_host),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
