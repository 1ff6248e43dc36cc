"""The single values of a programme's file: what each is called, its type, what is expected, and how a person's answer becomes the value."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date

from kyufu_desktop.domain.calendar import parse_day
from kyufu_desktop.domain.payment import FailureReason
from kyufu_desktop.errors import InputProblem

#: key of the file -> (what it is called on the screen, type, expected form). Every key here must be in the file.
LEAVES: dict[str, tuple[str, type, str]] = {
    "programme.code": ("定義の符号", str, "小文字の英数字と下線、16字まで"),
    "programme.name": ("給付の名前", str, "文字"),
    "programme.version": ("定義の版", str, "文字"),
    "programme.tax_year": ("住民税の年度", str, "文字（令和6年度 の形）"),
    "programme.income_tax_year": ("所得税の年分", str, "文字（令和6年分 の形）"),
    "programme.letter_wording": ("確認書の文言", str, "文言ファイルの名前（小文字の英数字と下線）"),
    "dates.base_date": ("基準日", date, "日付（2024-06-03 の形）"),
    "dates.levy_date": ("賦課期日", date, "日付（2024-01-01 の形）"),
    "dates.dependants_date": ("扶養の状況を見る日", date, "日付（2023-12-31 の形）"),
    "dates.child_born_from": ("対象となる児童の生年月日（この日以後）", date, "日付（2006-04-02 の形）"),
    "dates.newborn_until": ("基準日のあとに生まれた子の申請期限", date, "日付（2024-10-31 の形）"),
    "dates.return_deadline": ("確認書の提出期限", date, "日付（2024-10-31 の形）"),
    "dates.reminder_days_before": ("再度のご案内（期限の何日前）", int, "日数の整数"),
    "adjustment.income_tax_relief": ("所得税の定額減税（1人）", int, "円の整数"),
    "adjustment.resident_tax_relief": ("住民税の定額減税（1人）", int, "円の整数"),
    "adjustment.unit": ("切上げの単位", int, "1以上の円の整数"),
    "adjustment.income_cap": ("合計所得金額の上限", int, "円の整数"),
    "shortfall.flat": ("不足額給付II（定額）", int, "円の整数"),
    "shortfall.flat_abroad": ("不足額給付II（賦課期日に国外にいた人）", int, "円の整数"),
    "limits.payment_ceiling": ("1件の上限", int, "円の整数"),
    "limits.batch_ceiling": ("1回の上限", int, "円の整数"),
    "settings.head_counts_as_child": ("18歳以下の世帯主を児童に数えるか", bool, "true か false"),
    "settings.death_before_submission": ("提出の前に亡くなったとき", str, "refuse か pay_to_heirs"),
    "settings.death_after_submission": ("提出のあとに亡くなったとき", str, "refuse か pay_to_heirs"),
    "settings.child_death_after_base_date_counts": ("基準日のあとに亡くなった児童を数えるか", bool, "true か false"),
    "envelope.name": ("封筒の種類", str, "文字"),
    "envelope.width": ("封筒の幅", float, "mmの数（235 の形）"),
    "envelope.height": ("封筒の高さ", float, "mmの数（120 の形）"),
    "envelope.sheet_width": ("折った用紙の幅", float, "mmの数（210 の形）"),
    "envelope.sheet_height": ("折った用紙の高さ", float, "mmの数（99 の形）"),
    "envelope.window_left": ("封筒の左の端から窓まで", float, "mmの数（22 の形）"),
    "envelope.window_top": ("封筒の上の端から窓まで", float, "mmの数（13 の形）"),
    "envelope.window_width": ("窓の幅", float, "mmの数（90 の形）"),
    "envelope.window_height": ("窓の高さ", float, "mmの数（45 の形）"),
    "bank.client_code": ("振込依頼人コード", str, "数字10けた"),
    "bank.client_name": ("振込依頼人名", str, "40字までの半角カナ"),
    "bank.bank_code": ("仕向銀行番号", str, "数字4けた"),
    "bank.bank_name": ("仕向銀行名", str, "15字までの半角カナ"),
    "bank.branch_code": ("仕向支店番号", str, "数字3けた"),
    "bank.branch_name": ("仕向支店名", str, "15字までの半角カナ"),
    "bank.account_kind": ("依頼人の預金種目", str, "1、2、9のどれか"),
    "bank.account_number": ("依頼人の口座番号", str, "数字7けた"),
    "bank.clearing_filler": ("データの39〜42桁", str, "0000 か空白4文字"),
    "bank.line_end": ("改行", str, "CRLF か空"),
    "bank.transfer_kind": ("データの112桁", str, "7 か空白"),
    "bank.edi": ("92〜111桁をEDI情報とするか", bool, "true か false"),
    "bank.code_type": ("コード区分", str, "0（JISコード。EBCDICの1は作れません）"),
    "bank.new_code": ("データの91桁（新規コード）", str, "0 か 1"),
    "bank.holder_length": ("受取人名の字数", int, "10から30までの整数"),
    "bank.end_mark": ("終わりの符号（1A）を付けるか", bool, "true か false"),
    "bank.cut_off_days": ("振込データを渡す期限（振込指定日の何営業日前）", int, "1から10までの整数"),
    "bank.result_position": ("結果のコードがある桁", int, "112から120までの桁"),
    "bank.result_codes": ("結果のコードの意味", str, "0=振込済,1=口座なし の形（振込済か、不能の理由）"),
    "bank.result_file": ("銀行が返す結果の範囲", str, "all か failed_only"),
    "bank.result_columns": ("結果のCSVの列の名前", str, "番号・結果・理由・金額の順の見出し（金額は省ける）"),
}

#: What a bank takes in a name, and in the name of a bank or branch (no ｦ, no small letter, no long mark).
_KANA = "[ｱ-ﾝﾞﾟA-Z0-9 ().,/-]"
_PLACE = "[ｱ-ﾝﾞﾟA-Z0-9 -]"
#: key -> least and most of a number.
_RANGES: dict[str, tuple[int, int]] = {"bank.holder_length": (10, 30), "bank.cut_off_days": (1, 10)}
_CODE = f"[0-9A-Z]=({'|'.join(('振込済', *(reason.value for reason in FailureReason)))})"
#: key -> form of its text, as the format of the bank file (全銀協 総合振込) or the names of files want it.
_FORMS: dict[str, str] = {
    "programme.code": "[a-z0-9_]{1,16}",
    "programme.letter_wording": "[a-z0-9_]+",
    "programme.tax_year": "(令和|平成)(元|[0-9]+)年度",
    "programme.income_tax_year": "(令和|平成)(元|[0-9]+)年分",
    "settings.death_before_submission": "refuse|pay_to_heirs",
    "settings.death_after_submission": "refuse|pay_to_heirs",
    "bank.client_code": "[0-9]{10}",
    "bank.client_name": _KANA + "{1,40}",
    "bank.bank_code": "[0-9]{4}",
    "bank.bank_name": _PLACE + "{1,15}",
    "bank.branch_code": "[0-9]{3}",
    "bank.branch_name": _PLACE + "{1,15}",
    "bank.account_kind": "[129]",
    "bank.account_number": "[0-9]{7}",
    "bank.clearing_filler": "0000|    ",
    "bank.line_end": "(\r\n)?",
    "bank.transfer_kind": "[7 ]",
    "bank.code_type": "0",
    "bank.new_code": "[01]",
    "bank.result_codes": f"{_CODE}(,{_CODE})*",
    "bank.result_file": "all|failed_only",
    "bank.result_columns": "[^,\\s]+(,[^,\\s]+){2,3}",
}

#: No envelope of the post is longer (mm).
_LONGEST_MM = 600

YES_NO: Mapping[str, object] = {"はい": True, "いいえ": False}
EFFECT_WORDS: Mapping[str, object] = {"支給しない": "refuse", "人が判断する": "hold", "適用しない": "off"}
KEPT: Mapping[str, object] = {"定義のとおりとする": True}
USED: Mapping[str, object] = {"認める": True, "認めない": False}
_DEATH: Mapping[str, object] = {"支給しない": "refuse", "相続人に支給する": "pay_to_heirs"}
_WORDS: dict[str, Mapping[str, object]] = {
    "settings.death_before_submission": _DEATH,
    "settings.death_after_submission": _DEATH,
    "bank.account_kind": {"普通": "1", "当座": "2", "その他": "9"},
    "bank.clearing_filler": {"0000": "0000", "空白4文字": "    "},
    "bank.line_end": {"改行を入れる（CRLF）": "\r\n", "改行を入れない": ""},
    "bank.transfer_kind": {"7（電信）": "7", "空白": " "},
    "bank.code_type": {"0（JISコード）": "0"},
    "bank.new_code": {"いつも0（その他）": "0", "初めての振込は1": "1"},
    "bank.result_file": {"すべての振込の結果": "all", "振込不能だけ（ないものは振込済）": "failed_only"},
}


def well_formed(key: str, value: object) -> bool:
    """Whether a leaf of the right type holds what is expected there: an amount is not negative, a text has its form and is not empty."""
    if type(value) is int and key in _RANGES:
        least, most = _RANGES[key]
        return least <= value <= most
    if key == "bank.result_position":
        return type(value) is int and 112 <= value <= 120
    if type(value) is int:
        return value > 0 if key == "adjustment.unit" else value >= 0
    if type(value) is float:
        return 0 <= value <= _LONGEST_MM
    if isinstance(value, str):
        form = _FORMS.get(key)
        return re.fullmatch(form, value) is not None if form is not None else bool(value.strip())
    return True


def words_of(key: str, proposed: object) -> Mapping[str, object] | None:
    """The answers that a question can have, word -> value, in the order shown; None where the value is typed (text, day, number)."""
    leaf = LEAVES.get(key)
    if leaf is not None:
        return YES_NO if leaf[1] is bool else _WORDS.get(key)
    if key.startswith("rule.") and proposed in EFFECT_WORDS.values():
        return EFFECT_WORDS
    if key.startswith(("evidence.", "placement.", "proxy.")):
        return USED
    return None if key.startswith("benefit.") else KEPT


def read_answer(key: str, proposed: object, text: str) -> object:
    """The value that a person typed or chose for a question. Raises InputProblem K-1644 naming the key and what is expected."""
    words = words_of(key, proposed)
    label, kind, expected = LEAVES.get(key, (key, int, "円の整数"))
    if words is not None:
        expected = "・".join(words) + "のどれか"
        if text in words:
            return words[text]
    else:
        try:
            value = READERS[kind](text)
        except (ValueError, InputProblem):
            value = None
        if value is not None and well_formed(key, value):
            return value
    raise InputProblem("K-1644", key, f"「{label}」の値として読めません。", todo=f"{expected}で入れてください。")


def _whole(text: str) -> int:
    plain = re.sub(
        "(円|字|(営業)?日前)$", "", text.translate(str.maketrans("０１２３４５６７８９，", "0123456789,")).replace(",", "").strip()
    ).strip()
    if not re.fullmatch("[0-9]{1,12}", plain):
        raise ValueError(text)
    return int(plain)


def _millimetres(text: str) -> float:
    plain = text.translate(str.maketrans("０１２３４５６７８９．", "0123456789.")).replace("㎜", "mm").strip().removesuffix("mm").strip()
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", plain):
        raise ValueError(text)
    return float(plain)


def _flag(text: str) -> bool:
    if text not in YES_NO:
        raise ValueError(text)
    return text == "はい"


#: What reads a value typed by a person into the type of its key; raises ValueError or InputProblem.
READERS: dict[type, Callable[[str], object]] = {int: _whole, float: _millimetres, date: parse_day, bool: _flag, str: str}
