// SPDX-License-Identifier: MIT
#ifndef OUT_CURL_LINE_H
#define OUT_CURL_LINE_H

#include "out/finding.h"

enum { EX_CURL_LINE_SIZE = 2048, EX_CURL_MAX_TIME_S = 30 };

/**
 * A command that sends the request behind @e once more, to the same address, with
 * the same name and User-Agent, and shows the part of the answer that was the evidence.
 * Everything that a shell could misread is quoted.
 *
 * Returns: @to; "" when there was no such request, or when the line would not fit whole.
 */
char *ex_curl_line(char to[static EX_CURL_LINE_SIZE], const struct ex_result *r,
                   const struct ex_finding_evidence *e, const char *user_agent);

/** As ex_curl_line() for a GET of @path that shows the whole answer. */
char *ex_curl_get(char to[static EX_CURL_LINE_SIZE], const struct ex_result *r, const char *path,
                  const char *user_agent);

#endif
