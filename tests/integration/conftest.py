# SPDX-License-Identifier: MIT
import concurrent.futures
import os
import sys

import pytest

_HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [_HERE, os.path.dirname(_HERE)]

from dist import Dist                # noqa: E402
from program import Program          # noqa: E402
from signed import Sets              # noqa: E402
from sim.fleet import Fleet          # noqa: E402
from sweep import Sweep              # noqa: E402
from survey import MODES, Survey     # noqa: E402

ROOT = os.path.dirname(os.path.dirname(_HERE))


@pytest.fixture(scope="session")
def exprobe_path():
    path = os.environ.get("EXPROBE", "")
    if not os.access(path, os.X_OK):
        pytest.exit("EXPROBE must name the program to test; tests/run does that", returncode=2)
    return os.path.abspath(path)


@pytest.fixture(scope="session")
def session_program(exprobe_path, tmp_path_factory):
    """The program, for fixtures that many tests share."""
    return Program(exprobe_path, tmp_path_factory.mktemp("session"))


@pytest.fixture(scope="session")
def dist(exprobe_path):
    return Dist(exprobe_path, ROOT)


@pytest.fixture(scope="session")
def survey(request, session_program):
    """survey(mode): one scan of all cases per mode, shared by whoever looks at it. The one with
    the longest lists mostly waits, and is begun with the first, if it is wanted at all."""
    begun = {}
    early = ["all-names"] if any("all-names" in i.name for i in request.session.items) else []
    with concurrent.futures.ThreadPoolExecutor(len(MODES)) as pool:
        def of(mode):
            for m in [*early, mode]:
                if m not in begun:
                    begun[m] = pool.submit(Survey, session_program, m)
            return begun[mode].result()
        yield of


@pytest.fixture
def program(exprobe_path, tmp_path):
    return Program(exprobe_path, tmp_path)


@pytest.fixture
def fleet():
    with Fleet() as f:
        yield f


@pytest.fixture
def exchange(fleet):
    """One ordinary server, for tests about something else."""
    return fleet.add_case("gen-2019-cu15-rtm")


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture
def sweep(program, fleet, tmp_path):
    made = Sweep(program, fleet, tmp_path)
    yield made
    made.closed.close()


@pytest.fixture
def sets(program, root, tmp_path):
    """Signed sets of knowledge, and a store of their own."""
    return Sets(program, root, tmp_path)
