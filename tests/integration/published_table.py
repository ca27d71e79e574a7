# SPDX-License-Identifier: MIT
"""Pages and files of the structure in which Microsoft and CISA publish, written by us."""
import csv
import html
import io
import json

KEV_COLUMNS = ("cveID", "vendorProject", "product", "vulnerabilityName", "dateAdded",
               "shortDescription", "requiredAction", "dueDate", "knownRansomwareCampaignUse",
               "notes", "cwes")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")
HEAD = ("<tr>\n<th>Product name</th>\n<th>Release date</th>\n<th>Build number<br>(short format)"
        "</th>\n<th>Build number<br>(long format)</th>\n</tr>")


def words(day):
    year, month, number = day.split("-")
    return "%s %d, %s" % (MONTHS[int(month) - 1], int(number), year)


def long_form(build):
    a, b, c, d = map(int, build.split("."))
    return "%d.%02d.%04d.%03d" % (a, b, c, d)


def row(name, day, build, kb=None, long=None):
    """One row of the page; @day as YYYY-MM-DD, or as it is to stand there."""
    text = html.escape(name)
    if kb:
        text = '<a href="https://support.microsoft.com/help/%s" data-linktype="external">%s</a>' \
            % (kb.removeprefix("KB"), text)
    date = words(day) if day[:2] == "20" and day[4] == "-" else day
    return "<tr>\n<td>%s</td>\n<td>%s</td>\n<td>%s</td>\n<td>%s</td>\n</tr>" % (
        text, date, build, long or long_form(build))


def table(*rows, head=HEAD):
    return ('<table aria-label="Table 1" class="table table-sm margin-top-none">\n<thead>\n%s\n'
            "</thead>\n<tbody>\n%s\n</tbody>\n</table>" % (head, "\n".join(rows)))


def page(*tables):
    return ("<!DOCTYPE html>\n<html lang=\"en-us\">\n<head>\n<meta charset=\"utf-8\">\n"
            "<title>Exchange Server build numbers and release dates | Microsoft Learn</title>\n"
            "<script>var versions = \"<td>15.2.1.1</td>\";</script>\n</head>\n<body>\n"
            "<h1>Exchange Server build numbers and release dates</h1>\n"
            "<table><tr><td>In this article</td></tr></table>\n%s\n</body>\n</html>\n"
            % "\n".join(tables))


def builds_csv(*rows):
    """@rows: (name, build, YYYY-MM-DD, KB)."""
    out = ["Product Name,Build Number,Date,KB,Blog"]
    for name, build, day, kb in rows:
        year, month, number = day.split("-")
        out.append("%s,%s,%d/%d/%s,%s,https://techcommunity.microsoft.com/x"
                   % (name, build, int(month), int(number), year, kb))
    return "\r\n".join(out) + "\r\n"


def kev_row(cve, day, ransomware="Unknown", product="Exchange Server", vendor="Microsoft"):
    return dict(zip(KEV_COLUMNS, (
        cve, vendor, product, "%s %s Vulnerability" % (vendor, product), day,
        "It is bad, \"very\" bad.", "Apply mitigations.", day, ransomware, "https://x", "CWE-1")))


def kev_json(rows, day, **changes):
    return json.dumps(dict({"title": "CISA Catalog of Known Exploited Vulnerabilities",
                            "catalogVersion": day.replace("-", "."),
                            "dateReleased": day + "T17:04:19.9796Z", "count": len(rows),
                            "vulnerabilities": rows}, **changes), indent=4)


def kev_csv(rows, columns=KEV_COLUMNS):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([[r[c] for c in columns if c in r] for r in rows])
    return out.getvalue()
