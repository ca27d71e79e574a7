// SPDX-License-Identifier: MIT
#ifndef TESTS_HUNTED_H
#define TESTS_HUNTED_H

#include "judged.h"

#include "../golden/hunts.h"

static struct hunt hunt;

/* A host that is up to date, and this hunt on it. */
static inline void begin_hunt(struct fixture *f, const char *name)
{
    begin(f, "15.2.2562.53", "2026-11-23");
    f->r.has_address = true;
    f->r.address = (struct ex_addr){ 4, { 192, 0, 2, 1 } };
    if (!hunt_fill(&hunt, &f->r, name, now_s * 1000))
        fail_msg("no hunt is called %s", name);
}

#endif
