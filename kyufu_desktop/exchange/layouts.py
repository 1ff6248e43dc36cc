"""Layouts of the host's workbooks as data: which sheets, which columns, what stands in them. A changed heading is a changed file."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from kyufu_desktop import settings


@dataclass(frozen=True, slots=True)
class Column:
    """``kind`` names a reader of :mod:`cells`; ``limit`` counts characters as people see them."""

    heading: str
    field: str
    kind: str
    required: bool = False
    limit: int = 300


@dataclass(frozen=True, slots=True)
class SheetLayout:
    name: str
    columns: tuple[Column, ...]
    counted: bool = False
    """Whether 件数 of the cover counts the rows of this sheet."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One version of one workbook. ``cover`` are the items that 表紙 must hold beside 様式."""

    kind: str
    form: str
    cover: tuple[str, ...]
    cover_optional: bool
    sheets: tuple[SheetLayout, ...]


@dataclass(frozen=True, slots=True)
class OutLayout:
    form: str
    sheet: str
    headings: tuple[str, ...]


def parse(values: dict[str, Any]) -> Layout:
    """A layout of an already read TOML table. Raises KeyError or TypeError for a broken resource (a fault of the installation)."""
    sheets = tuple(
        SheetLayout(sheet["name"], tuple(Column(**column) for column in sheet["columns"]), sheet.get("counted", False))
        for sheet in values["sheet"]
    )
    return Layout(values["kind"], values["form"], tuple(values["cover"]), values.get("cover_optional", False), sheets)


@functools.cache
def known(kind: str) -> tuple[Layout, ...]:
    """All versions of a kind of workbook (``targets``, ``planned``, ``tax_answers``, ``account_answers``); version 1 first."""
    files = sorted(path.name for path in settings.resource("host_layouts").glob(f"{kind}-*.toml"))
    return tuple(parse(settings.read_toml("host_layouts", file)[0]) for file in files)


@functools.cache
def out(name: str) -> OutLayout:
    """The layout of a workbook that leaves (``inquiry_tax``, ``inquiry_account``, ``exclusion``, ``host_status``, ``accounting``)."""
    values = settings.read_toml("host_layouts", "out-1.toml")[0][name]
    return OutLayout(values["form"], values["sheet"], tuple(values["headings"]))
