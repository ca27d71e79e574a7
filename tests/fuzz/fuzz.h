// SPDX-License-Identifier: MIT
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/** libFuzzer's entry point; replay.c calls it with each file of a corpus. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

/** A property that must hold for every input. */
#define MUST(x)                                                                                    \
    do {                                                                                           \
        if (!(x))                                                                                  \
            abort();                                                                               \
    } while (0)

#endif
