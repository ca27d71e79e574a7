#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turn style and script of the HTML report into one C source: embed.py OUTPUT CSS JS

The page allows just these two by their hashes, so that no other style or script can run in it,
whatever a hostile server's text does.
"""
import base64
import hashlib
import pathlib
import sys


def literal(text):
    lines = text.split('\n')
    return '\n'.join('    "%s\\n"' % line.replace('\\', '\\\\').replace('"', '\\"')
                     for line in lines[:-1])


def digest(text):
    # The page has a line break behind the opening tag.
    data = hashlib.sha256(('\n' + text).encode()).digest()
    return "'sha256-%s'" % base64.b64encode(data).decode()


def main():
    output, css, js = sys.argv[1:]
    style = pathlib.Path(css).read_text(encoding='ascii')
    script = pathlib.Path(js).read_text(encoding='ascii')
    policy = "default-src 'none'; style-src %s; script-src %s" % (digest(style), digest(script))
    policy += "; base-uri 'none'; form-action 'none'"
    pathlib.Path(output).write_text('\n'.join((
        '// Made by src/report/page/embed.py. Do not edit.', '#include "report/html_parts.h"', '',
        'const char ex_html_style[] =', literal(style) + ';', '',
        'const char ex_html_script[] =', literal(script) + ';', '',
        'const char ex_html_policy[] =', '    "%s";' % policy, '')), encoding='ascii')


main()
