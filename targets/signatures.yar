// SPDX-License-Identifier: MIT
rule blank_200
{
    meta:
        title = "An empty page"
    condition:
        status == 200 and filesize <= 16
}
