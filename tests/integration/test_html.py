# SPDX-License-Identifier: MIT
"""The page in a real browser: what it shows, with hostile text, without script, for everybody."""
import os
import re
import shutil

import pytest

from npm import package
import results

selenium = pytest.importorskip("selenium.webdriver")
from selenium.webdriver.chrome.service import Service  # noqa: E402
from selenium.webdriver.common.by import By            # noqa: E402

HOSTILE = "\"'><script>window.pwned=1</script><img src=x onerror=window.pwned=1></title></style>" \
          "</script><!--<svg onload=window.pwned=1>javascript:window.pwned=1 &lt;b&gt;"
LIGHT, DARK = "light", "dark"


def open_browser(script=True):
    if not shutil.which("chromedriver") or not shutil.which("chromium"):
        pytest.skip("chromium and chromium-driver are not installed")
    options = selenium.ChromeOptions()
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                 "--window-size=1280,1600", "--disable-background-networking",
                 "--disable-component-update", "--no-first-run",
                 "--host-resolver-rules=MAP * ~NOTFOUND"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    if not script:
        options.add_experimental_option(
            "prefs", {"profile.managed_default_content_settings.javascript": 2})
    return selenium.Chrome(service=Service(shutil.which("chromedriver")), options=options)


@pytest.fixture(scope="module")
def browser():
    b = open_browser()
    yield b
    b.quit()


def render(program, tmp_path, records, *args, name="report.html"):
    page = tmp_path / name
    done = program.run("report", "-f", "html", "-o", page, *args,
                       results.write(tmp_path / "results.jsonl", records))
    assert done.code in (0, 3), done.errors
    return page


def show(browser, page, scheme=LIGHT):
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {
        "features": [{"name": "prefers-color-scheme", "value": scheme}]})
    browser.get("file://%s" % page)


def texts(browser, selector):
    return [e.text for e in browser.find_elements(By.CSS_SELECTOR, selector)]


def test_what_it_shows(browser, program, tmp_path):
    show(browser, render(program, tmp_path, results.sample()))
    assert "back door" in texts(browser, ".verdict")[0]
    assert len(texts(browser, "#hosts tbody tr")) == 32
    assert [a.split(":")[0] for a in texts(browser, ".alert")] == ["Old knowledge"]
    assert "2 Patch Tuesdays came since" in texts(browser, ".alert")[0]
    first = browser.find_element(By.CSS_SELECTOR, "#worst details")
    assert first.get_attribute("open") is not None
    assert "curl" in first.text and "Read from" in first.text and "2026-10-08" in first.text


def test_incomplete_comes_first(browser, program, tmp_path):
    show(browser, render(program, tmp_path, results.sample()[:-1]))
    assert texts(browser, "main h2, main .alert strong")[0] == "INCOMPLETE"


def test_hostile_text_stays_text(browser, program, tmp_path):
    records = [results.with_texts(r, HOSTILE) for r in results.sample()]
    for n, r in enumerate(r for r in records if r["type"] == "host"):
        r["target"] = "%s%d:443" % (HOSTILE, n)
        r["tags"] = {"client": HOSTILE, "x": HOSTILE}
    risks = tmp_path / "accepted.json"
    risks.write_text('[{"rule": "ecp-reachable", "reason": %s, "by": %s}]'
                     % ((__import__("json").dumps(HOSTILE),) * 2))
    browser.get_log("browser"), browser.get_log("performance")
    show(browser, render(program, tmp_path, records, "--ignore-file", risks))
    assert browser.execute_script("return window.pwned") is None
    assert browser.execute_script("return document.scripts.length") == 1
    assert browser.execute_script("return document.images.length") == 0
    assert browser.execute_script("return document.styleSheets.length") == 1
    assert browser.execute_script("return performance.getEntriesByType('resource').length") == 0
    sent = [e for e in browser.get_log("performance") if "Network.requestWillBeSent\"" in
            e["message"] and "file://" not in e["message"]]
    assert not sent
    assert not browser.get_log("browser")   # nor anything that the page's policy had to refuse
    links = browser.execute_script(
        "return Array.from(document.links, a => a.getAttribute('href'))")
    assert all(re.match(r"#[a-z0-9-]+$|https://", href) for href in links), links
    assert HOSTILE.split("<")[0] in texts(browser, "#hosts tbody td")[1]


def test_sort_and_filter(browser, program, tmp_path):
    show(browser, render(program, tmp_path, results.sample()))
    column = "#hosts tbody td:nth-child(2)"
    browser.find_element(By.CSS_SELECTOR, "#hosts th:nth-child(2) button").click()
    up = texts(browser, column)
    assert browser.find_element(By.CSS_SELECTOR, "#hosts th:nth-child(2)").get_attribute(
        "aria-sort") == "ascending"
    browser.find_element(By.CSS_SELECTOR, "#hosts th:nth-child(2) button").click()
    assert texts(browser, column) == up[::-1]
    browser.find_element(By.CSS_SELECTOR, "#hosts input").send_keys("umbrella")
    left = [t for t in texts(browser, column) if t]
    assert left and all("umbrella" in t for t in left)
    assert texts(browser, "#hosts .filter span") == ["%d of 32 rows" % len(left)]


def test_without_script(program, tmp_path):
    page = render(program, tmp_path, results.sample())
    plain = open_browser(script=False)
    try:
        show(plain, page)
        assert len(texts(plain, "#hosts tbody tr")) == 32
        assert not plain.find_elements(By.CSS_SELECTOR, "button, input")
        summary = plain.find_elements(By.CSS_SELECTOR, "#worst details")[1]
        summary.find_element(By.CSS_SELECTOR, "summary").click()
        assert "Confidence" in summary.text
    finally:
        plain.quit()


@pytest.mark.parametrize("scheme", [LIGHT, DARK])
@pytest.mark.parametrize("width", [1280, 390])
def test_accessible(browser, program, tmp_path, scheme, width):
    axe = os.path.join(package("axe-core", "4"), "axe.min.js")
    before = [dict(results.sample()[0], run_id="earlier")] + results.sample()[1:12]
    earlier = results.write(tmp_path / "earlier.jsonl", before)
    page = render(program, tmp_path, results.many(60, ("acme", "beta")), "--since", earlier)
    browser.set_window_size(width, 1600)
    show(browser, page, scheme)
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    with open(axe, encoding="utf-8") as f:
        browser.execute_script(f.read())
    found = browser.execute_async_script(
        "const done = arguments[arguments.length - 1];"
        "axe.run().then(r => done(r.violations.map(v => v.id + ': ' + v.nodes[0].html)))")
    browser.set_window_size(1280, 1600)
    assert found == []


def test_wide_text_does_not_widen_the_page(browser, program, tmp_path):
    browser.set_window_size(390, 1600)
    show(browser, render(program, tmp_path, results.sample()))
    browser.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    over = browser.execute_script(
        "return document.documentElement.scrollWidth - document.documentElement.clientWidth")
    browser.set_window_size(1280, 1600)
    assert over <= 0


def test_ten_thousand_hosts(browser, program, tmp_path):
    page = render(program, tmp_path, results.many(10000))
    assert page.stat().st_size < 4_000_000
    show(browser, page)
    assert "These are the 2000 worst of 10000 hosts." in texts(browser, "#hosts .note")[0]
    assert browser.execute_script("return document.querySelectorAll('#hosts tbody tr').length") \
        == 2000
