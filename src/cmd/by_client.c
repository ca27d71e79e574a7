// SPDX-License-Identifier: MIT
#include "cmd/by_client.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd/replace.h"

enum { FOLDER_CHARS = 64, SUFFIX_CHARS = 24, FOLDER_MODE = 0777 /* less the umask */ };

static const char hosts_csv[] = "hosts.csv";

/* One client on the way from its name to its folder. */
struct client {
    char folder[FOLDER_CHARS + SUFFIX_CHARS];
    unsigned number; /* the last that was given to a name that would have this folder */
    struct ex_rows rows;
    struct ex_changes *changes;
};

struct making {
    const char *dir;
    const struct ex_report *all;
    struct client *clients;
    struct ex_client_page *pages;
    void *folders; /* search tree over clients */
    size_t n;
};

static enum ex_status make_folder(const char *path, struct ex_error *err)
{
    struct stat st;

    if (mkdir(path, FOLDER_MODE) == 0)
        return EX_OK;
    if (errno == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return EX_OK;
    ex_error_set(err, "%s: this folder cannot be made: %s", path, strerror(errno));
    return EX_EOUTPUT;
}

/* Letters, digits and dashes: a name that is safe on every system, whatever the tag was. */
static void slug(char to[static FOLDER_CHARS], const char *client)
{
    size_t n = 0;

    for (; *client && n < FOLDER_CHARS - 1; client++) {
        const char ch = *client >= 'A' && *client <= 'Z' ? (char)(*client - 'A' + 'a') : *client;
        const bool plain = (ch >= 'a' && ch <= 'z') || (ch >= '0' && ch <= '9');

        if (plain)
            to[n++] = ch;
        else if (n > 0 && to[n - 1] != '-')
            to[n++] = '-';
    }
    while (n > 0 && to[n - 1] == '-')
        n--;
    to[n] = '\0';
}

static int by_folder(const void *a, const void *b)
{
    const struct client *x = a, *y = b;

    return strcmp(x->folder, y->folder);
}

/* Names that become the same folder are told apart by a number, in the order of names, so that
 * it stays the same while the clients do. */
static enum ex_status name_folder(struct making *m, size_t i, const char *client)
{
    struct client *c = &m->clients[i], *const * first, *const * at;
    char base[FOLDER_CHARS];

    slug(base, client);
    if (!base[0])
        ex_span_copy(base, sizeof(base), ex_span_str(client[0] ? "client" : "no-client"));
    ex_span_copy(c->folder, sizeof(c->folder), ex_span_str(base));
    c->number = 1;
    first = at = tsearch(c, &m->folders, by_folder);
    while (at && *at != c) {
        snprintf(c->folder, sizeof(c->folder), "%s-%u", base, ++(*first)->number);
        at = tsearch(c, &m->folders, by_folder);
    }
    return at ? EX_OK : EX_ENOMEM;
}

static void no_op(void *p)
{
    (void)p;
}

static enum ex_status as_html(FILE *to, const struct ex_report *r, struct ex_error *err)
{
    return ex_html_report(to, r, hosts_csv, err);
}

/* "dir/folder/name" without what is empty; a path that is cut would be another one. */
static enum ex_status join(char to[static PATH_MAX], const char *dir, const char *folder,
                           const char *name, struct ex_error *err)
{
    const int n = snprintf(to, PATH_MAX, "%s%s%s%s%s", dir, folder[0] ? "/" : "", folder,
                           name[0] ? "/" : "", name);

    if (n >= 0 && n < PATH_MAX)
        return EX_OK;
    ex_error_set(err, "%.100s...: the name of this folder is too long", dir);
    return EX_EOUTPUT;
}

static const struct {
    const char *name;
    enum ex_status (*render)(FILE *to, const struct ex_report *r, struct ex_error *err);
} files[] = {
    { "report.html", as_html },
    { hosts_csv, ex_csv_report },
    { "action-plan.csv", ex_plan_csv_report },
};

static enum ex_status write_client(const struct making *m, size_t i, struct ex_error *err)
{
    struct ex_report r = *m->all;
    char path[PATH_MAX];
    enum ex_status st;

    r.rows = &m->clients[i].rows;
    r.client = m->all->sweep->clients[i];
    r.changes = m->clients[i].changes;
    st = join(path, m->dir, m->clients[i].folder, "", err);
    if (st == EX_OK)
        st = make_folder(path, err);
    for (size_t k = 0; k < sizeof(files) / sizeof(files[0]) && st == EX_OK; k++) {
        struct ex_replace out;

        st = join(path, m->dir, m->clients[i].folder, files[k].name, err);
        if (st == EX_OK)
            st = ex_replace_begin(&out, path, err);
        if (st == EX_OK)
            st = ex_replace_end(&out, files[k].render(out.to, &r, err), err);
    }
    return st;
}

static enum ex_status prepare(struct making *m, size_t i)
{
    const char *client = m->all->sweep->clients[i];
    struct client *c = &m->clients[i];
    enum ex_status st = ex_sweep_client(&c->rows, m->all->sweep, client);

    if (st == EX_OK && m->all->changes)
        st = ex_changes_client(&c->changes, m->all->changes, client);
    if (st == EX_OK)
        st = name_folder(m, i, client);
    m->pages[i] = (struct ex_client_page){ client, c->folder, &c->rows, c->changes };
    return st;
}

static enum ex_status write_overview(const struct making *m, struct ex_error *err)
{
    struct ex_replace out;
    char path[PATH_MAX];
    enum ex_status st;

    st = join(path, m->dir, "", "index.html", err);
    if (st == EX_OK)
        st = ex_replace_begin(&out, path, err);
    if (st != EX_OK)
        return st;
    return ex_replace_end(&out, ex_html_overview(out.to, m->all, m->pages, m->n, err), err);
}

enum ex_status ex_by_client(const char *dir, const struct ex_report *all, struct ex_error *err)
{
    const size_t n = all->sweep->n_clients;
    struct making m = { .dir = dir,
                        .all = all,
                        .clients = calloc(n ? n : 1, sizeof(*m.clients)),
                        .pages = calloc(n ? n : 1, sizeof(*m.pages)),
                        .n = n };
    enum ex_status st = m.clients && m.pages ? make_folder(dir, err) : EX_ENOMEM;

    for (size_t i = 0; i < n && st == EX_OK; i++)
        st = prepare(&m, i);
    for (size_t i = 0; i < n && st == EX_OK; i++)
        st = write_client(&m, i, err);
    if (st == EX_OK)
        st = write_overview(&m, err);
    for (size_t i = 0; i < n && m.clients && m.pages; i++) {
        ex_rows_deinit(&m.clients[i].rows);
        ex_changes_free(m.clients[i].changes);
    }
    tdestroy(m.folders, no_op);
    free(m.clients);
    free(m.pages);
    return st;
}
