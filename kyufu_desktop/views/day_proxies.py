"""The proxies of a rehearsal, entered by one person and confirmed by another through 手続き of the case page."""

from __future__ import annotations

from kyufu_desktop.services.cases import ProxyEntry
from kyufu_desktop.views.hands import Hands
from kyufu_desktop.views.parts import Segments
from kyufu_desktop.views.stations.case_procedures import PROXIES


def _open(hands: Hands) -> None:
    """The part 代理人 of 手続き, in sight."""
    segments = hands.find("case.procedures")
    assert isinstance(segments, Segments)
    segments.choose(PROXIES)
    hands.settle()


def enter(hands: Hands, acting: ProxyEntry) -> None:
    """Types in who acts for the case on the screen, as the dummy document says it."""
    hands.answer(
        "ProxyDialog",
        {
            "proxy.basis": acting.basis,
            "proxy.name": acting.name,
            "proxy.relation": acting.relation,
            "proxy.phone": acting.phone,
            "proxy.starts_on": acting.starts_on.isoformat(),
            "proxy.document_seen": "",
        },
    )
    _open(hands)
    hands.press("case.enter_proxy")


def verify(hands: Hands) -> None:
    """The person at the desk compares the proxies of the case on the screen with the document."""
    _open(hands)
    hands.press("case.verify_proxy")
