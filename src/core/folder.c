// SPDX-License-Identifier: MIT
#include "core/folder.h"

#include "core/put.h"

enum {
    IMPOSSIBLE_REVISION = 9999, /* far above what any cumulative update has reached */
};

static bool bit(const uint64_t set[2], size_t i)
{
    return i < EX_FOLDERS_MAX && set[i / 64] >> (i % 64) & 1;
}

static void set_bit(uint64_t set[2], size_t i)
{
    if (i < EX_FOLDERS_MAX)
        set[i / 64] |= UINT64_C(1) << (i % 64);
}

static size_t limited(size_t n)
{
    return n < EX_FOLDERS_MAX ? n : EX_FOLDERS_MAX;
}

/* Whether the number below row @i is worth asking: not when it is a revision itself. */
static bool has_below(const struct ex_build_row *rows, size_t i)
{
    const struct ex_build *b = &rows[i].build;

    return b->part[3] > 0 && !(i > 0 && rows[i - 1].build.part[3] == (uint16_t)(b->part[3] - 1));
}

struct ex_folder_step ex_folder_next(const struct ex_folders *f, const struct ex_build_row *rows,
                                     size_t n)
{
    const size_t last = limited(n);

    if (f->end != EX_FOLDER_NOT_RUN && f->end != EX_FOLDER_RUNNING)
        return (struct ex_folder_step){ EX_FOLDER_NOTHING, false };
    if (f->found < 0) {
        for (size_t i = last; i > 0; i--)
            if (!bit(f->absent, i - 1))
                return (struct ex_folder_step){ (int16_t)(i - 1), false };
    } else if (!f->says_no) {
        return (struct ex_folder_step){ EX_FOLDER_CALIBRATE, false };
    }
    for (size_t i = last; i > 0 && (int)i - 1 > f->found; i--)
        if (has_below(rows, i - 1) && !bit(f->absent_below, i - 1))
            return (struct ex_folder_step){ (int16_t)(i - 1), true };
    return (struct ex_folder_step){ EX_FOLDER_NOTHING, false };
}

static struct ex_build number_of(const struct ex_build_row *rows, struct ex_folder_step step)
{
    struct ex_build b = rows[step.row >= 0 ? step.row : 0].build;

    if (step.row == EX_FOLDER_CALIBRATE)
        b.part[3] = IMPOSSIBLE_REVISION;
    else if (step.below && b.part[3] > 0)
        b.part[3]--;
    return b;
}

char *ex_folder_path(char *to, size_t size, const struct ex_build_row *rows,
                     struct ex_folder_step step)
{
    const struct ex_build b = number_of(rows, step);
    struct ex_put w = ex_put_of(to, size);
    char text[EX_BUILD_TEXT];

    ex_put_str(&w, "/ecp/");
    ex_put_str(&w, ex_build_format(text, &b));
    ex_put_str(&w, "/exporttool/microsoft.exchange.ediscovery.exporttool.application");
    return to;
}

static void note_back_end(struct ex_evidence *ev, struct ex_span target)
{
    struct ex_folders *f = &ev->folders;
    const int8_t fe = ev->n_answers > 0 ? ev->answers[ev->page_answer].front_end : -1;
    char name[sizeof(f->back_end)];

    ex_span_copy(name, sizeof(name), target);
    if (f->back_end[0] != '\0' && !ex_same_short_name(f->back_end, name))
        f->several_back_ends = true;
    memcpy(f->back_end, name, sizeof(name));
    f->same_server =
        !f->several_back_ends && fe >= 0 && ex_same_short_name(ev->front_ends[fe].name, name);
}

static void read_hit(struct ex_evidence *ev, const struct ex_build_row *rows,
                     struct ex_folder_step step)
{
    const struct ex_build b = number_of(rows, step);
    char text[EX_BUILD_TEXT];

    if (step.row == EX_FOLDER_CALIBRATE) { /* yes to everything: nothing was learned */
        ev->folders.found = -1;
        ev->folders.end = EX_FOLDER_CLOSED;
        return;
    }
    ev->folders.found = step.row;
    ev->folders.found_below = step.below;
    ev->folders.status = 200;
    ev->folders.number = b;
    ex_evidence_add(ev, EX_SRC_FOLDER, NULL, ex_span_str(ex_build_format(text, &b)));
}

void ex_folder_read(struct ex_evidence *ev, const struct ex_build_row *rows, size_t n,
                    struct ex_folder_step step, const struct ex_exchange *x)
{
    struct ex_folders *f = &ev->folders;
    const struct ex_header *target = ex_exchange_header(x, "X-CalculatedBETarget");
    const struct ex_header *cas = ex_exchange_header(x, "X-CasErrorCode");

    f->end = EX_FOLDER_RUNNING;
    f->n_requests++;
    if (x->status == 404 && cas && ex_span_eq_nocase(cas->value, "ServerVersionNotFound")) {
        f->end = EX_FOLDER_WRONG_CU;
        return;
    }
    if ((x->status != 200 && x->status != 404) || !target || target->value.n == 0) {
        f->end = EX_FOLDER_CLOSED;
        return;
    }
    note_back_end(ev, target->value);
    if (x->status == 200) {
        read_hit(ev, rows, step);
    } else {
        f->says_no = true;
        if (step.row >= 0)
            set_bit(step.below ? f->absent_below : f->absent, (size_t)step.row);
    }
    if (f->end == EX_FOLDER_RUNNING && ex_folder_next(f, rows, n).row == EX_FOLDER_NOTHING)
        f->end = f->found >= 0 ? EX_FOLDER_FOUND : EX_FOLDER_NONE;
}

bool ex_folder_is_possible(const struct ex_folders *f, const struct ex_build_row *rows, size_t n,
                           size_t i)
{
    if (i >= limited(n) || !f->same_server || f->end == EX_FOLDER_WRONG_CU)
        return true;
    if ((int)i <= f->found)
        return (int)i == f->found;
    return !bit(f->absent, i) || (has_below(rows, i) && !bit(f->absent_below, i));
}
