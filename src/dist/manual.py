#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A man page out of its template: manual.py OUTPUT TEMPLATE TABLE VERSION DATADIR SCHEMA...

A line @WORD@ of the template is replaced by what a function here makes of the option table or of a
JSON schema, @WORD@ within a line by one value.
"""
import json
import os
import re
import sys
import textwrap

import table


def escape(text):
    """Text of a table as a line of mdoc: what is typed keeps its hyphens."""
    text = text.replace("\\", "\\e")
    text = re.sub(r"(?<![\w-])-(?=[-\w])", r"\\-", text)
    text = re.sub(r"(?<=\\-)-(?=\w)", r"\\-", text)
    return text


def sentences(text):
    """Text of a table or schema: it begins with a capital, ends with a full stop, and each sentence
    has a line of its own, as mdoc wants it."""
    text = text if text.endswith(".") else text + "."
    if not re.match(r"[a-z0-9]+[-_]", text):   # a word of the records is written as it is
        text = text[:1].upper() + text[1:]
    return [escape(s) for s in re.split(r"(?<=\.) (?=[A-Z\"`])", text)]


def value_macros(text):
    """Operands as the command table has them: [X] may be left out, lower case is typed."""
    lines = []
    for optional, plain in re.findall(r"\[([^\]]*)\]|(\S+)", text):
        word = optional or plain
        if word == "|":
            lines.append("|")
            continue
        if word.startswith("-"):
            macro, word = "Fl", word[1:]
        else:
            macro = "Cm" if re.fullmatch(r"[a-z][a-z-]*", word) else "Ar"
        word = word.replace("...", " ...").strip()
        lines.append((".Op %s %s" if optional else ".%s %s") % (macro, word))
    return lines


def synopsis(doc, _):
    lines = []
    for command in doc["commands"]:
        lines += [".Nm", ".Cm " + command["name"], ".Op Ar options"]
        lines += value_macros(command["operands"])
    return lines


def commands(doc, _):
    lines = [".Bl -tag -width " + max((c["name"] for c in doc["commands"]), key=len)]
    for command in doc["commands"]:
        lines += [".It Cm " + command["name"], *sentences(command["help"])]
    return lines + [".El"]


def option_item(option):
    value = " Ar " + option["arg"] if option["arg"] else ""
    letter = "Fl %s , " % option["letter"] if option["letter"] else ""
    return ".It %sFl -%s%s" % (letter, option["name"], value)


def options(doc, _):
    lines = [".Bl -tag -width Ds"]
    names = [c["name"] for c in doc["commands"]]
    for option in doc["options"]:
        lines += [option_item(option), *sentences(option["help"])]
        lines += [line for line in [table.limits(option)] if line]
        if option["type"] == "texts":
            lines.append("May be given several times.")
        if set(option["commands"]) != set(names):
            lines += ["For", *comma_list(".Cm %s", option["commands"])]
    return lines + [".El"]


def settings(doc, _):
    """What may stand in a file, in the order of the table."""
    lines = [".Bl -tag -width Ds"]
    for option in doc["options"]:
        if option["settable"] not in ("anywhere", "section"):
            continue
        value = "Ar " + option["arg"] if option["arg"] else "Cm true | false"
        lines += [".It Ic %s = %s" % (option["name"], value), *sentences(option["help"])]
        lines += [line for line in [table.limits(option)] if line]
        if option["words"]:
            lines += ["One of", *comma_list(".Cm %s", option["words"])]
        if option["type"] == "texts":
            lines.append("May be given several times%s." % (
                "; what other sources give is not replaced" if option["adds_up"] else ""))
        lines += ["For", *comma_list(".Cm %s", option["commands"])]
        if option["settable"] == "section":
            lines.append("In a section only.")
    return lines + [".El"]


def not_settings(doc, _):
    return comma_list(".Cm %s", [o["name"] for o in doc["options"]
                                 if o["settable"] not in ("anywhere", "section")])


def comma_list(form, words):
    """Macro lines: a , b and c ."""
    last = len(words) - 1
    marks = [" ." if i == last else " ," if i < last - 1 else "" for i in range(last + 1)]
    lines = [form % w + mark for w, mark in zip(words, marks)]
    return lines[:-1] + ["and", lines[-1]] if last > 0 else lines


class Schema:
    """The fields of one record type of a JSON schema, in the order that it has them."""

    def __init__(self, root):
        self.root = root

    def resolve(self, node):
        merged = dict(node)
        while "$ref" in merged:
            target = self.root
            for part in merged.pop("$ref").lstrip("#/").split("/"):
                target = target[part]
            merged = {**target, **merged}
        return merged

    def description(self, member):
        """What a name such as `text` stands for is said once, and not with each member."""
        node = self.resolve(member)
        words = member if node.get("type") == "string" else node
        return words.get("description", "")

    def fields(self, node, prefix=""):
        """(path, node) of every member, those of members below them."""
        node = self.resolve(node)
        for inner in node.get("allOf", []) + node.get("anyOf", []) + node.get("oneOf", []):
            yield from self.fields(inner, prefix)
        if isinstance(node.get("items"), dict):
            yield from self.fields(node["items"], prefix + "[]")
        if isinstance(node.get("additionalProperties"), dict):
            yield from self.fields(node["additionalProperties"], prefix + ".*")
        for name, member in node.get("properties", {}).items():
            path = "%s.%s" % (prefix, name) if prefix else name
            yield path, member
            yield from self.fields(member, path)

    def kind(self, node):
        name = node.get("$ref", "").rpartition("/")[2]
        node = self.resolve(node)
        if name and node.get("type") == "string":
            return name.replace("_", " ")
        if "const" in node:
            return json.dumps(node["const"])
        if "enum" in node:
            return "one of " + ", ".join("null" if w is None else str(w) for w in node["enum"])
        if "allOf" in node and "type" not in node:
            return self.kind(node["allOf"][0])
        for choice in ("anyOf", "oneOf"):
            if choice in node:
                return " or ".join(dict.fromkeys(self.kind(n) for n in node[choice]))
        kinds = node.get("type", "string" if "pattern" in node or "minLength" in node else "object")
        kinds = [kinds] if isinstance(kinds, str) else kinds
        inner = {"array": node.get("items"), "object": node.get("additionalProperties")}
        words = [k + " of " + self.kind(inner[k]) if isinstance(inner.get(k), dict) else k
                 for k in kinds]
        return " or ".join(words)


def records(_, schemas):
    lines = []
    for root in schemas:
        schema = Schema(root)
        for name in record_types(root):
            lines += ['.Ss "%s"' % (name or "The output of diff"), ".Bl -tag -width Ds"]
            top = root["$defs"][name] if name else root
            seen = {}
            for path, node in schema.fields(top):
                seen.setdefault(path, node)
            for path, node in seen.items():
                lines += [".It Va " + path, *sentences(schema.kind(node))]
                words = schema.description(node)
                lines += sentences(words) if words else []
            lines.append(".El")
    return lines


def record_types(root):
    types = root.get("properties", {}).get("type", {}).get("enum", [])
    return [t for t in types if t in root.get("$defs", {})] or [None]


BLOCKS = {"SYNOPSIS": synopsis, "COMMANDS": commands, "OPTIONS": options, "RECORDS": records,
          "SETTINGS": settings, "NOTSETTINGS": not_settings}


def render(template, doc, values, schemas):
    values = {**values, **{k: str(v) for k, v in doc["limits"].items()}}
    for line in template.splitlines():
        block = re.fullmatch(r"@([A-Z]+)@", line)
        if block:
            yield from BLOCKS[block[1]](doc, schemas)
        else:
            yield re.sub(r"@([A-Z_]+)@", lambda m: values[m[1]], line)


def wrap(lines):
    """Text within the columns of a terminal; requests and literal displays stay."""
    literal = False
    for line in lines:
        literal = line.startswith(".Bd -literal") or (literal and line != ".Ed")
        if literal or line.startswith("."):
            yield line
        else:
            for part in textwrap.wrap(line, 78, break_long_words=False, break_on_hyphens=False):
                yield "\\&" + part if part[:1] in (".", "'") else part


def main(output, template, doc, version, datadir, *schemas):
    with open(template, encoding="utf-8") as f:
        text = f.read()
    values = {"VERSION": version, "DATADIR": datadir}
    lines = render(text, table.load(doc), values, [table.load(s) for s in schemas])
    temporary = output + ".new"
    with open(temporary, "w", encoding="utf-8") as f:
        f.write("\n".join(wrap(lines)) + "\n")
    os.replace(temporary, output)


if __name__ == "__main__":
    main(*sys.argv[1:])
