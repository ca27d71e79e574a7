// SPDX-License-Identifier: MIT
#ifndef LOGON_CALL_H
#define LOGON_CALL_H

#include "logon/walk.h"

/* What is known of the call that ends. */
struct ex_call {
    const struct ex_frame *f;
    struct ex_span name;  /* of the callee, empty: an expression */
    struct ex_span first; /* first string among the arguments */
    bool string;          /* and it is the first argument */
    bool password;        /* an argument is, or holds, the password */
    bool user;
    size_t at; /* token of the name, or of the end */
    size_t end;
};

/* Rows of the table in call.c that live in listen.c. Each returns what the call gives. */
enum ex_holds ex_call_listener(struct ex_walk *w, const struct ex_call *c);
enum ex_holds ex_call_jquery_listener(struct ex_walk *w, const struct ex_call *c);
enum ex_holds ex_call_submitted(struct ex_walk *w, const struct ex_call *c);
enum ex_holds ex_call_whole_form(struct ex_walk *w, const struct ex_call *c);

#endif
