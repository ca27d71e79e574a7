// SPDX-License-Identifier: MIT
#include "core/fingerprint.h"
#include "core/folder.h"

/* The order in which a reader wants them: what gave the build, then what proved the presence. */
static const uint8_t order[] = {
    EX_SRC_OWA_VERSION, EX_SRC_PAGE_PATH,  EX_SRC_FOLDER,     EX_SRC_MANIFEST,
    EX_SRC_WEB_STORAGE, EX_SRC_FE_SERVER,  EX_SRC_PAGE_MARK,  EX_SRC_SERVICE_MARKS,
    EX_SRC_REASON,      EX_SRC_BACK_END,   EX_SRC_CAS_ERROR,  EX_SRC_HEALTH,
    EX_SRC_ONLINE_MARK, EX_SRC_FEDERATION, EX_SRC_SAVED_FROM, EX_SRC_FORM_ACTION,
    EX_SRC_DEVICE,      EX_SRC_LOCATION,
};

_Static_assert(sizeof(order) == EX_N_SOURCES, "every source has its place");

static void set(const struct ex_evidence *ev, const struct ex_fact *f, struct ex_witness *w)
{
    const struct ex_answer *a = f->answer < ev->n_answers ? &ev->answers[f->answer] : NULL;

    w->source = ex_source_str((enum ex_source_id)f->source);
    w->status = a ? a->status : ev->folders.status;
    ex_span_copy(w->value, sizeof(w->value), ex_span_str(f->value));
    if (a) {
        ex_span_copy(w->path, sizeof(w->path), ex_span_str(ex_evidence_path(ev, a)));
    } else {
        const struct ex_build_row row = { .build = ev->folders.number };

        ex_folder_path(w->path, sizeof(w->path), &row, (struct ex_folder_step){ 0, false });
    }
}

void ex_witnesses(const struct ex_evidence *ev, struct ex_fingerprint *out)
{
    for (size_t k = 0; k < sizeof(order); k++)
        for (size_t i = 0; i < ev->n_facts && out->n_witnesses < EX_WITNESSES_MAX; i++)
            if (ev->facts[i].source == order[k])
                set(ev, &ev->facts[i], &out->witnesses[out->n_witnesses++]);
}
