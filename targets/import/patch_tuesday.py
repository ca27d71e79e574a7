#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Bring targets/ up to date from what Microsoft and CISA publish.

  patch_tuesday.py builds FILE...   Microsoft's table of builds: the page saved as HTML, or its CSV
  patch_tuesday.py kev FILE         CISA's catalogue of exploited vulnerabilities, JSON or CSV

Prints the difference to targets/ and what a person has to do; changes nothing without --apply.
Downloads nothing. Exit status: 0 done, 64 usage, 65 an input that cannot be taken as it is."""
import argparse
import os
import sys

sys.dont_write_bytecode = True   # nothing is left in targets/

# pylint: disable=wrong-import-position
import builds       # noqa: E402
import kev          # noqa: E402
import names        # noqa: E402
import published    # noqa: E402
import rows         # noqa: E402
from trouble import Report, Trouble   # noqa: E402

TARGETS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
EXIT_USAGE, EXIT_INPUT = 64, 65


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(EXIT_USAGE, "patch_tuesday.py: %s\n" % message)


def day(text):
    if not names.is_day(text):
        raise argparse.ArgumentTypeError("%r is no day YYYY-MM-DD" % text)
    return text


def level(text):
    build, equals, update = text.partition("=")
    if not equals or not names.parse_build(build):
        raise argparse.ArgumentTypeError("%r is not BUILD=UPDATE" % text)
    return names.build_text(names.parse_build(build)), update


def arguments(argv):
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--targets", default=TARGETS, metavar="DIR", help="the set to change")
    common.add_argument("--apply", action="store_true", help="write the files")
    common.add_argument("--exprobe", metavar="PROGRAM",
                        help="checks the set before it is written; needed by --apply")
    common.add_argument("--date", type=day, help="the set knows everything until this day")
    b = commands.add_parser("builds", parents=[common], help="Microsoft's table of builds")
    b.add_argument("files", nargs="+", metavar="FILE")
    b.add_argument("--source", required=True, metavar="ID", help="row of sources.json")
    b.add_argument("--read-on", required=True, type=day, metavar="DATE",
                   help="when it was downloaded")
    b.add_argument("--title", help="of a source that is new")
    b.add_argument("--url", help="of a source that is new")
    b.add_argument("--level", action="append", default=[], type=level, metavar="BUILD=UPDATE",
                   help="the update whose fixes a re-release carries")
    k = commands.add_parser("kev", parents=[common], help="CISA's catalogue")
    k.add_argument("file", metavar="FILE")
    k.add_argument("--read-on", type=day, metavar="DATE", help="of a CSV: when it was published")
    args = parser.parse_args(argv)
    if args.apply and not args.exprobe:
        parser.error("--apply needs --exprobe PROGRAM, which checks the set first")
    return args


def take_builds(args, targets, report):
    builds.check_source(targets, args.source, args.read_on, args.title, args.url)
    entries = [e for file in args.files for e in published.read(file, report)]
    run = builds.Import(targets, args.source, dict(args.level), report)
    run.take(entries)
    if not run.added:
        targets.forget("sources")   # nothing rests on what was read today
    print("%d rows read: %d as in targets/, %d known differences, %d new"
          % (len(entries), run.same, run.known, len(run.added)))
    return run.steps


def take_kev(args, targets, report):
    n, marked = kev.apply(targets, args.file, args.read_on, report)
    print("%d vulnerabilities read: %d of cves.json are among them" % (n, marked))
    return []


def set_date(targets, date):
    """The date of the set is a promise, so a person makes it."""
    meta, steps = targets.meta, []
    if date:
        if date < meta["date"]:
            raise Trouble("--date %s: the set is of %s already" % (date, meta["date"]))
        if meta["date"] in meta["not_covered"] and date != meta["date"]:
            steps.append("meta.json: not_covered speaks of %s: say what is not covered now"
                        % meta["date"])
        meta["date"] = date
    elif max(meta["newest_update_released"], meta["kev_date"]) > meta["date"]:
        steps.append("meta.json: the set is of %s: when the CVEs are in, say --date DATE"
                    % meta["date"])
    return steps


def main(argv):
    args, report = arguments(argv), Report()
    try:
        targets = rows.Set(args.targets)
        steps = (take_builds if args.command == "builds" else take_kev)(args, targets, report)
        steps += set_date(targets, args.date)
        targets.sort()
        for line in targets.difference():
            print(line)
        for line in report.notes:
            print("note: " + line)
        for line in steps:
            print("to do: " + line)
        if report.errors:
            raise Trouble("%d error%s, and nothing is written:\n  %s" % (
                len(report.errors), "" if len(report.errors) == 1 else "s",
                "\n  ".join(report.errors)))
        if args.apply and targets.changed():
            targets.write(args.exprobe)
            print("written: %s" % ", ".join(targets.changed()))
        elif targets.changed():
            print("nothing was written: --apply does")
    except Trouble as e:
        sys.stdout.flush()
        print("patch_tuesday.py: %s" % e, file=sys.stderr)
        return EXIT_INPUT
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
