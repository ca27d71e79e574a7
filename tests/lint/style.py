#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The rules of the house that no compiler checks. style.py ROOT

Prints FILE:LINE: what is wrong; exits 1 if anything is.
"""
import os
import re
import sys

LINES_MAX, FUNCTION_LINES_MAX, COLUMNS_MAX = 400, 60, 100
SPDX = "SPDX-License-Identifier: MIT"

BANNED = ("strcpy", "strcat", "sprintf", "vsprintf", "strtok", "atoi", "atol", "sscanf", "gets",
          "strncpy", "localtime", "gmtime", "signal", "rand", "system", "alloca", "setlocale")

# Layer -> the folders and the libraries that it may include.
C_PURE = {"stddef.h", "stdint.h", "stdbool.h", "stdarg.h", "string.h", "stdio.h", "assert.h",
          "limits.h", "inttypes.h"}
BORDER = {"stddef.h", "stdint.h", "stdbool.h", "stdarg.h", "string.h"}
LAYERS = {
    "include/exprobe": ({"exprobe"}, BORDER),
    "src/core": ({"exprobe", "core"}, C_PURE),
    "src/logon": ({"exprobe", "core", "logon"}, C_PURE),
    "src/backdoor": ({"exprobe", "core", "logon", "backdoor"}, C_PURE),
    "src/data": ({"exprobe", "core", "data"}, {"jansson.h", "openssl"}),
    "src/input": ({"exprobe", "core", "input"}, {"idn2.h"}),
    "src/net": ({"exprobe", "core", "backdoor", "inspect", "net"},
                {"uv.h", "curl", "ares.h", "openssl"}),
    "src/out": ({"exprobe", "core", "out"}, {"jansson.h", "openssl"}),
}
LIBRARIES = {"jansson.h", "openssl", "idn2.h", "uv.h", "curl", "ares.h"}

# Things that belong to one machine, or that are not finished.
NOWHERE = [
    (re.compile(r"(?<![\w.])/(work|root|home)/"), "a path of one machine"),
    (re.compile(r"deb\.debian\.org|snapshot\.debian|registry\.npmjs|pypi\.org|crates\.io"),
     "a package registry"),
]
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|not implemented", re.I)


def without_comments(text):
    """C with comments and string contents blanked, line numbers kept."""
    def blank(m):
        kept = re.sub(r"[^\n]", " ", m.group(0))
        return '"%s"' % kept[1:-1] if m.group(0)[0] == '"' else kept
    return re.sub(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', blank, text, flags=re.S)


def check_any(path, lines, report):
    if not any(SPDX in line for line in lines[:2]):
        report(1, "the second line at the latest is %s" % SPDX)
    if len(lines) > LINES_MAX:
        report(LINES_MAX, "%d lines; a file has at most %d" % (len(lines), LINES_MAX))
    for n, line in enumerate(lines, 1):
        if len(line) > COLUMNS_MAX and not path.endswith((".c", ".h")):   # clang-format's business
            report(n, "%d columns; a line has at most %d" % (len(line), COLUMNS_MAX))
        if line != line.rstrip():
            report(n, "blanks at the end")
        if path.endswith(os.path.join("lint", "style.py")):
            continue   # it must name what it looks for
        for pattern, what in NOWHERE:
            if pattern.search(line):
                report(n, what)
        if UNFINISHED.search(line):
            report(n, "something is not finished")


def check_c(path, text, report):
    plain = without_comments(text)
    in_main = path == os.path.join("src", "cmd", "main.c") or not path.startswith("src")
    for n, line in enumerate(plain.split("\n"), 1):
        for m in re.finditer(r"\b(%s)\s*\(" % "|".join(BANNED), line):
            report(n, "%s is banned" % m[1])
        if re.search(r"\bexit\s*\(", line) and not in_main:
            report(n, "only main.c ends the program")
        if re.search(r"\bgoto\s+(?!out\b)", line):
            report(n, "goto only to out")
        if re.search(r"\btypedef\s+(struct|enum|union)\b(?!.*_fn\)?\()", line):
            report(n, "typedef only for function types")
    if not path.startswith(os.path.join("tests", "unit")):   # tables of rows are long
        check_functions(plain.split("\n"), report)


def check_functions(lines, report):
    begin = None
    for n, line in enumerate(lines, 1):
        if line.startswith("{"):
            begin = n
        elif line.startswith("}") and begin:
            if n - begin - 1 > FUNCTION_LINES_MAX:
                report(begin, "%d lines; a function has at most %d"
                       % (n - begin - 1, FUNCTION_LINES_MAX))
            begin = None


def check_includes(path, text, report):
    layer = next((k for k in LAYERS if path.startswith(k + os.sep)), None)
    if layer is None:
        return
    folders, libraries = LAYERS[layer]
    for n, line in enumerate(text.split("\n"), 1):
        ours = re.match(r'#include "([^"]+)"', line)
        theirs = re.match(r"#include <([^>]+)>", line)
        if ours and ours[1].split("/")[0] not in folders:
            report(n, "%s may not include %s" % (layer, ours[1]))
        if theirs:
            first = theirs[1].split("/")[0]
            closed = libraries if libraries <= C_PURE else None
            if closed is not None and first not in closed:
                report(n, "%s may not include <%s>" % (layer, theirs[1]))
            if closed is None and first in LIBRARIES and first not in libraries:
                report(n, "%s may not use <%s>" % (layer, theirs[1]))


def sources(root):
    for top in ("include", "src", "tests", "targets", ".ci"):
        for folder, folders, names in os.walk(os.path.join(root, top)):
            folders[:] = [f for f in folders if f not in ("__pycache__", "cases", "corpus")
                          and not f.startswith(".")]
            for name in names:
                yield os.path.relpath(os.path.join(folder, name), root)


def is_script(root, path):
    if "." in os.path.basename(path):
        return False
    with open(os.path.join(root, path), "rb") as f:
        return f.read(2) == b"#!"


def main(root):
    found = []
    for path in sorted(sources(root)):
        is_c, is_python = path.endswith((".c", ".h")), path.endswith(".py")
        if not (is_c or is_python or path.endswith(".sh") or is_script(root, path)):
            continue
        with open(os.path.join(root, path), encoding="utf-8") as f:
            text = f.read()

        def report(line, what, path=path):
            found.append("%s:%d: %s" % (path, line, what))
        check_any(path, text.split("\n"), report)
        if is_c:
            check_c(path, text, report)
            check_includes(path, text, report)
    print("\n".join(found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
