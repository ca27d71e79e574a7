// SPDX-License-Identifier: MIT
#include "inspect/signatures.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "inspect/digest.h"
#include "inspect/rules.h"

enum { LABEL_MAX = 160, MESSAGE_MAX = 240, NAMESPACE_MAX = 32 };

static const char own_file[] = "signatures.yar";

/* One set of rules on its way through the compiler. */
struct compiling {
    struct ex_signatures *set;
    YR_COMPILER *compiler;
    char label[LABEL_MAX]; /* of the file that is being compiled */
    struct ex_error *err;
    bool failed;        /* err was set */
    const char *module; /* imported though it may not be */
};

bool ex_rule_module_allowed(const char *name)
{
    return strcmp(name, "math") == 0 || strcmp(name, "hash") == 0;
}

/* Printable ASCII: rule files and libyara's messages about them end on a terminal. */
static void plain(char *to, size_t size, const char *text)
{
    size_t n = 0;

    for (; text[n] && n + 1 < size; n++)
        to[n] = text[n] >= ' ' && text[n] <= '~' ? text[n] : '?';
    to[n] = '\0';
}

static void on_message(int level, const char *file, int line, const YR_RULE *rule,
                       const char *message, void *arg)
{
    struct compiling *c = arg;
    char text[MESSAGE_MAX];

    (void)file, (void)rule;
    if (level != YARA_ERROR_LEVEL_ERROR || c->failed)
        return;
    plain(text, sizeof(text), message);
    if (line > 0)
        ex_error_set(c->err, "%s: line %d: %s", c->label, line, text);
    else
        ex_error_set(c->err, "%s: at its end: %s", c->label, text);
    c->failed = true;
}

static enum ex_status of_yara(int code)
{
    return code == ERROR_SUCCESS               ? EX_OK
           : code == ERROR_INSUFFICIENT_MEMORY ? EX_ENOMEM
                                               : EX_EINTERNAL;
}

static enum ex_status define_variables(YR_COMPILER *c)
{
    int code = ERROR_SUCCESS;

#define INT(name)                                                                                  \
    if (code == ERROR_SUCCESS)                                                                     \
        code = yr_compiler_define_integer_variable(c, #name, 0);
#define BOOL(name)                                                                                 \
    if (code == ERROR_SUCCESS)                                                                     \
        code = yr_compiler_define_boolean_variable(c, #name, 0);
#define TEXT(name)                                                                                 \
    if (code == ERROR_SUCCESS)                                                                     \
        code = yr_compiler_define_string_variable(c, #name, "");
    EX_RULE_VARIABLES(INT, BOOL, TEXT)
#undef INT
#undef BOOL
#undef TEXT
    return of_yara(code);
}

/* Every file has a namespace: its global and private rules are its own business. 0: ours. */
static enum ex_status add(struct compiling *c, const char *text, size_t file)
{
    char space[NAMESPACE_MAX];

    snprintf(space, sizeof(space), "file%zu", file);
    if (yr_compiler_add_string(c->compiler, text, space) == 0)
        return EX_OK;
    if (!c->failed)
        return EX_ENOMEM;
    return file == 0 ? EX_ESCHEMA : EX_EINPUT;
}

/* The text of @name with a NUL at its end, or NULL with *st set. */
static char *read_file(struct compiling *c, const char *name, enum ex_status *st)
{
    char *text = malloc((size_t)EX_RULE_FILE_MAX + 2);
    FILE *f = fopen(name, "rbe");
    size_t n = 0;

    *st = EX_OK;
    if (!f) {
        ex_error_set(c->err, "%s: %s", c->label, strerror(errno));
        *st = EX_EIO;
    } else if (!text) {
        *st = EX_ENOMEM;
    } else {
        n = fread(text, 1, (size_t)EX_RULE_FILE_MAX + 1, f);
        if (ferror(f)) {
            ex_error_set(c->err, "%s: %s", c->label, strerror(errno));
            *st = EX_EIO;
        } else if (n > EX_RULE_FILE_MAX) {
            ex_error_set(c->err, "%s: more than %d bytes of rules", c->label,
                         (int)EX_RULE_FILE_MAX);
            *st = EX_EINPUT;
        } else if (memchr(text, '\0', n)) {
            ex_error_set(c->err, "%s: holds a NUL byte: give rules as text, not compiled",
                         c->label);
            *st = EX_EINPUT;
        }
    }
    if (f)
        fclose(f);
    if (*st != EX_OK) {
        free(text);
        return NULL;
    }
    text[n] = '\0';
    return text;
}

static enum ex_status add_files(struct compiling *c, const char *const *files, size_t n)
{
    enum ex_status st = EX_OK;
    struct ex_digest all = ex_digest_begin();

    for (size_t i = 0; st == EX_OK && i < n; i++) {
        char *text;

        plain(c->label, sizeof(c->label), files[i]);
        text = read_file(c, files[i], &st);
        if (text) {
            ex_digest_add(&all, ex_span_str(text));
            st = add(c, text, i + 1);
        }
        free(text);
    }
    if (!ex_digest_end(&all, c->set->own_sha256) && st == EX_OK)
        st = EX_ENOMEM;
    if (n == 0)
        c->set->own_sha256[0] = '\0';
    return st;
}

static int on_import(YR_SCAN_CONTEXT *context, int message, void *data, void *arg)
{
    struct compiling *c = arg;

    (void)context;
    if (message == CALLBACK_MSG_IMPORT_MODULE) {
        const char *name = ((YR_MODULE_IMPORT *)data)->module_name;

        if (!ex_rule_module_allowed(name)) {
            c->module = name;
            return CALLBACK_ERROR;
        }
    }
    return CALLBACK_CONTINUE;
}

/* The code that imports runs with every scan, whatever the rules say: so does this one. */
static enum ex_status check_modules(struct compiling *c, size_t n_files)
{
    const int code = yr_rules_scan_mem(c->set->rules, (const uint8_t *)"", 0,
                                       SCAN_FLAGS_NO_TRYCATCH, on_import, c, EX_SCAN_LIMIT_S);

    if (c->module) {
        ex_error_set(c->err, "%s: imports \"%.40s\"; rules may import \"math\" and \"hash\" only",
                     n_files == 1 ? c->label : "a file of rules", c->module);
        return EX_EINPUT;
    }
    return code == ERROR_INSUFFICIENT_MEMORY ? EX_ENOMEM : EX_OK;
}

/* NONE: no such word, or "none". */
static enum ex_strength strength_of(const char *word)
{
    for (int i = EX_STRENGTH_SUSPICIOUS; i <= EX_STRENGTH_CONFIRMED; i++)
        if (strcmp(ex_strength_str((enum ex_strength)i), word) == 0)
            return (enum ex_strength)i;
    return EX_STRENGTH_NONE;
}

static const char *meta_of(YR_RULE *rule, const char *name)
{
    YR_META *meta;

    yr_rule_metas_foreach(rule, meta)
    {
        if (meta->type == META_TYPE_STRING && strcmp(meta->identifier, name) == 0)
            return meta->string;
    }
    return NULL;
}

static enum ex_status read_rule(struct compiling *c, YR_RULE *rule, struct ex_rule_words *words)
{
    const bool own = strcmp(rule->ns->name, "file0") == 0;
    const char *title = meta_of(rule, "title"), *strength = meta_of(rule, "strength");

    words->id = strdup(rule->identifier);
    if (!words->id)
        return EX_ENOMEM;
    words->title = title ? title : "";
    words->strength = strength ? strength_of(strength) : EX_STRENGTH_LIKELY;
    if (words->strength == EX_STRENGTH_NONE) {
        ex_error_set(c->err,
                     "rule %.100s: its strength is \"%.40s\"; it may be suspicious, likely or "
                     "confirmed",
                     rule->identifier, strength);
        return EX_EINPUT;
    }
    if (!own)
        return EX_OK;
    for (char *p = words->id; *p; p++)
        if (*p == '_')
            *p = '-';
    if (RULE_IS_PRIVATE(rule) || (title && strength && meta_of(rule, "source")))
        return EX_OK;
    ex_error_set(c->err, "%s: rule %.100s: title, strength or source is missing", own_file,
                 rule->identifier);
    return EX_ESCHEMA;
}

static enum ex_status read_rules(struct compiling *c)
{
    struct ex_signatures *s = c->set;
    enum ex_status st = EX_OK;
    YR_RULE *rule;
    size_t n = 0;

    yr_rules_foreach(s->rules, rule)
    {
        n++;
    }
    s->words = calloc(n + 1, sizeof(*s->words));
    if (!s->words)
        return EX_ENOMEM;
    s->n = n;
    for (size_t i = 0; st == EX_OK && i < n; i++)
        st = read_rule(c, &s->rules->rules_table[i], &s->words[i]);
    return st;
}

static enum ex_status compile(struct compiling *c, const struct ex_catalog *cat,
                              const char *const *files, size_t n)
{
    enum ex_status st = of_yara(yr_compiler_create(&c->compiler));

    if (st != EX_OK)
        return st;
    yr_compiler_set_callback(c->compiler, on_message, c);
    yr_compiler_set_include_callback(c->compiler, NULL, NULL, NULL); /* none: no include */
    st = define_variables(c->compiler);
    if (st == EX_OK) {
        plain(c->label, sizeof(c->label), own_file);
        st = add(c, cat->signatures, 0);
    }
    if (st == EX_OK)
        st = add_files(c, files, n);
    if (st == EX_OK)
        st = of_yara(yr_compiler_get_rules(c->compiler, &c->set->rules));
    if (st == EX_OK)
        st = check_modules(c, n);
    if (st == EX_OK)
        st = read_rules(c);
    return st;
}

enum ex_status ex_signatures_new(struct ex_signatures **out, const struct ex_catalog *cat,
                                 const char *const *files, size_t n, struct ex_error *err)
{
    struct compiling c = { .set = calloc(1, sizeof(*c.set)), .err = err };
    enum ex_status st = c.set ? EX_OK : EX_ENOMEM;

    *out = NULL;
    if (st == EX_OK) {
        c.set->running = yr_initialize() == ERROR_SUCCESS;
        st = c.set->running ? EX_OK : EX_ENOMEM;
    }
    /* Matched bytes are looked at by nobody: do not copy them for each of up to 65,536 matches. */
    if (st == EX_OK)
        st = of_yara(yr_set_configuration_uint32(YR_CONFIG_MAX_MATCH_DATA, 0));
    if (st == EX_OK)
        st = compile(&c, cat, files, n);
    if (c.compiler)
        yr_compiler_destroy(c.compiler);
    if (st == EX_ENOMEM)
        ex_error_set(err, "out of memory while compiling the signatures");
    if (st == EX_EINTERNAL)
        ex_error_set(err, "the signatures cannot be compiled");
    if (st != EX_OK) {
        ex_signatures_free(c.set);
        return st;
    }
    *out = c.set;
    return EX_OK;
}

const char *ex_signatures_own_sha256(const struct ex_signatures *s)
{
    return s->own_sha256;
}

void ex_signatures_free(struct ex_signatures *s)
{
    if (!s)
        return;
    for (size_t i = 0; s->words && i < s->n; i++)
        free(s->words[i].id);
    free(s->words);
    if (s->rules)
        yr_rules_destroy(s->rules);
    if (s->running)
        yr_finalize();
    free(s);
}
