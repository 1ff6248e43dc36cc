"""The holder's kana as the bank takes it, with every change shown, and the bank's abbreviations of corporations.

The core set of the banks' format (全国銀行協会 総合振込): kana without ヲ and small letters, dakuten where a kana takes it, A-Z, 0-9,
space ( ) - . ; longer names are sent with their first 30 bytes.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from kyufu_desktop.errors import InputProblem

#: Bytes of 受取人名 in the bank file; half-width kana are one byte each, and so is a dakuten.
LIMIT = 30

_LONG_MARKS = frozenset("ー\uff70―‐−–")
_TO_SPACE = frozenset("・･＝='’")
_SMALL = dict(zip("ァィゥェォッャュョヮヵヶ", "アイウエオツヤユヨワカケ", strict=True))
_OLD = {"ヰ": "イ", "ヱ": "エ", "ヲ": "オ"}
_VOICED = frozenset("ｳｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ")
_HALF_VOICED = frozenset("ﾊﾋﾌﾍﾎ")
_SOUND_MARKS = "\u309b\u309c"
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ()-.")
_FULL_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン"
_HALF_KANA = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝ"
_HALF = dict(zip(_FULL_KANA, _HALF_KANA, strict=True))
_HALF |= dict(zip("ガギグゲゴザジズゼゾダヂヅデドバビブベボ", (h + "ﾞ" for h in "ｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾊﾋﾌﾍﾎ"), strict=True))
_HALF |= dict(zip("パピプペポ", (h + "ﾟ" for h in "ﾊﾋﾌﾍﾎ"), strict=True)) | {"ヴ": "ｳﾞ"}

#: A corporation's long word in kana -> what banks write for it. 一般・公益 are abbreviated with the 社団法人・財団法人 they belong to.
CORPORATIONS: dict[str, str] = {
    "トクテイヒエイリカツドウホウジン": "ﾄｸﾋ",
    "イッパンシャダンホウジン": "ｼﾔ",
    "コウエキシャダンホウジン": "ｼﾔ",
    "イッパンザイダンホウジン": "ｻﾞｲ",
    "コウエキザイダンホウジン": "ｻﾞｲ",
    "シャカイフクシホウジン": "ﾌｸ",
    "シャダンホウジン": "ｼﾔ",
    "ザイダンホウジン": "ｻﾞｲ",
    "イリョウホウジン": "ｲ",
    "ガッコウホウジン": "ｶﾞｸ",
    "カブシキガイシャ": "ｶ",
    "カブシキカイシャ": "ｶ",
    "ユウゲンガイシャ": "ﾕ",
    "ユウゲンカイシャ": "ﾕ",
    "ゴウドウガイシャ": "ﾄﾞ",
    "ゴウドウカイシャ": "ﾄﾞ",
}


@dataclass(frozen=True, slots=True)
class Normalised:
    """The bank's kana (half width, 30 bytes at most), every change made on the way in words, and those that a person has to look at."""

    text: str = field(repr=False)
    notes: tuple[str, ...] = field(default=(), repr=False)
    warnings: tuple[str, ...] = field(default=(), repr=False)
    """A part of ``notes``."""


def bank_kana(written: str, *, limit: int = LIMIT, corporate: bool = False) -> Normalised:
    """Holder's kana as the bank takes it. ``corporate``: long words of corporations become the bank's abbreviations.

    Raises ``InputProblem("holder_kana")`` K-1040 naming the original characters that cannot be sent, K-1041 where nothing is left.
    A kana whose dakuten would be byte 31 is left out as a whole: without its mark it would be another kana.
    """
    text, notes, warnings = _whole(written)
    if corporate:
        shorter = _abbreviated(text)
        if shorter != text:
            notes.append(f"法人の言葉を略語にしました（{shorter}）。")
            text = shorter
    if len(text) > limit:
        text = text[: limit - 1 if text[limit] in "ﾞﾟ" else limit].rstrip()
        notes.append(f"長い名義のため、はじめの{len(text)}字だけを送ります。")
        warnings.append(notes[-1])
    return Normalised(text, tuple(notes), tuple(warnings))


def comparable(written: str) -> str:
    """The whole name without blanks, corporations abbreviated whichever way they were written. Raises as :func:`bank_kana`."""
    text = _abbreviated(_whole(written)[0])
    # Some write the first bracket at the beginning too.
    if text.startswith("(") and text[1:].partition(")")[0] in CORPORATIONS.values():
        text = text[1:]
    return text.replace(" ", "")


def names_corporation(kana: str) -> bool:
    """Whether a long word of a corporation stands in the bank's ``kana``, which the switch would abbreviate."""
    return _abbreviated(kana) != kana


class _Seen:
    """What was changed so far, in the order of the name."""

    def __init__(self) -> None:
        self.small: dict[str, str] = {}
        self.long: dict[str, None] = {}
        self.sentences: dict[str, bool] = {}
        """Sentence -> whether a person has to look."""

    def words(self) -> tuple[list[str], list[str]]:
        notes = []
        if self.small:
            old, new = ("".join(f"「{one}」" for one in side) for side in (self.small, self.small.values()))
            notes.append(f"小さい{old}を大きい{new}にしました。")
        if self.long:
            notes.append("長音" + "".join(f"「{one}」" for one in self.long) + "を「-」にしました。")
        return notes + list(self.sentences), [sentence for sentence, look in self.sentences.items() if look]


def _whole(written: str) -> tuple[str, list[str], list[str]]:
    """The whole name in the bank's set, notes and warnings; nothing is cut."""
    seen, refused, out = _Seen(), dict[str, None](), list[str]()
    for original in written:
        # NFKC would put a blank before a sound mark that stands alone.
        folded = original if original in _SOUND_MARKS or original in _LONG_MARKS else unicodedata.normalize("NFKC", original)
        if folded != original and not _only_width(original):
            seen.sentences[f"「{_shown(original)}」を「{folded.strip() or '空白'}」にしました。"] = False
        for character in folded:
            piece = _one(character, original, out[-1] if out else "", seen)
            if piece is None:
                refused[original] = None
                break
            out.append(piece)
    if refused:
        words = f"銀行へ送れない文字があります: {'、'.join(f'「{_shown(one)}」' if one.isprintable() else _shown(one) for one in refused)}"
        raise InputProblem("K-1040", "holder_kana", words, todo="通帳の名義カナのとおりに入れてください。")
    joined = "".join(out)
    text = " ".join(joined.split())
    if not text:
        raise InputProblem("K-1041", "holder_kana", "名義カナが入っていません。", todo="通帳の名義カナのとおりに入れてください。")
    if text != joined:
        seen.sentences["続いた空白と、前後の空白を詰めました。"] = False
    return text, *seen.words()


def _only_width(character: str) -> bool:
    """Full width against half width, and nothing else."""
    return "\uff01" <= character <= "\uff9f" or character == "\u3000"


def _shown(character: str) -> str:
    return character if character.isprintable() and not character.isspace() else f"U+{ord(character):04X}"


def _one(character: str, original: str, before: str, seen: _Seen) -> str | None:
    """One character in the bank's set, or None where there is none; a sound mark needs a kana ``before`` it that takes it."""
    if character in _LONG_MARKS:
        seen.long[original] = None
        return "-"
    if character in _TO_SPACE:
        seen.sentences[f"「{original}」を空白にしました。"] = True
        return " "
    if "\u3041" <= character <= "\u3096":
        character = chr(ord(character) + 0x60)
        seen.sentences["ひらがなをカタカナにしました。"] = False
    if character in _SMALL:
        seen.small[original] = _SMALL[character]
        character = _SMALL[character]
    if character in _OLD:
        # ヲ is spoken as オ and written as ヲ in some passbooks: banks differ.
        seen.sentences[f"「{original}」を「{_OLD[character]}」にしました。"] = character == "ヲ"
        character = _OLD[character]
    if character in _HALF:
        return _HALF[character]
    if character in "\u3099\u309b":
        return "\uff9e" if before in _VOICED else None
    if character in "\u309a\u309c":
        return "\uff9f" if before in _HALF_VOICED else None
    if "a" <= character <= "z":
        seen.sentences["英小文字を大文字にしました。"] = False
        return chr(ord(character) - 0x20)
    return character if character in _PLAIN else None


#: The same words as the bank writes them, in the order of :data:`CORPORATIONS`: a longer word goes before one that it contains.
_LONG_WORDS: tuple[tuple[str, str], ...] = tuple((_whole(word)[0], short) for word, short in CORPORATIONS.items())


def _abbreviated(text: str) -> str:
    """Long words by their place: at the beginning 「ﾌｸ)…」, at the end 「…(ﾌｸ」, between 「…(ﾌｸ)…」. A name of such a word alone stays."""
    for word, short in _LONG_WORDS:
        while word in text and text != word:
            before, _, after = text.partition(word)
            before, after = before.rstrip(), after.lstrip()
            text = (f"{before}({short}" if before else short) + (f"){after}" if after else "")
    return text
