"""Who may act for the recipient, and on what ground."""

from __future__ import annotations

from datetime import date

from kyufu_desktop.domain.programme import Programme, ProxyBasis
from kyufu_desktop.domain.values import Category
from kyufu_desktop.errors import InputProblem


def check_basis(code: str, category: Category, programme: Programme) -> ProxyBasis:
    """The ground that the programme accepts for the category. Raises InputProblem K-1711."""
    for basis in programme.proxies:
        if basis.code == code and category in basis.categories:
            return basis
    raise InputProblem("K-1711", "basis", "この区分では使えない代理の根拠です。", todo="一覧から選び直してください。")


def in_force(starts_on: date, ends_on: date | None, on: date) -> bool:
    return starts_on <= on and (ends_on is None or on <= ends_on)
