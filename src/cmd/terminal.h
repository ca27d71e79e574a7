// SPDX-License-Identifier: MIT
#ifndef CMD_TERMINAL_H
#define CMD_TERMINAL_H

#include <stdbool.h>

/** Colours are for terminals, and only where NO_COLOR, TERM=dumb and --no-color leave them. */
bool ex_terminal_color(int fd, bool no_color);

/** Columns of the terminal behind @fd, 0 when it is none or does not say. */
unsigned ex_terminal_width(int fd);

#endif
