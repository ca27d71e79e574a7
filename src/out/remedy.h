// SPDX-License-Identifier: MIT
#ifndef OUT_REMEDY_H
#define OUT_REMEDY_H

#include "exprobe/verdict.h"

/* Sentences about one verdict. All of them say no more than the verdict does. Pure. */

enum { EX_REMEDY_SIZE = 1792, EX_SENTENCE_SIZE = 320 }; /**< room for conditions; for the rest */

/** What there is to judge: the knowledge, what was seen, and what follows from it. */
struct ex_case {
    const struct ex_catalog *cat;
    const struct ex_fingerprint *fp;
    const struct ex_verdict *verdict;
};

/** "Exchange Server 2019", or "Exchange Server" when the version is not known. */
const char *ex_remedy_product(const struct ex_case *c);

/** "Exchange Server 2019 CU15 Feb26SU (15.2.1748.43)", as far as it is known. */
void ex_remedy_what(const struct ex_case *c, char *to, size_t size);

/** "29 security fixes are missing, 1 of them ...", without a full stop. */
void ex_remedy_counts(const struct ex_case *c, char *to, size_t size);

/** Which of a rule's remediations applies. */
enum ex_situation {
    EX_SITUATION_SERVICED,  /**< updates can be had */
    EX_SITUATION_EXTENSION, /**< only by buyers of a programme that is running */
    EX_SITUATION_END        /**< by nobody */
};
enum ex_situation ex_remedy_situation(const struct ex_case *c);

/** The update to install with KB and build, after the cumulative update that it needs when the
 *  server has another one; "the newest update" when it is not known. */
void ex_remedy_steps(const struct ex_case *c, char *to, size_t size);

/** " Updates are cumulative ..." and the date of the update; "" without one. */
void ex_remedy_order(const struct ex_case *c, char *to, size_t size);

/** " 29 of the fixes were made for buyers of Extended Security Updates only ...", or "". */
void ex_remedy_esu(const struct ex_case *c, char *to, size_t size);

/** " Meanwhile install ...": the last update that needs no contract, when it is newer than what
 *  the server has or may have; or "". */
void ex_remedy_interim(const struct ex_case *c, char *to, size_t size);

/** Why the revision cannot be seen: a clause. Static. */
const char *ex_remedy_why(const struct ex_fingerprint *fp);

/** What has to be checked beside the build, for the CVEs where it decides. */
void ex_remedy_conditions(const struct ex_case *c, char *to, size_t size);

/** What is special about the build itself, or "". Static. */
const char *ex_remedy_note(const struct ex_verdict *v);

/** What has stopped working on @today for a server this far behind: sentences, or "". */
void ex_remedy_advice(const struct ex_case *c, int32_t today, char *to, size_t size);

/** " 61 vulnerabilities published since then were never assessed ...", or "". */
void ex_remedy_unassessed(const struct ex_case *c, char *to, size_t size);

#endif
