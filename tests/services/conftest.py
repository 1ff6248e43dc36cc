"""An office at a practice vault with the ward's own programme, empty or with dummy people brought in through the services."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kyufu_desktop.domain.programme import Programme
from kyufu_desktop.services.programme_definitions import as_proposed
from tests.services.desk_work import Ward
from tests.services.office import opened


def ward_programme() -> Programme:
    """As a practice vault of r6 has it in force."""
    return as_proposed("r6")


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
