// SPDX-License-Identifier: MIT
#include "inspect/forms.h"

/* F1 for an address that something of the page posts to. */
static enum ex_form_action action_of(const struct ex_looking *l, const struct ex_place *p)
{
    static const char expired[] = "/owa/auth/expiredpassword.aspx";

    if (ex_place_is_foreign(p->kind))
        return EX_ACTION_FOREIGN;
    if (p->kind == EX_PLACE_LOGON || p->kind == EX_PLACE_SELF)
        return EX_ACTION_GENUINE;
    if (l->which == EX_CP_EXPIRED && ex_span_eq_nocase(ex_span_str(p->path), expired))
        return EX_ACTION_GENUINE;
    return EX_ACTION_SAME_ORIGIN; /* a script address (NONE) does not post, but is not right */
}

/* Note a form: @action says whether with F1, @features what else. */
static void odd_form(struct ex_looking *l, const struct ex_item *item, const struct ex_place *p,
                     enum ex_form_action action, uint16_t features)
{
    struct ex_script s = {
        .kind = EX_SCRIPT_FORM, .page = l->which, .action = (uint8_t)action, .features = features
    };

    if (action != EX_ACTION_GENUINE)
        s.features |= 1 << EX_FEAT_F1;
    if (action != EX_ACTION_GENUINE && p->kind == EX_PLACE_COLLECTOR)
        s.features |= 1 << EX_FEAT_S4;
    ex_span_copy(s.url, sizeof(s.url), ex_piece_of(&l->r->items, item->url));
    ex_span_copy(s.sink, sizeof(s.sink), ex_span_str(p->host[0] ? s.url : p->path));
    ex_found_origin(l->out, p);
    ex_found_script(l, &s);
}

/* The form that logs on: the one of that name, or the first that asks for a password. */
static const struct ex_item *main_form(const struct ex_items *items)
{
    const struct ex_item *first = NULL;

    for (size_t i = 0; i < items->n; i++) {
        const struct ex_item *item = &items->at[i];

        if (item->kind != EX_ITEM_FORM)
            continue;
        if (item->logon)
            return item;
        if (!first && item->password)
            first = item;
    }
    return first;
}

/* Fields that name their form belong to it, wherever they stand (HTML 4.10.17.3). */
static void give_back(struct ex_items *items)
{
    for (size_t i = 0; i < items->n; i++) {
        const struct ex_item *lent = &items->at[i];
        const struct ex_span id = ex_piece_of(items, lent->url);

        for (size_t k = 0; k < items->n && lent->kind == EX_ITEM_LENT; k++) {
            struct ex_item *form = &items->at[k];
            const struct ex_span own = ex_piece_of(items, form->text);

            if (form->kind != EX_ITEM_FORM || own.n != id.n || !id.n ||
                memcmp(own.p, id.p, id.n) != 0)
                continue;
            form->password |= lent->password;
            form->user |= lent->user;
            break;
        }
    }
}

/* It is given something that is worth having. */
static bool takes(const struct ex_item *form)
{
    return form->password || form->user;
}

void ex_read_forms(struct ex_looking *l)
{
    const struct ex_items *items = &l->r->items;
    const struct ex_item *main;
    bool right;

    give_back(&l->r->items);
    main = main_form(items);
    right = main && main->post && main->has_url;
    for (size_t i = 0; i < items->n; i++) {
        const struct ex_item *item = &items->at[i];
        enum ex_form_action action;
        struct ex_place p;

        if (item->kind != EX_ITEM_FORM && item->kind != EX_ITEM_SUBMIT &&
            item->kind != EX_ITEM_SECRET)
            continue;
        if (item->kind == EX_ITEM_SECRET) {
            p = (struct ex_place){ 0 };
            odd_form(l, item, &p, EX_ACTION_GENUINE, 1 << EX_FEAT_F2);
            continue;
        }
        ex_place_of(&l->where, ex_piece_of(items, item->url), &p);
        action = action_of(l, &p);
        if (item->form && item->form != main && !takes(item->form))
            continue; /* a button of a form that gets nothing */
        if (item == main || item->kind == EX_ITEM_SUBMIT) {
            right &= action == EX_ACTION_GENUINE && p.kind != EX_PLACE_SELF;
            if (action != EX_ACTION_GENUINE)
                odd_form(l, item, &p, action, 0);
        } else { /* another form: a search box is one, or a button for single sign-on */
            right = false;
            if (!takes(item) && p.kind != EX_PLACE_COLLECTOR)
                action = EX_ACTION_GENUINE;
            odd_form(l, item, &p, action, item->password ? 1 << EX_FEAT_F2 : 0);
        }
    }
    l->out->formless[l->which] = !main && (!l->again || l->out->formless[l->which]);
    l->out->form[l->which] = right && (!l->again || l->out->form[l->which]);
}
