// SPDX-License-Identifier: MIT
#include <string.h>

#include "exprobe/exprobe.h"
#include "fuzz.h"

enum { ANSWERS_MAX = 30 };

/* Stored answers of a host, by way of the library: a byte that chooses the path and two that say
 * how long the answer is, then the answer, and so on. Whatever they hold, a judgement comes out,
 * and the same one again. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
    struct exprobe_record *first, *again;
    static struct exprobe_data *data; /* opened once: that takes longer than all the rest */
    struct exprobe_host *host;
    unsigned n_taken = 0, n_paths = 0;

    while (exprobe_answer_path(n_paths))
        n_paths++;
    if (!data)
        MUST(exprobe_data_open(&data, NULL, NULL) == EXPROBE_OK);
    MUST(exprobe_host_new(&host, data, "mail.example.com", NULL) == EXPROBE_OK);
    for (int i = 0; i < ANSWERS_MAX && n > 3; i++) {
        const unsigned path = bytes[0] % (n_paths + 1);
        const size_t wanted = bytes[1] + ((size_t)bytes[2] << 8), left = n - 3;
        const size_t taken = wanted < left ? wanted : left;

        n_taken += exprobe_host_answer(host, exprobe_answer_path(path), bytes + 3, taken, NULL) ==
                   EXPROBE_OK;
        bytes += 3 + taken;
        n -= 3 + taken;
    }
    const enum exprobe_status st = exprobe_host_judge(host, "2026-10-08", &first, NULL);
    MUST(st == (n_taken > 0 ? EXPROBE_OK : EXPROBE_INPUT));
    if (st == EXPROBE_OK) {
        MUST(exprobe_host_judge(host, "2026-10-08", &again, NULL) == EXPROBE_OK);
        MUST(strcmp(exprobe_record_json(first, NULL), exprobe_record_json(again, NULL)) == 0);
        MUST(strcmp(exprobe_record_text(first, "type"), "host") == 0);
        MUST(exprobe_record_text(first, "patch.state"));
        exprobe_record_free(first);
        exprobe_record_free(again);
    }
    exprobe_host_free(host);
    return 0;
}
