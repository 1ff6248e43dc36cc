"""An office at a practice vault with the ward's own programme, empty or with dummy people brought in through the services."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kyufu_desktop import settings
from kyufu_desktop.domain.programme import Programme, parse
from tests.services.desk_work import Ward
from tests.services.office import opened


def ward_programme() -> Programme:
    values, digest = settings.read_toml("programmes", "r6.toml")
    return parse(values, digest=digest)


@pytest.fixture
def ward(tmp_path: Path) -> Iterator[Ward]:
    """Two officers and a handler (at the desk), a fixed clock, no case yet."""
    with opened(tmp_path, "practice", ward_programme) as office:
        yield Ward(office)


@pytest.fixture
def imported(ward: Ward) -> Ward:
    """Thirty dummy cases brought in."""
    ward.bring_in("targets", ward.targets(30))
    return ward


@pytest.fixture
def evidenced(imported: Ward) -> Ward:
    """Thirty dummy cases whose evidence a second person has checked."""
    imported.evidence_for_all()
    return imported
