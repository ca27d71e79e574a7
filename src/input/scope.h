// SPDX-License-Identifier: MIT
#ifndef INPUT_SCOPE_H
#define INPUT_SCOPE_H

#include "exprobe/result.h"
#include "input/entries.h"

/*
 * Who may be contacted. Three kinds of lists, each outranking those after it:
 *
 *   opt-outs   who asked to be left alone, since when and why: never
 *   excludes   never
 *   scopes     nobody else
 *
 * The first two deny by the name or by the address, whichever they hold. A scope has to allow
 * both, as far as it speaks of them:
 *
 *   - it has names: the name must be among them;
 *   - it has addresses: every address must be in them, whatever name led there;
 *   - it has no addresses: those that DNS gives for an allowed name go with the name, but an
 *     address that somebody wrote by hand (a target, a pin) is not allowed;
 *   - it has nothing: nobody.
 *
 * Of several scopes each must allow. So no further list ever widens what may be contacted.
 */
struct ex_scope;

struct ex_scope_options {
    /* NULL-ended file names, or NULL. */
    const char *const *scopes;
    const char *const *exclude_files;
    const char *const *opt_outs;
    const char *const *excludes; /**< NULL-ended texts "ENTRY,ENTRY"; or NULL */
};

/** Whom to contact. */
struct ex_whom {
    const char *name;              /**< lower-case A-labels; NULL: an address that was listed */
    const struct ex_addr *address; /**< NULL: the name was not looked up yet */
    bool looked_up;                /**< the address is what DNS gave for the name */
};

/**
 * Read all lists. A list that cannot be read, or in which a line is wrong, is an error: half a
 * list would mean something else.
 *
 * Returns: EX_OK; EX_EINPUT with @err naming file, line, value and remedy; EX_EUSAGE (an exclude
 *          that is an argument); EX_ENOMEM.
 * Owns:    the caller owns *out: ex_scope_free(). @opt is not kept.
 */
EX_MUSTUSE enum ex_status ex_scope_new(struct ex_scope **out, const struct ex_scope_options *opt,
                                       struct ex_error *err);

/**
 * Whether @whom may be contacted: before a name is looked up, and again with each address before
 * anything is sent there. Of IPv6 addresses that lead to an IPv4 host (NAT64 with the well-known
 * prefix, RFC 6052; 6to4, RFC 3056) the latter is denied as well.
 *
 * Returns: EX_STATE_ANSWERED: it may. EX_STATE_OPTED_OUT, EX_STATE_OUT_OF_SCOPE: it may not, and
 *          @why says why, in words for the record.
 * Thread:  any.
 */
enum ex_state ex_scope_judge(const struct ex_scope *s, const struct ex_whom *whom,
                             char why[static EX_DETAIL_SIZE]);

/** The same for what was listed: the target, at its pin or its own address if it has one. */
enum ex_state ex_scope_judge_target(const struct ex_scope *s, const struct ex_target *t,
                                    char why[static EX_DETAIL_SIZE]);

/** The first scope that allows nobody, because it is empty: its number; -1: none. */
int ex_scope_empty(const struct ex_scope *s);

enum ex_scope_kind { EX_SCOPE_ALLOWED, EX_SCOPE_EXCLUDED, EX_SCOPE_OPTED_OUT };

/**
 * Hand out all entries of a kind in their canonical form and order, so that lists that mean the
 * same look the same; before those of each scope an empty text.
 */
void ex_scope_each(const struct ex_scope *s, enum ex_scope_kind kind,
                   void (*take)(const char *entry, void *arg), void *arg);

/** How many entries of a kind there are, without repetitions. */
size_t ex_scope_count(const struct ex_scope *s, enum ex_scope_kind kind);

/** NULL is fine. */
void ex_scope_free(struct ex_scope *s);

#endif
