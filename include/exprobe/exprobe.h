/* SPDX-License-Identifier: MIT */
#ifndef EXPROBE_EXPROBE_H
#define EXPROBE_EXPROBE_H

#include <stdbool.h>
#include <stddef.h>

/*
 * libexprobe: what exprobe(1) knows and does, for other C programs. This is the only header that is
 * installed; the others beside it are borders within exprobe and change at will.
 *
 *     knowledge      exprobe_data_open(), exprobe_explain()
 *     stored answers exprobe_host_new(), exprobe_host_answer(), exprobe_host_judge(): what is read
 * out of them, which build that is, what it lacks. No network. a scan         exprobe_scan_new(),
 * exprobe_scan_set(), exprobe_scan_add(), exprobe_scan_run(): the same engine, budgets and promises
 * as `exprobe scan`
 *
 * Whatever is found comes as records: the JSON objects of schema exprobe/1, exprobe-jsonl(5). That
 * schema is the promise, so no structure of this header grows with what there is to say. Handles
 * are opaque; functions may be added.
 *
 * Thread: what is not said to be otherwise may be called from any thread, for each handle and
 * record by one at a time; a handle of knowledge by any number of them. `_free(NULL)` is fine.
 *
 * In the process of the caller: no signal is caught, standard streams and the environment are left
 * alone, libcurl is initialised with the first scan. A scan has threads of its own, with all
 * signals blocked, and raises the soft limit of open files as far as it needs. The allocators
 * of the libraries that it uses are left as they are; so when memory runs out in one of them, a
 * host may be said to have failed where exprobe(1) would notice whose fault it was.
 */

#ifdef __cplusplus
extern "C" {
#endif

/** How a call ended: the exit codes of exprobe(1). Anything else has words in *err. */
enum exprobe_status {
    EXPROBE_OK = 0,
    EXPROBE_INTERNAL = 1, /**< memory, or a fault of ours */
    EXPROBE_USAGE = 64,   /**< an option, or a call at the wrong time */
    EXPROBE_INPUT = 65,   /**< a target, an answer, a build, a list that cannot be read */
    EXPROBE_OUTPUT = 73,  /**< a file that an option names cannot be written */
    EXPROBE_AGAIN = 75,   /**< the scan was stopped; the records so far are good */
    EXPROBE_CONFIG = 78   /**< a data file cannot be used */
};

/** What went wrong, in one line that names the value and the remedy. May be NULL wherever it is
 * asked for; "" after a success. */
struct exprobe_error {
    char text[512];
};

/** The version of the library: "0.1.0". Static. */
const char *exprobe_version(void);

/* ---- Records ---- */

/** One JSON object of schema exprobe/1. */
struct exprobe_record;

/** The object as text, in one line without a newline, NUL-terminated; *n (may be NULL) gets its
 *  bytes. Lives as long as the record. */
const char *exprobe_record_json(const struct exprobe_record *r, size_t *n);

/**
 * The text at @path: names of members and numbers of elements, joined by dots, such as
 * "patch.state", "exchange.build.exact", "findings.0.rule". Valid UTF-8, without control
 * characters.
 *
 * Returns: NULL when there is none, also when something else than a text stands there. Lives as
 *          long as the record.
 */
const char *exprobe_record_text(const struct exprobe_record *r, const char *path);

/** The number at @path, or 1 and 0 for true and false. Returns false, *out untouched, when none
 *  stands there. */
bool exprobe_record_number(const struct exprobe_record *r, const char *path, double *out);

/** How many elements the array at @path has; 0 when there is none. */
size_t exprobe_record_count(const struct exprobe_record *r, const char *path);

/** Release a record that was given away. Those handed to a callback are not. */
void exprobe_record_free(struct exprobe_record *r);

/* ---- Knowledge ---- */

/** Builds, vulnerabilities, support dates, back doors: a set of data files. */
struct exprobe_data;

/**
 * Open the knowledge: the folder @dir with a set of data files, or, with NULL, that which the
 * library was built with.
 *
 * Returns: EXPROBE_OK, EXPROBE_CONFIG (*err names file and row), EXPROBE_INTERNAL. *out is NULL
 * then. Owns:    the caller owns *out, and frees it after all that was made with it.
 */
enum exprobe_status exprobe_data_open(struct exprobe_data **out, const char *dir,
                                      struct exprobe_error *err);

void exprobe_data_free(struct exprobe_data *data);

/** The day that the knowledge is of, "2026-10-08", and the SHA-256 of the set. Live as long as
 *  @data. */
const char *exprobe_data_date(const struct exprobe_data *data);
const char *exprobe_data_sha256(const struct exprobe_data *data);

/**
 * What a build is and what it lacks: a record of type "build", as of `exprobe explain --json`.
 *
 * @build is "15.2.1748.43", or three of the four numbers. @day is the day of judgement, YYYY-MM-DD;
 * NULL: today, in UTC.
 *
 * Returns: EXPROBE_OK, EXPROBE_INPUT (no build, no day), EXPROBE_INTERNAL.
 * Owns:    the caller owns *out.
 */
enum exprobe_status exprobe_explain(const struct exprobe_data *data, const char *build,
                                    const char *day, struct exprobe_record **out,
                                    struct exprobe_error *err);

/* ---- Stored answers ---- */

/** A host of which answers are stored. */
struct exprobe_host;

/** The paths whose answers say something, in the order in which a scan asks for them: number @i
 * from 0 on; NULL behind the last. The first three or four are mostly enough. Static. */
const char *exprobe_answer_path(size_t i);

/**
 * Begin with a host. @target is written as in a target list, tags included.
 *
 * Returns: EXPROBE_OK, EXPROBE_INPUT (no target, or a network), EXPROBE_INTERNAL.
 * Owns:    the caller owns *out; @data is borrowed until it is freed.
 */
enum exprobe_status exprobe_host_new(struct exprobe_host **out, const struct exprobe_data *data,
                                     const char *target, struct exprobe_error *err);

/**
 * Add a stored answer of the host to `GET @path`: status line, header fields, an empty line, the
 * body, as `curl -i` writes them (HTTP/1.x; the body without transfer coding). Of the header 32
 * KiB, of the body 64 KiB are read, as in a scan. @answer may hold anything: it is a stranger's.
 *
 * @path is one of exprobe_answer_path(). NULL: a path that no Exchange has, whatever it was; only
 * with such a control, a host that answers everything alike can be told.
 *
 * Returns: EXPROBE_OK, EXPROBE_INPUT (another path; no HTTP; more than two dozen answers).
 */
enum exprobe_status exprobe_host_answer(struct exprobe_host *host, const char *path,
                                        const void *answer, size_t n, struct exprobe_error *err);

/**
 * Judge what was added: a record of type "host", as a scan writes it, with back doors and the
 * logon page not assessed, and nothing about the connection. May be called again, after more
 * answers.
 *
 * @day: as for exprobe_explain().
 *
 * Returns: EXPROBE_OK, EXPROBE_INPUT (no day, no answer yet), EXPROBE_INTERNAL.
 * Owns:    the caller owns *out.
 */
enum exprobe_status exprobe_host_judge(const struct exprobe_host *host, const char *day,
                                       struct exprobe_record **out, struct exprobe_error *err);

void exprobe_host_free(struct exprobe_host *host);

/* ---- A scan ---- */

/** One scan, from its options to its last record. */
struct exprobe_scan;

/** A record, borrowed for the call. Called in the thread of exprobe_scan_run(), for one record
 * after the other. While it does not return, at most 4 MiB of records wait, and no host is begun.
 */
typedef void exprobe_record_fn(const struct exprobe_record *record, void *arg);

/** Something worth knowing that is no record: a bad line, a limit of the system. One line. Called
 * from any thread, by one at a time. */
typedef void exprobe_message_fn(const char *text, void *arg);

/**
 * Returns: EXPROBE_OK, EXPROBE_INTERNAL.
 * Owns:    the caller owns *out; @data is borrowed until it is freed.
 */
enum exprobe_status exprobe_scan_new(struct exprobe_scan **out, const struct exprobe_data *data,
                                     struct exprobe_error *err);

/**
 * Set an option of `exprobe scan` by its long name, without dashes: ("rate", "20"), ("list",
 * "hosts"),
 * ("no-backdoor", NULL). exprobe(1) has names, ranges and defaults. Options that are about standard
 * streams, result files and exit codes are refused. No configuration file and no
 * variable of the environment is read.
 *
 * Returns: EXPROBE_OK, EXPROBE_USAGE (*err names option, range and remedy), EXPROBE_INTERNAL.
 */
enum exprobe_status exprobe_scan_set(struct exprobe_scan *scan, const char *name, const char *value,
                                     struct exprobe_error *err);

/**
 * Add a target, written as in a target list, tags included, or a network.
 *
 * Returns: EXPROBE_OK, EXPROBE_INPUT, EXPROBE_INTERNAL.
 */
enum exprobe_status exprobe_scan_add(struct exprobe_scan *scan, const char *target,
                                     struct exprobe_error *err);

/**
 * Run the scan to its end: a record of type "run", one of type "host" for every address of every
 * target, one of type "end". Without that last record the result is incomplete. Blocks. Once for
 * each handle.
 *
 * @on_message may be NULL: what it would be told is dropped. @arg goes to both.
 *
 * Returns: EXPROBE_OK; EXPROBE_AGAIN when it was stopped, with all records to the last;
 *          EXPROBE_USAGE, EXPROBE_INPUT (an option or list cannot be used), EXPROBE_OUTPUT,
 *          EXPROBE_INTERNAL.
 */
enum exprobe_status exprobe_scan_run(struct exprobe_scan *scan, exprobe_record_fn *on_record,
                                     exprobe_message_fn *on_message, void *arg,
                                     struct exprobe_error *err);

/** End the scan: nothing new is begun, what is in flight has 10 seconds. Thread: any, at any time
 *  between new and free, also from a callback or a signal handler. */
void exprobe_scan_stop(struct exprobe_scan *scan);

/** After exprobe_scan_run() has returned, or without it. */
void exprobe_scan_free(struct exprobe_scan *scan);

#ifdef __cplusplus
}
#endif

#endif
