// SPDX-License-Identifier: MIT
#ifndef LOGON_SCORE_H
#define LOGON_SCORE_H

#include "exprobe/logon.h"

/* Limits of the sum. */
enum { EX_SCORE_REVIEW = 10, EX_SCORE_SUSPICIOUS = 30, EX_SCORE_LIKELY = 60 };

/** The points of one unknown script. @reads: the password is read elsewhere on the page. */
int16_t ex_logon_score(const struct ex_script *s, bool reads);

/** What features say together, whatever their points are. */
enum ex_logon_state ex_logon_override(uint16_t features, enum ex_form_action action,
                                      bool header_names);

/** What a sum says. */
enum ex_logon_state ex_logon_of_score(int score);

#endif
