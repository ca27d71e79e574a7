// SPDX-License-Identifier: MIT
#include "logon/score.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))
#define F(x)    (1 << EX_FEAT_##x)

enum { BENIGN_POINTS = 30, FOREIGN_SCRIPT_WITH_READ = 35, FORM_IS_SURE = 30 };

/* The points of the features: exprobe/logon.h. */
static const int16_t points[EX_N_FEATURES] = {
#define X(id, word, n) n,
    EX_FEATURE_MAP(X)
#undef X
};

static const int16_t action_points[] = {
#define X(id, n) n,
    EX_FORM_ACTION_MAP(X)
#undef X
};

/*
 * What overrides the sum, worst first; the first row that fits counts.
 *
 *   the password is read, and                          in the same script, or in one that
 *   there is a way out (S1, S2, H1, K1)                is handed what the other one reads
 *     to a collector or a bare address (S4)            confirmed
 *     in the headers of a known stealer (H1 names)     confirmed
 *     to a page no Exchange ships (S5)                 confirmed
 *     and the form posts to another host (F1)          confirmed
 *     anywhere                                         likely
 *   the password is read, and nothing else             suspicious
 */
static const struct {
    uint16_t all;     /* all of these, */
    uint16_t any;     /* and, when there are any, one of these */
    uint16_t special; /* and, when there are any, one of these, S4, S5, F1 foreign, H1 names */
    enum ex_logon_state state;
} overrides[] = {
    { F(C1), F(S1) | F(S2) | F(H1) | F(K1), F(S4) | F(S5), EX_LP_CONFIRMED },
    { F(C1), F(S1) | F(S2) | F(H1) | F(K1), 0, EX_LP_LIKELY },
    { F(C1), 0, 0, EX_LP_SUSPICIOUS },
};

int16_t ex_logon_score(const struct ex_script *s, bool reads)
{
    int sum = 0;

    for (int f = 0; f < EX_N_FEATURES; f++)
        if (s->features >> f & 1)
            sum += points[f];
    if ((s->features & F(F1)) && s->action < N_OF(action_points))
        sum += action_points[s->action];
    if ((s->features & F(X1)) && reads)
        sum += FOREIGN_SCRIPT_WITH_READ - points[EX_FEAT_X1];
    if ((s->features & F(B1)) && !(s->features & F(C1)) &&
        !((s->features & F(F1)) && action_points[s->action] >= FORM_IS_SURE))
        sum -= BENIGN_POINTS;
    return (int16_t)(sum < 0 ? 0 : sum);
}

enum ex_logon_state ex_logon_override(uint16_t features, enum ex_form_action action,
                                      bool header_names)
{
    const bool special =
        ((features & F(F1)) && action == EX_ACTION_FOREIGN) || ((features & F(H1)) && header_names);

    for (size_t i = 0; i < N_OF(overrides); i++) {
        if ((features & overrides[i].all) != overrides[i].all)
            continue;
        if (overrides[i].any && !(features & overrides[i].any))
            continue;
        if (overrides[i].special && !(features & overrides[i].special) && !special)
            continue;
        return overrides[i].state;
    }
    return EX_LP_GENUINE;
}

enum ex_logon_state ex_logon_of_score(int score)
{
    if (score >= EX_SCORE_LIKELY)
        return EX_LP_LIKELY;
    if (score >= EX_SCORE_SUSPICIOUS)
        return EX_LP_SUSPICIOUS;
    return score >= EX_SCORE_REVIEW ? EX_LP_REVIEW : EX_LP_CUSTOMISED;
}
