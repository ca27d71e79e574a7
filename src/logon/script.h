// SPDX-License-Identifier: MIT
#ifndef LOGON_SCRIPT_H
#define LOGON_SCRIPT_H

#include "logon/lexicon.h"
#include "logon/place.h"

/*
 * What a script that nobody knows does: a walk over its tokens that follows the password field
 * through variables, and notes where things are sent. Not a parser and not an interpreter:
 * it says what stands there, not what is reached.
 */

enum {
    EX_FRAMES_MAX = 256, /* brackets within brackets; deeper ones are left out */
    EX_LOADS_MAX = 4
};

/* What a word or an expression stands for. A later one wins over an earlier one when a
 * word stands for several things. */
enum ex_holds {
    EX_HOLDS_NOTHING,
    EX_HOLDS_PARAM,        /* a parameter, this, the target of an event */
    EX_HOLDS_CHOSEN,       /* an element that a parameter names */
    EX_HOLDS_CHOSEN_VALUE, /* its value; a function that gives it */
    EX_HOLDS_WINDOW,
    EX_HOLDS_DOCUMENT,
    EX_HOLDS_JQUERY,
    EX_HOLDS_LOCATION,
    EX_HOLDS_STORAGE,
    EX_HOLDS_CREATED, /* an element that was created */
    EX_HOLDS_LOADER,  /* one that runs or shows what it loads: script, link, frame */
    EX_HOLDS_OTHER,   /* an element of the page that is no field of the logon */
    EX_HOLDS_USER,    /* the field for the user's name */
    EX_HOLDS_USER_VALUE,
    EX_HOLDS_FORMS,
    EX_HOLDS_FORM,
    EX_HOLDS_ELEMENTS, /* all fields of a form */
    EX_HOLDS_ELEMENT,  /* one of them, any */
    EX_HOLDS_FIELD,    /* the password field */
    EX_HOLDS_VALUE     /* the password, or what was made of it */
};

/* What is being set; the right side decides whether that means something. */
enum ex_sets {
    EX_SETS_NOTHING,
    EX_SETS_WORD,  /* a variable or a member of no meaning of its own */
    EX_SETS_FIELD, /* .value of a password field */
    EX_SETS_VALUE, /* .value of something else */
    EX_SETS_COOKIE,
    EX_SETS_STORE,   /* a member of localStorage, window.name */
    EX_SETS_SOURCE,  /* .src */
    EX_SETS_ADDRESS, /* .href, location */
    EX_SETS_MARKUP,  /* .innerHTML */
    EX_SETS_STYLE,   /* .backgroundImage */
    EX_SETS_ACTION   /* .action */
};

enum ex_frame_role {
    EX_FRAME_BLOCK, /* and the script itself */
    EX_FRAME_CALL,
    EX_FRAME_GROUP, /* parentheses, list */
    EX_FRAME_INDEX,
    EX_FRAME_OBJECT,
    EX_FRAME_HEAD /* of if, for, ...; parameters of a function */
};

/* What was seen in passing, and means something together with something else. */
enum ex_saw {
    EX_SAW_BEACON = 1 << 7, /* S2 by something else than a script or style that is loaded */
    EX_SAW_PAGE =
        1 << 8, /* something that a visitor brings: a field, a cookie, a key, the address */
    EX_SAW_SUBMIT = 1 << 9,       /* a form that is not the logon's is submitted */
    EX_SAW_OTHER_FORM = 1 << 10,  /* a listener for such a form */
    EX_SAW_READER = 1 << 5,       /* a function reads the field that a parameter names */
    EX_SAW_NAMED = 1 << 6,        /* the password's field is named to something */
    EX_SAW_FIELD_PASSED = 1 << 0, /* the field is handed to a function, or loops over all fields */
    EX_SAW_PARAM_VALUE = 1 << 1,  /* .value of a parameter is read */
    EX_SAW_CREATED = 1 << 2,      /* an image, script or frame is made */
    EX_SAW_LOADER = 1 << 11,      /* a script, style sheet or frame is made */
    EX_SAW_BUILT_SOURCE = 1 << 3, /* .src is set to something computed */
    EX_SAW_LOGON_HOOK = 1 << 4,   /* within clkLgn or checkSubmit, a feature */
};

#define EX_NO_TOKEN UINT32_MAX

struct ex_frame {
    uint8_t role;
    uint8_t base; /* CALL: what the callee is a member of; INDEX: what is indexed */
    uint8_t callee_holds;
    uint8_t sets; /* enum ex_sets, since the last statement began */
    uint8_t sets_base;
    bool computed;     /* something that is no literal since then */
    bool any;          /* anything at all */
    bool headers;      /* OBJECT: of request headers */
    bool sink;         /* CALL: its strings are addresses that something is sent to */
    bool plain_copy;   /* nothing but one chain since "=" */
    uint32_t holds;    /* bits of what was seen since the last comma or "=" */
    uint32_t all;      /* and before */
    uint32_t callee;   /* token of its name */
    uint32_t begin;    /* first token within */
    uint32_t first;    /* first string since the last statement began */
    uint32_t set;      /* token of the word that is set */
    uint32_t function; /* BLOCK: token of the function's name */
    uint32_t loop;     /* HEAD: variable that runs through something */
    bool logon;        /* within clkLgn or checkSubmit of flogon.js */
    bool called;       /* INDEX: a call is part of it */
    bool parameters;   /* HEAD: of a function */
};

/** What is asked of a script. */
struct ex_script_task {
    struct ex_where where;
    bool shipped;  /**< it stands where Exchange has a script of its own: see M1 */
    bool on_field; /**< handler of the password field: `this` is that field */
    bool on_form;  /**< handler of the form or of the page */
};

/** What was found in it. */
struct ex_script_finds {
    uint16_t features;
    enum ex_form_action action;
    bool header_names; /**< H1 with the names that a known stealer uses */
    bool decoded;      /**< some were found only after decoding and joining */
    bool benign;       /**< recognised template */
    bool full;         /**< it was too much to look at as a whole */
    char sink[EX_SCRIPT_URL];
    uint32_t excerpt_at;                     /**< where the first of them stands */
    char loads[EX_LOADS_MAX][EX_SCRIPT_URL]; /**< scripts it loads: constant addresses */
    uint8_t n_loads;
    uint32_t gives[EX_SCRIPT_LINKS];
    uint32_t takes[EX_SCRIPT_LINKS];
};

/** Working memory for one script at a time; nobody but script.c and its neighbours looks inside. */
struct ex_walk {
    struct ex_tokens tokens;
    struct ex_lexicon names;
    struct ex_frame frames[EX_FRAMES_MAX];
    size_t n_frames;
    size_t too_deep;
    size_t n_more;   /* literals of the script itself that are code */
    uint32_t opened; /* first token within the brackets that were closed last */
    const struct ex_script_task *task;
    struct ex_script_finds *out;
    struct ex_span script;
    uint8_t cur;       /* enum ex_holds of the operand that just ended */
    uint8_t base;      /* what that was a member of */
    bool fresh;        /* "new" stands before it */
    uint32_t function; /* name of the function whose body comes next */
    uint32_t saw;      /* enum ex_saw */
    unsigned n_hex;    /* names of the kind _0x1f */
};

/** Look at @script. @w is zeroed before it is used first. Pure; linear but for small bounded
 * factors. */
void ex_script_look(struct ex_walk *w, const struct ex_script_task *task, struct ex_span script,
                    struct ex_script_finds *out);

#endif
