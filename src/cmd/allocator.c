// SPDX-License-Identifier: MIT
/* What the allocator is told before main(). jemalloc looks for this name when it begins; without
 * it nobody does, and glibc is told the like in memory.c. */

/* narenas: the loops have their own caches, and what one thread frees another one finds.
 * dirty_decay_ms, muzzy_decay_ms: what is free goes back to the system after half a second. With
 * the 10 s that jemalloc waits, 500 hosts in flight take 15 MB more, and no time less. */
extern const char *const malloc_conf;
const char *const malloc_conf = "narenas:2,dirty_decay_ms:500,muzzy_decay_ms:0";
