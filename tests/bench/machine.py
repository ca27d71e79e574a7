# SPDX-License-Identifier: MIT
"""What the figures were measured on."""
import os
import platform
import re
import subprocess

PROGRAMS = (("nginx", "-v"), ("curl", "--version"), ("nmap", "--version"), ("strace", "--version"),
            ("valgrind", "--version"))


def first_line(*argv):
    """What a program says of its version; None when there is no such program."""
    try:
        said = subprocess.run(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30,
                              check=False).stdout.decode(errors="replace")
    except OSError:
        return None
    return next((line.strip() for line in said.splitlines() if line.strip()), None)


def _field(path, name):
    """The value of "name : value" or NAME="value"."""
    with open(path, encoding="utf-8", errors="replace") as f:
        for line in f:
            key, sign, value = line.partition("=" if "=" in line else ":")
            if sign and key.strip() == name:
                return value.strip().strip('"')
    return "unknown"


def _version(argv):
    """Name and number of a program."""
    found = re.search(r"\d+\.\d[\d.]*", first_line(*argv) or "")
    return argv[0], found and found[0]


def _libraries(exprobe):
    """The line of --version that names the libraries it runs with."""
    said = subprocess.run([exprobe, "--version"], stdout=subprocess.PIPE, timeout=30,
                          check=True).stdout.decode()
    return next((line for line in said.splitlines() if "libcurl" in line), "unknown")


def allocator(exprobe):
    """The file of the malloc that it is linked with; None: that of the C library."""
    said = subprocess.run(["ldd", exprobe], stdout=subprocess.PIPE, timeout=30,
                          check=False).stdout.decode()
    found = re.search(r"=> (\S*(?:jemalloc|mimalloc|tcmalloc)\S*)", said)
    return found and found[1]


def _commit():
    here = os.path.dirname(os.path.abspath(__file__))
    said = first_line("git", "-C", here, "log", "-1", "--format=%h of %cs")
    return said if said and not said.startswith("fatal") else "no known commit"


def describe(exprobe):
    """Lines of text: processor, memory, system, versions."""
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    yield "%s, %d cores, %.0f GiB; Linux %s; %s" % (
        _field("/proc/cpuinfo", "model name"), os.cpu_count(), memory_gib, platform.release(),
        _field("/etc/os-release", "PRETTY_NAME"))
    yield "%s (tree at %s): %s" % (first_line(exprobe, "--version"), _commit(), _libraries(exprobe))
    yield "malloc of exprobe: %s" % (allocator(exprobe) or "that of the C library")
    yield ", ".join("%s %s" % found for found in map(_version, PROGRAMS) if found[1])
