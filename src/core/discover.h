// SPDX-License-Identifier: MIT
#ifndef CORE_DISCOVER_H
#define CORE_DISCOVER_H

#include "exprobe/catalog.h"
#include "exprobe/target.h"

/*
 * From what DNS says of an e-mail domain to hosts that are worth a look. Everything that an answer
 * holds was chosen by somebody else: a name is one only after ex_found_name(), and what lies
 * outside of the domains that the user named is told, not listed.
 */

/** Why a name is looked at; bits. */
enum ex_found_by { EX_BY_LABEL = 1, EX_BY_MX = 2, EX_BY_SRV = 4 };

/** What becomes of it. Frozen: words of ex_found_verdict_str(). */
enum ex_found_verdict {
    EX_FOUND_LISTED,
    EX_FOUND_REPEATED,    /**< another domain listed it */
    EX_FOUND_FORBIDDEN,   /**< the scope says no */
    EX_FOUND_OUTSIDE,     /**< it, or what it is an alias of, lies in nobody's domain */
    EX_FOUND_HOSTED,      /**< a service that has the mailboxes of many */
    EX_FOUND_WILDCARD,    /**< as any name of the domain */
    EX_FOUND_NO_ADDRESS,  /**< a record names it, and it has none */
    EX_FOUND_BAD_ADDRESS, /**< this machine, or no machine */
    EX_FOUND_BAD_NAME,    /**< no host can be called so */
    EX_FOUND_UNKNOWN,     /**< DNS did not say */
};

enum {
    EX_FOUND_ADDRESSES = 8, /**< that are kept to be shown */
    EX_FOUND_RAW = 64,      /**< bytes of a bad name that are kept to be shown */
};

struct ex_found {
    char name[EX_NAME_SIZE]; /**< canonical; for EX_FOUND_BAD_NAME the first bytes of what it was */
    uint16_t port;
    uint16_t preference; /**< of the MX record */
    unsigned by;         /**< enum ex_found_by */
    enum ex_found_verdict verdict;
    const char *why; /**< "", or what DNS or the scope said; static */
    struct ex_addr addresses[EX_FOUND_ADDRESSES];
    size_t n_addresses;                     /**< all of them, EX_FOUND_ADDRESSES or more */
    char alias[EX_NAME_SIZE];               /**< what it is an alias of in the end; "" for none */
    const struct ex_mail_name_row *service; /**< that it, or an alias on the way, belongs to */
    bool is_outside;                        /**< the name itself */
    bool leads_outside;                     /**< its alias */
    bool is_wild;
    bool is_bad; /**< no name */
};

/** What a name that nobody can have registered got: the mark of a wildcard. */
struct ex_wildcard {
    struct ex_addr addresses[2 * 64];
    size_t n_addresses;
    unsigned n_answers; /**< names that were asked for and had an address */
    bool varies;        /**< two of them had nothing in common */
};

/** The domains that the user named, in the order of strcmp(). */
struct ex_domain_set {
    const char *const *names;
    size_t n;
};

/** Whether @name is @domain or lies below it. Both canonical. */
bool ex_name_is_under(const char *name, const char *domain);

/** The index of the longest domain of @set that @name is or lies below; SIZE_MAX for none. */
size_t ex_domain_set_find(const struct ex_domain_set *set, const char *name);

/**
 * A host name out of an answer, in canonical form: a line of a target list that begins with it
 * names this host and nothing else. One that could be read as an address is none.
 *
 * Returns: false when it is no name; @to then holds the first bytes of @raw, for messages.
 */
bool ex_found_name(char to[static EX_NAME_SIZE], const char *raw);

/** The service of @cat whose host @name is, or NULL. */
const struct ex_mail_name_row *ex_mail_service(const struct ex_catalog *cat, const char *name);

/** Note what a name that does not exist got. @list has 64 addresses at most. */
void ex_wildcard_note(struct ex_wildcard *w, const struct ex_addr *list, size_t n);

/** Whether a name with these addresses cannot be told from one that does not exist. */
bool ex_wildcard_is(const struct ex_wildcard *w, const struct ex_addr *list, size_t n);

/** What becomes of @f, whose other members are set; the scope and other domains apart.
 *  @takes_outside: the user asked for what lies outside. */
enum ex_found_verdict ex_found_judge(const struct ex_found *f, bool takes_outside);

/** The frozen word: "listed", "hosted", ... */
const char *ex_found_verdict_str(enum ex_found_verdict v);

#endif
