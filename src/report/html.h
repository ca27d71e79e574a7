// SPDX-License-Identifier: MIT
#ifndef REPORT_HTML_H
#define REPORT_HTML_H

#include <stdio.h>

/*
 * The only way to write a page: the format is markup of ours, every %s in it is foreign text and
 * is escaped. Whatever a server sent can therefore stand in text and in quoted attributes, and
 * nowhere else.
 *
 * Knows %s, %zu, %u, %d, %llu and %%.
 */
void ex_html(FILE *to, const char *markup, ...) __attribute__((format(printf, 2, 3)));

#endif
