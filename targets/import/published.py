# SPDX-License-Identifier: MIT
"""Microsoft's table of builds as it is published: the page "Exchange Server build numbers and
release dates" saved as HTML, or the file ExchangeBuildNumbers.csv. What is read is checked to be of
the known structure; anything else is an error with its line."""
import csv
import dataclasses
import html.parser
import io
import re

import names
from trouble import Trouble

BYTES_MAX = 8 * 1024 * 1024
ROWS_MAX = 5000
SPAN_MAX = 100
HEADINGS = ("product name", "release date", "build number (short format)",
            "build number (long format)")
COLUMNS = ("Product Name", "Build Number", "Date", "KB", "Blog")
BUILD_LIKE = re.compile(r"\b(?:8|14|15)\.[0-9]{1,2}\.[0-9]{1,5}\.[0-9]{1,5}\b")
BLANKS = "\u00a0\u2007\u202f\t\r\n"            # become a blank
NOTHING = "\u200b\u200c\u200d\u2060\ufeff\u00ad"  # cannot be seen and go


@dataclasses.dataclass
class Entry:
    """One row of a published table."""
    where: str
    name: str
    build: tuple
    generation: str
    cu: str
    update: str
    kind: str
    released: str   # YYYY-MM-DD, or YYYY-MM where the page has no day
    kb: str


def tidy(text):
    text = "".join(" " if c in BLANKS else c for c in text if c not in NOTHING)
    return re.sub(r" +", " ", text).strip()


def read_text(path):
    try:
        with open(path, "rb") as f:
            data = f.read(BYTES_MAX + 1)
    except OSError as e:
        raise Trouble("%s: %s" % (path, e.strerror)) from e
    if len(data) > BYTES_MAX:
        raise Trouble("%s: more than %d bytes" % (path, BYTES_MAX))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as e:
        raise Trouble("%s: byte %d is no UTF-8; save the page as UTF-8" % (path, e.start)) from e


@dataclasses.dataclass
class Cell:
    line: int
    text: str = ""
    footnote: str = ""
    links: list = dataclasses.field(default_factory=list)
    rows: int = 1
    columns: int = 1


class Tables(html.parser.HTMLParser):
    """All tables of a page as lists of rows of cells. Nothing of scripts and styles counts; what is
    in <sup> is a footnote's mark and not part of a value."""

    def __init__(self, path):
        super().__init__(convert_charrefs=True)
        self.path, self.tables = path, []
        self._table, self._row, self._cell = None, None, None
        self._silent, self._sup = 0, 0

    def handle_starttag(self, tag, attrs):
        line, attrs = self.getpos()[0], dict(attrs)
        if tag in ("script", "style", "template"):
            self._silent += 1
        elif tag == "table":
            if self._table is not None:
                raise Trouble("%s:%d: a table within a table" % (self.path, line))
            self._table = []
        elif tag == "tr" and self._table is not None:
            self._end_row()
            self._row = []
        elif tag in ("td", "th") and self._table is not None:
            self._end_cell()
            if self._row is None:
                raise Trouble("%s:%d: a cell outside of a row" % (self.path, line))
            self._cell = Cell(line, rows=self._span(attrs, "rowspan", line),
                              columns=self._span(attrs, "colspan", line))
        elif tag == "sup":
            self._sup += 1
        elif self._cell is not None:
            if tag in ("br", "p", "div", "li"):
                self._cell.text += " "
            elif tag == "a" and attrs.get("href"):
                self._cell.links.append(attrs["href"])

    def handle_startendtag(self, tag, attrs):
        if tag == "br" and self._cell is not None:
            self._cell.text += " "

    def handle_endtag(self, tag):
        if tag in ("script", "style", "template"):
            self._silent = max(self._silent - 1, 0)
        elif tag == "sup":
            self._sup = max(self._sup - 1, 0)
        elif tag in ("td", "th"):
            self._end_cell()
        elif tag == "tr":
            self._end_row()
        elif tag == "table" and self._table is not None:
            self._end_row()
            self.tables.append(self._table)
            self._table = None

    def handle_data(self, data):
        if self._cell is None or self._silent:
            return
        if self._sup:
            self._cell.footnote += data
        else:
            self._cell.text += data

    def close(self):
        super().close()
        if self._table is not None:
            raise Trouble("%s: the page ends within a table: it is not whole" % self.path)

    def _span(self, attrs, name, line):
        value = attrs.get(name, "1")
        if not re.fullmatch(r"[1-9][0-9]{0,2}", value or "") or int(value) > SPAN_MAX:
            raise Trouble("%s:%d: %s=%r" % (self.path, line, name, value))
        return int(value)

    def _end_cell(self):
        if self._cell is not None:
            self._cell.text = tidy(self._cell.text)
            self._row.append(self._cell)
            self._cell = None

    def _end_row(self):
        self._end_cell()
        if self._row:
            self._table.append(self._row)
        self._row = None


def unmerge(table, path):
    """Rows with one cell a column: a merged cell is in each row and column that it covers."""
    rows, above = [], {}   # above: column -> (cell, rows left)
    for cells in table:
        row, coming, column = [], list(cells), 0
        while coming or column in above:
            if column in above:
                cell, left = above.pop(column)
                if left > 1:
                    above[column] = (cell, left - 1)
                row.append(cell)
                column += 1
                continue
            cell = coming.pop(0)
            for _ in range(cell.columns):
                if column in above:
                    raise Trouble("%s:%d: merged cells overlap" % (path, cell.line))
                if cell.rows > 1:
                    above[column] = (cell, cell.rows - 1)
                row.append(cell)
                column += 1
        rows.append(row)
    if above:
        raise Trouble("%s:%d: a merged cell reaches beyond its table"
                      % (path, next(iter(above.values()))[0].line))
    return rows


def read_html(path, report):
    parser = Tables(path)
    parser.feed(read_text(path))
    parser.close()
    entries, n_tables = [], 0
    for table in parser.tables:
        rows = unmerge(table, path)
        heading = tuple(cell.text.lower().replace("number(", "number (") for cell in rows[0]) \
            if rows else ()
        if "product name" not in heading:
            for cell in (c for row in table for c in row):
                if BUILD_LIKE.search(cell.text):
                    report.error("%s:%d" % (path, cell.line),
                                 "a build number in a table without \"Product name\"")
                    break
            continue
        line = rows[0][0].line
        if heading != HEADINGS:
            report.error("%s:%d" % (path, line), "the columns are %s, not %s"
                         % (", ".join(heading), ", ".join(HEADINGS)))
            continue
        n_tables += 1
        for row in rows[1:]:
            entry = _html_entry(row, path, report)
            if entry:
                entries.append(entry)
    if n_tables == 0 and not report.errors:
        raise Trouble("%s: no table with the columns %s" % (path, ", ".join(HEADINGS)))
    return entries


def _html_entry(row, path, report):
    where = "%s:%d" % (path, row[0].line)
    texts = [cell.text for cell in row]
    if not any(texts):
        return None   # the page separates service packs by empty rows
    if len(row) != len(HEADINGS):
        return report.error(where, "%d cells, not %d: %s" % (len(row), len(HEADINGS), texts))
    if row[0] is row[1] or row[2] is row[3]:
        return report.error(where, "columns are merged here: %s" % texts[0])
    for cell in row:
        if cell.footnote:
            report.note(where, "footnote %s at %r: read what it says"
                        % (tidy(cell.footnote), cell.text))
    short, long = names.parse_build(texts[2]), names.parse_build(texts[3])
    released = names.parse_words_date(texts[1])
    if not short or not long:
        return report.error(where, "no build number: %r"
                            % (texts[2] if not short else texts[3]))
    if short != long:
        return report.error(where, "%s and %s are not the same build" % (texts[2], texts[3]))
    if not released:
        return report.error(where, "no date as \"October 14, 2025\": %r" % texts[1])
    kbs = sorted({kb for kb in map(names.kb_of_link, row[0].links) if kb})
    if len(kbs) > 1:
        return report.error(where, "links to several articles: %s" % ", ".join(kbs))
    return _entry(where, texts[0], short, released, kbs[0] if kbs else None, report)


def _entry(where, name, build, released, kb, report):
    parsed = names.parse_name(name)
    if not parsed:
        return report.error(where, "a product name of an unknown form: %r" % name)
    return Entry(where, name, build, *parsed, released, kb)


def read_csv(path, report):
    rows = csv.reader(io.StringIO(read_text(path), newline=""), strict=True)
    entries = []
    try:
        heading = tuple(next(rows, ()))
        if heading != COLUMNS:
            raise Trouble("%s:1: the columns are %s, not %s"
                          % (path, ",".join(heading), ",".join(COLUMNS)))
        for row in rows:
            entry = _csv_entry(row, "%s:%d" % (path, rows.line_num), report)
            if entry:
                entries.append(entry)
    except csv.Error as e:
        raise Trouble("%s:%d: %s" % (path, rows.line_num, e)) from e
    return entries


def _csv_entry(row, where, report):
    row = [tidy(text) for text in row]
    if not any(row):
        return None
    if len(row) != len(COLUMNS):
        return report.error(where, "%d fields, not %d" % (len(row), len(COLUMNS)))
    name, number, date, kb, _ = row
    build, released = names.parse_build(number), names.parse_us_date(date)
    if not build:
        return report.error(where, "no build number: %r" % number)
    if not released:
        return report.error(where, "no date as month/day/year: %r" % date)
    if kb and not re.fullmatch(r"KB[0-9]{6,7}", kb):
        return report.error(where, "no KB number: %r" % kb)
    return _entry(where, name, build, released, kb or None, report)


def read(path, report):
    """The entries of a file, and no other for a build that is there twice."""
    text = read_text(path).lstrip()
    entries = read_html(path, report) if text.startswith("<") else read_csv(path, report)
    if len(entries) > ROWS_MAX:
        raise Trouble("%s: more than %d rows" % (path, ROWS_MAX))
    if not entries and not report.errors:
        raise Trouble("%s: not one row" % path)
    return entries
