#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Completions for a shell out of the option table: completions.py bash|zsh|fish OUTPUT TABLE"""
import os
import re
import sys

import table

_BASH = r'''# exprobe(1) completions for bash. Made from the option table.

# Files and folders are quoted where they have to be, and folders get their slash.
_exprobe_files() {
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen "$1" -- "$cur")
}

_exprobe_words() {
    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$cur")
}

_exprobe_hosts() {
    mapfile -t COMPREPLY < <(compgen -A hostname -- "$cur")
}

_exprobe() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} options="" rest="" i
    COMPREPLY=()
    # --name=value comes as three words.
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]] && ((COMP_CWORD > 2)); then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    for ((i = 2; i < COMP_CWORD; i++)); do
        [[ ${COMP_WORDS[i]} == -- ]] && rest=yes
    done
    if ((COMP_CWORD == 1)); then
        _exprobe_words '@COMMANDS@ --help --version'
        return
    fi
    [[ $rest ]] || case ${COMP_WORDS[1]}:$prev in
@VALUES@
    esac
    case ${COMP_WORDS[1]} in
@OPTIONS@
        *) return ;;
    esac
    if [[ $cur == -* && ! $rest ]]; then
        _exprobe_words "$options"
        return
    fi
    case ${COMP_WORDS[1]} in
@OPERANDS@
    esac
}
complete -F _exprobe exprobe
'''


def names(option):
    return (["-" + option["letter"]] if option["letter"] else []) + ["--" + option["name"]]


def bash_action(kind, words=()):
    return {"words": "_exprobe_words '%s'" % " ".join(words), "file": "_exprobe_files -f",
            "folder": "_exprobe_files -d", "host": "_exprobe_hosts",
            "any": ":"}[kind]


def bash_values(doc):
    for command in doc["commands"]:
        for option in table.of_command(doc, command["name"]):
            kind = table.value_kind(option)
            if kind != "flag":
                pattern = " | ".join("%s:%s" % (command["name"], n) for n in names(option))
                yield "        %s) %s; return ;;" % (pattern, bash_action(kind, option["words"]))


def bash_operands(doc):
    for command in doc["commands"]:
        kind, words = table.operand_kind(command), table.operand_words(command)
        action = bash_action(kind)
        if words:
            yield "        %s) if ((COMP_CWORD == 2)); then _exprobe_words '%s'; else %s; fi ;;" % (
                command["name"], " ".join(words), action)
        else:
            yield "        %s) %s ;;" % (command["name"], action)


def bash(doc):
    options = ["        %s) options='%s' ;;" % (c["name"], " ".join(
        "--" + o["name"] for o in table.of_command(doc, c["name"]))) for c in doc["commands"]]
    return (_BASH.replace("@COMMANDS@", " ".join(c["name"] for c in doc["commands"]))
            .replace("@VALUES@", "\n".join(bash_values(doc)))
            .replace("@OPTIONS@", "\n".join(options))
            .replace("@OPERANDS@", "\n".join(bash_operands(doc))))


def in_quotes(text):
    """For zsh and fish alike: within '...'."""
    return text.replace("\\", "\\\\").replace("'", "'\\''")


def zsh_text(text):
    return re.sub(r"([\[\]:])", r"\\\1", in_quotes(text))


def zsh_action(kind, words=()):
    return {"words": "(%s)" % " ".join(words), "file": "_files", "folder": "_files -/",
            "host": "_hosts", "any": " "}[kind]


def zsh_option(option):
    kind, repeated = table.value_kind(option), option["type"] == "texts"
    value = "" if kind == "flag" else ":%s:%s" % (zsh_text(option["arg"]),
                                                  zsh_action(kind, option["words"]))
    text = "[%s]" % zsh_text(option["help"])
    long_name = "--" + option["name"] + ("" if kind == "flag" else "=")
    if not option["letter"]:
        return "'%s%s%s%s'" % ("*" if repeated else "", long_name, text, value)
    short = "-" + option["letter"] + ("" if kind == "flag" else "+")
    other = "*" if repeated else "(-%s --%s)" % (option["letter"], option["name"])
    return "'%s'{%s,%s}'%s%s'" % (other, short, long_name, text, value)


def zsh_operands(command):
    kind, words = table.operand_kind(command), table.operand_words(command)
    if words:
        return ["'1:verb:(%s)'" % " ".join(words), "'*:operand:%s'" % zsh_action(kind)]
    return ["'*:operand:%s'" % zsh_action(kind)]


def zsh(doc):
    lines = ["#compdef exprobe", "# exprobe(1) completions for zsh. Made from the option table.",
             "", "_exprobe() {", "    local -a commands",
             "    local curcontext=$curcontext state line", "    commands=("]
    lines += ["        '%s:%s'" % (c["name"], zsh_text(c["help"])) for c in doc["commands"]]
    lines += ["    )", "    _arguments -C \\",
              "        '(- *)'{-h,--help}'[the commands]' \\",
              "        '(- *)'{-V,--version}'[versions of program and data]' \\",
              "        '1: :->command' '*:: :->rest' && return 0",
              "    if [[ $state == command ]]; then",
              "        _describe -t commands command commands", "        return", "    fi",
              "    curcontext=${curcontext%:*}-$words[1]:", "    case $words[1] in"]
    for command in doc["commands"]:
        lines.append("    %s)" % command["name"])
        specs = [zsh_option(o) for o in table.of_command(doc, command["name"])]
        lines.append("        _arguments -s -S \\")
        lines.append(" \\\n".join("            " + s for s in specs + zsh_operands(command)))
        lines.append("        ;;")
    lines += ["    esac", "}", "", '_exprobe "$@"']
    return "\n".join(lines) + "\n"


def fish_option(command, option):
    kind = table.value_kind(option)
    value = {"flag": "", "words": " -x -a '%s'" % " ".join(option["words"]), "file": " -r -F",
             "folder": " -x -a '(__fish_complete_directories)'", "any": " -x"}[kind]
    letter = " -s " + option["letter"] if option["letter"] else ""
    return "complete -c exprobe -n '__fish_seen_subcommand_from %s'%s -l %s%s -d '%s'" % (
        command, letter, option["name"], value, fish_text(option["help"]))


def fish_text(text):
    return text.replace("\\", "\\\\").replace("'", "\\'")


def fish_operands(command):
    seen = "__fish_seen_subcommand_from " + command["name"]
    words, kind = table.operand_words(command), table.operand_kind(command)
    lines = []
    if words:
        choices = " ".join(words)
        first = "%s; and not __fish_seen_subcommand_from %s" % (seen, choices)
        lines.append("complete -c exprobe -n '%s' -a '%s'" % (first, choices))
        seen = "%s; and __fish_seen_subcommand_from %s" % (seen, choices)
    what = {"file": "-F", "folder": "-a '(__fish_complete_directories)'",
            "host": "-a '(__fish_print_hostnames)'"}
    if kind in what:
        lines.append("complete -c exprobe -n '%s' %s" % (seen, what[kind]))
    return lines


def fish(doc):
    lines = ["# exprobe(1) completions for fish. Made from the option table.",
             "complete -c exprobe -f",
             "complete -c exprobe -n __fish_use_subcommand -s h -l help -d 'the commands'",
             "complete -c exprobe -n __fish_use_subcommand -s V -l version -d 'versions'"]
    for command in doc["commands"]:
        lines.append("complete -c exprobe -n __fish_use_subcommand -a %s -d '%s'"
                     % (command["name"], fish_text(command["help"])))
        lines += fish_operands(command)
        lines += [fish_option(command["name"], o) for o in table.of_command(doc, command["name"])]
    return "\n".join(lines) + "\n"


def main(shell, output, doc):
    text = {"bash": bash, "zsh": zsh, "fish": fish}[shell](table.load(doc))
    temporary = output + ".new"
    with open(temporary, "w", encoding="utf-8") as f:
        f.write(text)
    os.replace(temporary, output)


if __name__ == "__main__":
    main(*sys.argv[1:])
