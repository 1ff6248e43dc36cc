"""Prefecture, municipality and the rest of a written address.

Some names hold the very characters that end a name (四日市市, 町田市, 大和郡山市), so those stand in a list; the others follow the rule.
The list is by the 全国地方公共団体コード of the Ministry of Internal Affairs, as of 2024.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_PREFECTURE = re.compile(r"東京都|北海道|(?:京都|大阪)府|[^市区町村都道府県]{2,3}県")
_IRREGULAR = (
    "四日市市", "廿日市市", "野々市市", "市川市", "市原市", "町田市", "大町市", "十日町市", "村山市", "東村山市", "武蔵村山市", "大村市",
    "羽村市", "田村市", "村上市", "郡山市", "大和郡山市", "郡上市", "蒲郡市", "小郡市", "佐波郡玉村町", "杵島郡大町町", "柴田郡村田町",
)  # fmt: skip
_MUNICIPALITY = re.compile("|".join((*_IRREGULAR, r"[^市区町村郡]{1,5}郡[^町村]{1,6}[町村]", r"[^市区町村郡]{1,6}[市区町村]")))


class Place(NamedTuple):
    """``prefecture`` and ``municipality`` may be empty; the three together are the address as written."""

    prefecture: str
    municipality: str
    rest: str


def split_address(address: str) -> Place:
    """「神奈川県川崎市川崎区東田町」 -> 神奈川県 / 川崎市 / 川崎区東田町. The ward of a large city is in the rest."""
    text = address.strip()
    prefecture = _PREFECTURE.match(text)
    head = prefecture[0] if prefecture is not None else ""
    municipality = _MUNICIPALITY.match(text[len(head) :])
    name = municipality[0] if municipality is not None else ""
    return Place(head, name, text[len(head) + len(name) :])
