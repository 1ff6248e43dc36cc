"""Whether a destination can stand in the window of the envelope, found by typesetting it: characters differ in width, none is counted."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kyufu_desktop.documents import letter_press
from kyufu_desktop.documents.letter_pages import obstacle
from kyufu_desktop.documents.letter_press import Job
from kyufu_desktop.documents.letters import Destination
from kyufu_desktop.documents.notices import Reminder

TOO_LONG = (
    "宛先が、封筒の窓に入りません（9ポイントまで小さくしました）。"
    "「建物・部屋」の行を分け直すか、届くのに要らない言葉を省いて、入れ直してください。入らないままでは、手紙を印刷できません。"
)


def why_not(destinations: Sequence[Destination], job: Job) -> dict[int, str]:
    """Place in ``destinations`` -> sentence why it cannot be printed; those that fit are not in it.

    The words of ``job`` are those of a reminder, the shortest letter: the window is the same in every kind.
    Raises ``UserError`` K-1803, K-1806.
    """
    day = date(2000, 1, 1)
    tried = {
        f"R6{place:08d}-01": Reminder(
            code=f"R6{place:08d}-01",
            document_number="",
            issued_on=day,
            destination=destination,
            management_number="",
            benefits=(),
            first_sent_on=day,
            deadline=day,
        )
        for place, destination in enumerate(destinations)
    }
    found = {code: sentence for code, letter in tried.items() if (sentence := obstacle(letter, job.pictures)) is not None}
    left = [letter for code, letter in tried.items() if code not in found]
    found |= dict.fromkeys(letter_press.too_long(left, job), TOO_LONG)
    return {place: found[code] for place, code in enumerate(tried) if code in found}
