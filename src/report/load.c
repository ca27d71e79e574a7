// SPDX-License-Identifier: MIT
#include "report/load.h"

enum ex_status ex_loaded_open(struct ex_loaded *l, const char *const *paths,
                              struct ex_accepted *accepted, struct ex_error *err)
{
    enum ex_status st;

    *l = (struct ex_loaded){ .sweep = NULL };
    st = ex_files_open(&l->files, paths, err);
    if (st == EX_OK)
        st = ex_results_new(&l->results, l->files.at, (const char *const *)l->files.names,
                            l->files.n);
    if (st == EX_OK)
        st = ex_sweep_load(&l->sweep, l->results, accepted, err);
    return st;
}

void ex_loaded_free(struct ex_loaded *l)
{
    ex_sweep_free(l->sweep);
    ex_results_free(l->results);
    ex_files_close(&l->files);
    *l = (struct ex_loaded){ .sweep = NULL };
}
