# SPDX-License-Identifier: MIT
"""The words of published tables: product names, dates, build numbers, KB numbers. A form that is
not listed here is an error, never a guess."""
import calendar
import datetime
import re

MONTHS = {name: n for n, name in enumerate(calendar.month_name) if n}
MONTH = "|".join(calendar.month_abbr[1:])
PRODUCT = r"Exchange (?:Server )?(2007|2010|2013|2016|2019|SE)"

# Name -> product, cumulative update or service pack, update. First match counts.
_FORMS = [re.compile(form) for form in (
    # Exchange Server 2019 CU15 Feb26SU; Exchange 2013 SP1 Mar21SU; ... CU13 (2023H1)
    PRODUCT + r" (?P<cu>RTM|CU[0-9]+|SP[0-9]+)(?: \([0-9]{4}H[12]\))?"
    r"(?: (?P<update>(?:" + MONTH + r")[0-9]{2}(?:SU|HU)(?:v[2-9])?))?",
    PRODUCT + r" (?P<cu>Preview)",
    # Exchange 2010 SP3 RU8v2; Exchange 2007 RU1; Exchange 2007 SP1 RTM
    PRODUCT + r" (?P<cu>SP[0-9]+) RTM",
    PRODUCT + r"(?: (?P<cu>SP[0-9]+))? RU(?P<ru>[0-9]+)(?:v(?P<again>[1-9]))?",
    # Update Rollup 8 v2 for Exchange Server 2010 SP3; the page lacks a word or a blank in places.
    r"Update Rollup (?P<ru>[0-9]+)(?:[ -]v(?P<again>[1-9]))?(?: for| for ?)? ?" + PRODUCT +
    r"(?: (?P<cu>SP[0-9]+))?(?: \(recalled\))?",
)]

# Product -> what its build numbers begin with, and from which third part on.
_SE_FROM = 2562
_MAJOR = {"2007": (8,), "2010": (14,), "2013": (15, 0), "2016": (15, 1), "2019": (15, 2),
          "SE": (15, 2)}


def parse_name(text):
    """(generation, cu, update, kind), or None for a name of another form."""
    for form in _FORMS:
        m = form.fullmatch(text)
        if not m:
            continue
        groups = m.groupdict()
        generation = re.search(PRODUCT, text)[1]
        cu, update = groups.get("cu") or "RTM", groups.get("update")
        if groups.get("ru"):
            again = groups.get("again")
            update = "RU" + groups["ru"] + ("v" + again if again and again != "1" else "")
        return generation, cu, update, _kind(cu, update)
    return None


def _kind(cu, update):
    if update:
        return "ru" if update.startswith("RU") else "hu" if "HU" in update else "su"
    return {"R": "rtm", "P": "preview", "S": "sp", "C": "cu"}[cu[0]]


def parse_build(text):
    """Four numbers; zeros in front do not count. None for anything else."""
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,5}){3}", text):
        return None
    return tuple(int(part) for part in text.split("."))


def build_text(parts):
    return ".".join(map(str, parts))


def fits(parts, generation):
    """Whether a build number can be of this product."""
    begin = _MAJOR[generation]
    if parts[:len(begin)] != begin:
        return False
    if begin == (15, 2):
        return (parts[2] >= _SE_FROM) == (generation == "SE")
    return True


def _day(year, month, day):
    try:
        return datetime.date(year, month, day).isoformat()
    except ValueError:
        return None


def is_day(text):
    """Exactly YYYY-MM-DD, a day that exists."""
    return bool(re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text)) and \
        _day(*map(int, text.split("-"))) is not None


def parse_words_date(text):
    """"October 14, 2025" gives 2025-10-14, "December, 2015" and "December 2015" give 2015-12;
    None for anything else, numbers with strokes included, whose order nobody can know."""
    m = re.fullmatch(r"([A-Z][a-z]+)\.?(?: ([0-9]{1,2}))?(?:,)? ([0-9]{4})", text)
    if not m:
        return text if is_day(text) else None
    month = MONTHS.get(m[1])
    if not month:
        return None
    return _day(int(m[3]), month, int(m[2])) if m[2] else "%s-%02d" % (m[3], month)


def parse_us_date(text):
    """"10/14/2025" gives 2025-10-14: the file says month, day, year throughout."""
    m = re.fullmatch(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})", text)
    if m:
        return _day(int(m[3]), int(m[1]), int(m[2]))
    return text if is_day(text) else None


def kb_of_link(url):
    """The KB number that a link of Microsoft's support pages names, else None."""
    m = re.match(r"https?://(?:www\.)?support\.microsoft\.com/(?:[a-z]{2}-[a-z]{2}/)?(.*)", url)
    if not m:
        return None
    kb = re.match(r"(?:kb|help)/([0-9]{6,7})(?![0-9])", m[1]) or \
        re.match(r"topic/.*kb([0-9]{6,7})(?![0-9])", m[1], re.I)
    return "KB" + kb[1] if kb else None
