// SPDX-License-Identifier: MIT
#ifndef INSPECT_FORMS_H
#define INSPECT_FORMS_H

#include "inspect/reader.h"

/**
 * Judge the forms of the page in l->r->items: the one that logs on must post to where Exchange's
 * does, and there is no other that asks for a password. Sets out->form; what is odd becomes a
 * script of kind FORM.
 */
void ex_read_forms(struct ex_looking *l);

#endif
