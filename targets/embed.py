#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turn the files of targets/ into one C source: embed.py OUTPUT FILE...

The order of the files on the command line is the order in the table, which is
the order of the hash over the set (src/data/files.h).
"""
import pathlib
import sys

BYTES_A_LINE = 32


def main():
    output, *names = sys.argv[1:]
    files = [pathlib.Path(name) for name in names]
    lines = ['// Made by targets/embed.py. Do not edit.', '#include "data/files.h"', '']
    for i, file in enumerate(files):
        data = file.read_bytes()
        lines.append(f'static const unsigned char file_{i}[] = {{')
        for at in range(0, len(data), BYTES_A_LINE):
            lines.append(','.join(map(str, data[at:at + BYTES_A_LINE])) + ',')
        lines += ['};', '']
    lines.append('const struct ex_data_file ex_data_files[EX_N_DATA_FILES] = {')
    for i, file in enumerate(files):
        lines.append(f'    {{ "{file.name}", {{ file_{i}, sizeof(file_{i}) }} }},')
    lines += ['};', '']
    pathlib.Path(output).write_text('\n'.join(lines), encoding='ascii')


main()
