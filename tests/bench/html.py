#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How long the page about 10,000 hosts takes: to make, and to open in Chromium.

    html.py --exprobe build/src/cmd/exprobe [--hosts 10000] [--rounds 5]

Needs chromium, chromium-driver and python3-selenium. Nothing leaves the machine.
"""
import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                                "integration"))
import results                                          # noqa: E402
from selenium import webdriver                          # noqa: E402
from selenium.webdriver.chrome.service import Service   # noqa: E402

CLIENTS = ["client-%d" % i for i in range(20)]
LOADED = "const t = performance.getEntriesByType('navigation')[0]; return t.loadEventEnd"


def open_browser():
    options = webdriver.ChromeOptions()
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                 "--window-size=1280,1600", "--host-resolver-rules=MAP * ~NOTFOUND"):
        options.add_argument(flag)
    return webdriver.Chrome(service=Service(shutil.which("chromedriver")), options=options)


def load_s(browser, page):
    browser.get("file://" + page)
    return browser.execute_script(LOADED) / 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--exprobe", required=True)
    parser.add_argument("--hosts", type=int, default=10000)
    parser.add_argument("--rounds", type=int, default=5)
    o = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="exprobe-html.") as folder:
        page = os.path.join(folder, "report.html")
        data = results.write(os.path.join(folder, "results.jsonl"),
                             results.many(o.hosts, CLIENTS))
        begin = time.monotonic()
        subprocess.run([o.exprobe, "report", "-f", "html", "-o", page, data], check=True,
                       timeout=120)
        made = time.monotonic() - begin
        browser = open_browser()
        try:
            times = [load_s(browser, page) for _ in range(o.rounds)]
        finally:
            browser.quit()
        print("%d hosts, records of %.0f MB: made in %.2f s; page of %.1f MB, open in %.2f s "
              "(median of %d)" % (o.hosts, os.path.getsize(data) / 1e6, made,
                                  os.path.getsize(page) / 1e6, statistics.median(times), o.rounds))


if __name__ == "__main__":
    main()
