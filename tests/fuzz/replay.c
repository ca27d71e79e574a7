// SPDX-License-Identifier: MIT
/* Run a fuzz target over every file of the folders given: what fuzzing found
 * once is a test in every build. */
#include <dirent.h>
#include <stdio.h>

#include "fuzz.h"

static int replay_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    uint8_t *data = NULL;
    size_t n = 0, room = 0;

    if (!f) {
        perror(path);
        return 1;
    }
    for (;;) {
        if (n == room) {
            room = room ? room * 2 : 65536;
            uint8_t *grown = realloc(data, room);
            if (!grown)
                abort();
            data = grown;
        }
        const size_t got = fread(data + n, 1, room - n, f);
        if (got == 0)
            break;
        n += got;
    }
    fclose(f);
    /* An exact-size copy, so that a sanitizer sees a read past the end. */
    uint8_t *exact = malloc(n ? n : 1);
    if (!exact)
        abort();
    for (size_t i = 0; i < n; i++)
        exact[i] = data[i];
    LLVMFuzzerTestOneInput(exact, n);
    free(exact);
    free(data);
    return 0;
}

int main(int argc, char **argv)
{
    unsigned n_files = 0;

    for (int i = 1; i < argc; i++) {
        struct dirent *e;
        DIR *d = opendir(argv[i]);
        if (!d) {
            perror(argv[i]);
            return 1;
        }
        while ((e = readdir(d))) {
            char path[4096];
            if (e->d_name[0] == '.')
                continue;
            snprintf(path, sizeof(path), "%s/%s", argv[i], e->d_name);
            if (replay_file(path) != 0)
                return 1;
            n_files++;
        }
        closedir(d);
    }
    printf("%u files replayed\n", n_files);
    return n_files == 0; /* an empty corpus is a mistake, not a pass */
}
