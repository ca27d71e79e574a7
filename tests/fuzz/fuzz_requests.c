// SPDX-License-Identifier: MIT
#include <string.h>

#include "cmd/request_check.h"
#include "cmd/request_tail.h"
#include "fuzz.h"

/* A request log of any content: what can be gone on with is gone on with by a line that the check
 * takes for the next one. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    const struct ex_span all = { data, n };
    struct ex_request_check c = { 0 };
    struct ex_request_tail tail;
    struct ex_error err = { "" };
    enum ex_status st = EX_OK;
    size_t from = 0, n_good = 0;

    if (n > EX_REQUEST_TAIL_MAX)
        return 0;
    while (st == EX_OK && from < n) {
        const uint8_t *lf = memchr(data + from, '\n', n - from);
        const size_t to = lf ? (size_t)(lf - data) : n;

        st = ex_request_check_line(&c, ex_span_part(all, from, to - from), lf != NULL, &err);
        n_good += st == EX_OK;
        from = to + 1;
    }
    MUST(st == EX_OK || (st == EX_EINPUT && strncmp(err.text, "line ", 5) == 0));
    MUST(c.n == n_good + (st != EX_OK));
    MUST(c.n_runs + c.n_requests + c.n_answers + c.n_unsent <= c.n);

    const bool is_log = ex_request_is_log(ex_span_part(all, 0, sizeof(EX_REQUESTS_MARK)));
    const enum ex_status end = ex_request_tail_read(all, true, &tail);
    MUST(end == EX_OK); /* all of it is there */
    MUST(tail.next.n > 0 && (n == 0) == (tail.next.before[0] == '\0'));
    if (st == EX_OK && n > 0) {
        MUST(is_log);
        MUST(tail.next.n == c.n + 1 && strcmp(tail.next.before, c.last) == 0);
        MUST(tail.torn == (c.after_torn || data[n - 1] != '\n'));
    }
    if (n > 64)
        (void)!ex_request_tail_read(ex_span_part(all, 32, n), false, &tail);
    return 0;
}
