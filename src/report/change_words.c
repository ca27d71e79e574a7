// SPDX-License-Identifier: MIT
#include "report/changes.h"

#define N_OF(a) (sizeof(a) / sizeof((a)[0]))

const char *ex_change_str(enum ex_change c)
{
    static const char *const words[EX_N_CHANGES] = {
        [EX_CHANGE_NEW] = "new",
        [EX_CHANGE_BACK_AGAIN] = "back-again",
        [EX_CHANGE_WORSE] = "worse",
        [EX_CHANGE_BETTER] = "better",
        [EX_CHANGE_STILL_OPEN] = "still-open",
        [EX_CHANGE_NOT_SEEN] = "not-seen",
        [EX_CHANGE_FIXED] = "fixed",
    };

    return (size_t)c < N_OF(words) ? words[c] : "";
}

const char *ex_fate_str(enum ex_fate f)
{
    static const char *const words[EX_N_FATES] = {
        [EX_FATE_SAME] = "same",
        [EX_FATE_NEWLY_LISTED] = "newly-listed",
        [EX_FATE_FIRST_RESULT] = "first-result",
        [EX_FATE_ANSWERS_AGAIN] = "answers-again",
        [EX_FATE_GONE_DARK] = "gone-dark",
        [EX_FATE_NEVER_ANSWERED] = "never-answered",
        [EX_FATE_NOT_REACHED] = "not-reached",
        [EX_FATE_NO_LONGER_LISTED] = "no-longer-listed",
    };

    return (size_t)f < N_OF(words) ? words[f] : "";
}

const char *ex_change_words(enum ex_change c)
{
    static const char *const words[EX_N_CHANGES] = {
        [EX_CHANGE_NEW] = "new",
        [EX_CHANGE_BACK_AGAIN] = "back again",
        [EX_CHANGE_WORSE] = "worse",
        [EX_CHANGE_BETTER] = "better",
        [EX_CHANGE_STILL_OPEN] = "still open",
        [EX_CHANGE_NOT_SEEN] = "not looked at again",
        [EX_CHANGE_FIXED] = "fixed",
    };

    return words[c];
}

const char *ex_fate_words(enum ex_fate f)
{
    static const char *const words[EX_N_FATES] = {
        [EX_FATE_SAME] = "as before",
        [EX_FATE_NEWLY_LISTED] = "newly listed",
        [EX_FATE_FIRST_RESULT] = "first result",
        [EX_FATE_ANSWERS_AGAIN] = "answers again",
        [EX_FATE_GONE_DARK] = "gone dark (not the same as fixed)",
        [EX_FATE_NEVER_ANSWERED] = "never answered",
        [EX_FATE_NOT_REACHED] = "not reached this time",
        [EX_FATE_NO_LONGER_LISTED] = "no longer listed",
    };

    return words[f];
}

bool ex_changed_target_is_news(const struct ex_changed_target *t)
{
    if (t->build_changed || t->page_changed ||
        (t->fate != EX_FATE_SAME && t->fate != EX_FATE_NEVER_ANSWERED))
        return true;
    for (size_t i = 0; i < t->n_findings; i++)
        if (t->findings[i].change != EX_CHANGE_STILL_OPEN)
            return true;
    return false;
}
