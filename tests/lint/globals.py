#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""No variable outlives a function. globals.py LIBRARY.A...

Tables are const; what is in .data or .bss is a global variable in disguise.
"""
import subprocess
import sys

# Written once, before anything runs: the numbers that OpenSSL gives out for ex_data, and
# what a provider's functions cannot be handed as an argument.
ALLOWED = {"owner_slot", "epoch_slot", "slots_once", "once", "short_way", "whole", "decoders",
           "ran_out"}
MUTABLE = (".data", ".bss", ".tdata", ".tbss", "*COM*")


def main(libraries):
    found, n_seen = [], 0
    for library in libraries:
        text = subprocess.run(["objdump", "-t", library], check=True, stdout=subprocess.PIPE)
        for line in text.stdout.decode().splitlines():
            left, tab, right = line.partition("\t")
            words = left.split()
            if not tab or not words:
                continue
            n_seen += 1
            size, _, name = right.strip().partition(" ")
            name = name.strip()
            if words[-1] in MUTABLE and "O" in words and int(size, 16) and name not in ALLOWED:
                found.append("%s: %s lives in %s" % (library, name, words[-1]))
    print("\n".join(found))
    return 1 if found or not n_seen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
