// SPDX-License-Identifier: MIT
#include "cmd/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

bool ex_terminal_color(int fd, bool no_color)
{
    const char *no = getenv("NO_COLOR");
    const char *term = getenv("TERM");

    return !no_color && isatty(fd) && !(no && *no) && !(term && strcmp(term, "dumb") == 0);
}

unsigned ex_terminal_width(int fd)
{
    struct winsize w;

    return ioctl(fd, TIOCGWINSZ, &w) == 0 ? w.ws_col : 0;
}
