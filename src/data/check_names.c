// SPDX-License-Identifier: MIT
#include "core/path.h"
#include "data/files.h"
#include "data/rows.h"

/* Whether the rows of the search for back doors agree with each other, and ask for nothing that
 * must not be asked for. */

enum { MARKER_MAX = 96 };

/* Where anybody gets an answer without a logon, and a miss can be told from a hit: all else would
 * be asked for in vain (behaviour of Exchange's front end, 2007 to SE). */
static const char *const open_folders[] = { "/aspnet_client/", "/ecp/auth/", "/owa/auth/" };

static bool is_open(const char *folder)
{
    for (size_t i = 0; i < sizeof(open_folders) / sizeof(open_folders[0]); i++)
        if (ex_span_starts_nocase(ex_span_str(folder), open_folders[i]))
            return true;
    return false;
}

/* "/owa/auth/logon.aspx" is compiled to the class "ASP.auth_logon_aspx". */
static bool is_class_of(const char *marker, const struct ex_path_row *row)
{
    static const char before[] = "ASP.auth_";
    const char *name = row->path + strlen(row->folder);
    size_t i = 0;

    if (strncmp(marker, before, sizeof(before) - 1) != 0)
        return false;
    marker += sizeof(before) - 1;
    for (; name[i] && i < MARKER_MAX; i++) {
        const char c = name[i] >= 'A' && name[i] <= 'Z' ? (char)(name[i] + ('a' - 'A')) : name[i];

        if (marker[i] != (c == '.' ? '_' : c))
            return false;
    }
    return name[i] == '\0' && marker[i] == '\0';
}

static enum ex_status check_tier(struct ex_reader *r, const struct ex_path_row *row)
{
    if (!row->genuine)
        return row->tier > 0 ? EX_OK : ex_read_bad(r, "tier", "0 is for pages of Exchange");
    if (row->probe ? row->tier < 2 : row->tier > 0)
        return ex_read_bad(r, "tier",
                           "a page of Exchange has tier 2 or 3 when it is asked for, "
                           "otherwise 0");
    return row->collision ? EX_OK : ex_read_bad(r, "collision", "is false for a page of Exchange");
}

static enum ex_status check_path(struct ex_reader *r, const struct ex_path_row *row)
{
    const char *why = ex_path_refused(ex_span_str(row->path));
    const enum ex_status st = check_tier(r, row);

    if (st != EX_OK)
        return st;
    if (row->probe && why)
        return ex_read_bad(r, "path", "must not be asked for: it %s", why);
    if (row->probe && !is_open(row->folder))
        return ex_read_bad(r, "path",
                           "is in none of /aspnet_client/, /ecp/auth/, /owa/auth/, "
                           "where an answer says something");
    if (!row->probe && !row->note[0])
        return ex_read_bad(r, "note", "has to say why it is not asked for");
    if (row->marker[0] && !row->collision)
        return ex_read_bad(r, "marker", "is there although no Exchange ships the page");
    if (row->marker[0] && !is_class_of(row->marker, row))
        return ex_read_bad(r, "marker", "\"%.60s\" is not the class of %.60s", row->marker,
                           row->path);
    return EX_OK;
}

/* IIS ignores case: two spellings are one file, and one folder. */
static enum ex_status check_same(struct ex_reader *r, const struct ex_path_row *before,
                                 const struct ex_path_row *row)
{
    if (strcmp(before->id, row->id) == 0)
        return ex_read_bad(r, "id", "is the id of %.120s as well", before->path);
    if (ex_span_eq_nocase(ex_span_str(before->path), row->path))
        return ex_read_bad(r, "path", "is listed twice, as %.120s", before->path);
    if (strcmp(before->folder, row->folder) != 0 &&
        ex_span_eq_nocase(ex_span_str(before->folder), row->folder))
        return ex_read_bad(r, "path", "%.60s is spelt %.60s elsewhere", row->folder,
                           before->folder);
    return EX_OK;
}

static enum ex_status check_paths(struct ex_reader *r, const struct ex_catalog *cat)
{
    enum ex_status st = EX_OK;

    for (size_t i = 0; st == EX_OK && i < cat->n_paths; i++) {
        r->row = i + 1;
        r->key = cat->paths[i].path;
        st = check_path(r, &cat->paths[i]);
        for (size_t k = 0; st == EX_OK && k < i; k++)
            st = check_same(r, &cat->paths[k], &cat->paths[i]);
    }
    return st;
}

static enum ex_status check_script(struct ex_reader *r, const struct ex_catalog *cat, size_t i)
{
    const struct ex_script_row *row = &cat->scripts[i];

    if (!row->sha256[0] && !row->bare_sha256[0])
        return ex_read_bad(r, "sha256", "neither it nor bare_sha256 is there");
    if (row->masked && !row->bare_sha256[0])
        return ex_read_bad(r, "masked", "goes with bare_sha256 only");
    for (size_t k = 0; k < i; k++) {
        const struct ex_script_row *before = &cat->scripts[k];

        if ((row->sha256[0] && strcmp(row->sha256, before->sha256) == 0) ||
            (row->bare_sha256[0] && strcmp(row->bare_sha256, before->bare_sha256) == 0))
            return ex_read_bad(r, "sha256", "a hash is listed twice, first for %.60s",
                               before->name);
    }
    return EX_OK;
}

enum ex_status ex_check_names(const struct ex_catalog *cat, const char *const *labels,
                              struct ex_error *err)
{
    struct ex_reader r = { .err = err, .file = labels[EX_FILE_PATHS], .key = "" };
    enum ex_status st = check_paths(&r, cat);

    r.file = labels[EX_FILE_SCRIPTS];
    for (size_t i = 0; st == EX_OK && i < cat->n_scripts; i++) {
        r.row = i + 1;
        r.key = cat->scripts[i].name;
        st = check_script(&r, cat, i);
    }
    return st;
}
