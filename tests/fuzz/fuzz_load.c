// SPDX-License-Identifier: MIT
#include "core/path.h"
#include "data/files.h"
#include "data/load.h"
#include "exprobe/verdict.h"

#include "fuzz.h"

/* The files of a set, one after the other, each ended by this line. */
static const char separator[] = "\n----\n";

enum { BUILDS_JUDGED = 64 };

static void split(struct ex_span rest, struct ex_span text[EX_N_DATA_FILES])
{
    for (size_t i = 0; i < EX_N_DATA_FILES; i++) {
        const size_t at = ex_span_find(rest, separator);
        const size_t n = at == SIZE_MAX ? rest.n : at;

        text[i] = (struct ex_span){ rest.p, n };
        if (at == SIZE_MAX)
            rest = (struct ex_span){ NULL, 0 };
        else
            MUST(ex_span_sub(rest, at + sizeof(separator) - 1,
                             rest.n - at - (sizeof(separator) - 1), &rest));
    }
}

static bool is_text(const char *s)
{
    return s && strlen(s) < 4096;
}

/* Whatever was accepted can be judged: rows are in order, texts are there, and every
 * CVE is in one class at most. */
static void judge_all(const struct ex_catalog *cat)
{
    static struct ex_fingerprint fp;
    static struct ex_verdict v;

    for (size_t i = 0; i < cat->n_builds && i < BUILDS_JUDGED; i++) {
        const struct ex_build_row *row = &cat->builds[i];

        MUST(i == 0 || ex_build_cmp(&row[-1].build, &row->build) < 0);
        MUST(is_text(row->product) && is_text(row->cu) && is_text(row->update) &&
             is_text(row->kb) && is_text(row->security_level) && is_text(row->source));
        MUST(ex_catalog_build(cat, &row->build) == row);
        ex_fingerprint_of_build(cat, &row->build, &fp);
        ex_verdict(cat, &fp, cat->info.date_day, &v);
        MUST(v.row == row && v.patch != EX_PATCH_NOT_APPLICABLE);
        MUST((size_t)v.missing.n + v.presumed.n + v.possible.n + v.configuration.n +
                 v.unassessed.n <=
             cat->n_cves);
        MUST(v.no_public_fix.n <= v.missing.n);
    }
}

/* Nothing that is accepted asks for what must not be asked for. */
static void names_hold(const struct ex_catalog *cat)
{
    for (size_t i = 0; i < cat->n_paths; i++) {
        const struct ex_path_row *row = &cat->paths[i];

        MUST(is_text(row->path) && is_text(row->folder) && is_text(row->extension) &&
             is_text(row->marker) && is_text(row->campaign) && is_text(row->note));
        MUST(!row->probe || !ex_path_refused(ex_span_str(row->path)));
        MUST(row->probe || row->note[0]);
        MUST(row->genuine || (row->tier >= 1 && row->tier <= 3));
        MUST(strncmp(row->path, row->folder, strlen(row->folder)) == 0);
        MUST(i == 0 || strcmp(row[-1].folder, row->folder) <= 0);
    }
    MUST(cat->n_scripts > 0 && cat->n_origins > 0 && cat->backdoor_limits[0]);
    MUST(strlen(cat->signatures) > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct ex_span all = { data, n };
    struct ex_span text[EX_N_DATA_FILES];
    struct ex_dataset *set = NULL;
    struct ex_error err = { "" };
    enum ex_status st;

    split(all, text);
    st = ex_data_load_texts(&set, text, &err);
    MUST((st == EX_OK) == (set != NULL));
    if (st != EX_OK) {
        MUST(st == EX_ESCHEMA && (strstr(err.text, ".json:") || strstr(err.text, ".yar:")));
        for (const char *p = err.text; *p; p++)
            MUST(*p >= ' ' && *p <= '~');
        return 0;
    }
    judge_all(ex_data_catalog(set));
    names_hold(ex_data_catalog(set));
    ex_data_free(set);
    return 0;
}
