"""What every test gets: no screen, no network, folders of its own, and the two sizes of property tests."""

from __future__ import annotations

import gc
import os
import sys
import uuid
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

CAMPAIGN = os.environ.get("BURSAR_DESK_CAMPAIGN") == "1"

# The same examples on every run, so that a red test is red for everybody; a campaign goes looking for new ones.
settings.register_profile(
    "ordinary",
    derandomize=True,
    max_examples=60,
    deadline=None,  # the machine may be busy; slowness is judged by the benchmarks, as ratios
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "campaign",
    max_examples=2_000,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("campaign" if CAMPAIGN else "ordinary")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the long runs out unless they are asked for."""
    if CAMPAIGN:
        return
    later = pytest.mark.skip(reason="a long run: set BURSAR_DESK_CAMPAIGN=1")
    for item in items:
        if item.get_closest_marker("campaign"):
            item.add_marker(later)


def pytest_collection_finish() -> None:
    """Take what five thousand collected tests hold out of every later sweep for garbage: it lives to the end anyway."""
    gc.collect()
    gc.freeze()


def _no_network(event: str, arguments: tuple[Any, ...]) -> None:
    """The program makes no network connection (safety bar K8, G3): a test that would make one fails there."""
    if event == "socket.getaddrinfo" or (event == "socket.connect" and isinstance(arguments[1], tuple)):
        raise PermissionError(f"a test reached for the network: {event} {arguments!r}")


sys.addaudithook(_no_network)


@pytest.fixture(scope="session")
def _all_local_folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("local")


@pytest.fixture(autouse=True)
def own_folders(_all_local_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A local folder for this test alone, nothing of the person's own settings, and no way into the real key store."""
    for name in [name for name in os.environ if name.startswith("BURSAR_DESK_") and name != "BURSAR_DESK_CAMPAIGN"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("BURSAR_DESK_LOCAL", str(_all_local_folders / uuid.uuid4().hex))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
