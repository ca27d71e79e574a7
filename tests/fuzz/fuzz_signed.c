// SPDX-License-Identifier: MIT
/*
 * A signed set, hashes checked and no key asked for, so that what is behind a signature is reached;
 * and the manifest alone, which is where a stranger's bytes are parsed.
 */
#include "data/signed.h"

#include "fuzz.h"

static void is_said(const struct ex_error *err)
{
    MUST(err->text[0]);
    for (const char *p = err->text; *p; p++)
        MUST(*p >= ' ' && *p <= '~');
}

/* What was accepted is written the same way again. */
static void manifest_alone(struct ex_span text)
{
    char again[EX_MANIFEST_MAX];
    struct ex_error err = { "" };
    struct ex_manifest m;
    const enum ex_status st = ex_manifest_parse(&m, text, &err);

    MUST(st == EX_OK || st == EX_EINPUT);
    if (st != EX_OK) {
        is_said(&err);
        return;
    }
    MUST(ex_manifest_format(again, &m) == text.n && memcmp(again, text.p, text.n) == 0);
    MUST(m.serial >= 1 && ex_manifest_cmp(&m, &m) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct ex_span all = { data, n };
    struct ex_keys *none = NULL;
    struct ex_error err = { "" };
    struct ex_signed s;
    size_t sum;

    manifest_alone(all);
    MUST(ex_keys_load(&none, NULL, &err) == EX_OK);
    const enum ex_status st = ex_signed_take_apart(&s, all, none, EX_UNVERIFIED_TAKEN, &err);
    MUST(st == EX_OK || st == EX_EINPUT || st == EX_ESIGNATURE);
    MUST(!s.verified);
    if (st == EX_OK) {
        sum = s.signature_text.n + s.manifest_text.n;
        for (size_t i = 0; i < EX_N_DATA_FILES; i++) {
            MUST(s.text[i].p >= data && s.text[i].n == s.manifest.files[i].size);
            sum += s.text[i].n;
        }
        MUST(sum == n);
    } else {
        is_said(&err);
    }
    /* Without a key nothing of it counts where a signature is asked for. */
    err.text[0] = '\0';
    MUST(ex_signed_take_apart(&s, all, none, EX_UNVERIFIED_REFUSED, &err) != EX_OK);
    is_said(&err);
    ex_keys_free(none);
    return 0;
}
