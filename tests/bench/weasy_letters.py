"""The same letters by WeasyPrint, as a ward might make them: HTML and CSS with the same texts, tables, boxes, runs of fonts and bar codes.

The content comes from the data that our own template receives, so that both lay out the same words. Tagged as PDF/UA-1 like ours.
"""

# ruff: noqa: E501  (markup is easier to compare with the template when a row stays a row)
from __future__ import annotations

import html
from base64 import b64encode
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any

AVAILABLE = find_spec("weasyprint") is not None

CSS = """
@page { size: A4; margin: 14mm 20mm 32mm; @bottom-center { content: element(foot); width: 100% } }
body { font: 10.5pt/1.6 'BIZ UDMincho'; margin: 0 } p { margin: 2mm 0; text-align: justify }
.foot { position: running(foot); font-size: 9pt; line-height: 1.4; border-top: .4pt solid #999; height: 24mm }
.foot table, .foot td { border: 0; padding: 0; vertical-align: top } .bars { width: 60mm; height: 10mm }
.foot td.number { text-align: right; width: 22mm } .contact { width: 82mm }
.letter { break-after: page } .form, .guide { break-before: page } .step { margin: 4mm 0 } .step b { font: bold 11pt 'BIZ UDGothic' }
.head { height: 47mm; position: relative } .to { position: absolute; left: 2.5mm; width: 64mm; height: 23mm; line-height: 1.25 }
.from { position: absolute; right: 0; width: 74mm; text-align: right } h1 { font-size: 17pt; text-align: center; font-weight: normal }
h2 { font-size: 14pt; text-align: center; font-weight: normal } h1, h2 { border-bottom: .8pt solid #222; margin: 0 0 2mm }
table { border-collapse: collapse; width: 100%; margin: 1.5mm 0 } td, th { border: .4pt solid #777; padding: 1.5mm 2mm; text-align: left }
th, .cap { font: 9.5pt 'BIZ UDGothic'; background: #f3f3f3 } .cap { background: none; font-weight: bold } .sum { text-align: right }
.tick { display: inline-block; width: 3.6mm; height: 3.6mm; border: .6pt solid #222; margin-right: 3mm }
.box { display: inline-block; width: 7mm; height: 8mm; border: .4pt solid #222 } .small { font-size: 9.5pt; line-height: 1.35 }
.end { border: .8pt solid #222; padding: 2mm 4mm } .mark { position: absolute; top: 90mm; left: 30mm; font: bold 100pt 'BIZ UDGothic';
color: #e6e6e6; transform: rotate(-35deg); z-index: -1 }
"""


def _runs(runs: Sequence[Sequence[str]]) -> str:
    return "".join(f"<span style=\"font-family:'{family}'\">{html.escape(text)}</span>" for family, text in runs)


def _ticks(lines: Sequence[str]) -> str:
    return "".join(f"<div class=small><span class=tick></span>{html.escape(line)}</div>" for line in lines)


def _foot(letter: Mapping[str, Any], words: Mapping[str, Any], page: int) -> str:
    """Bars, office and number of one page. Each page has a foot of its own, so that its number needs no counter."""
    bars = b64encode(letter["bars"][page - 1].encode()).decode()
    code = f"{letter['code']}-{page}"
    return f"""<div class=foot><table><tr><td><img class=bars alt="バーコード {code}" src="data:image/svg+xml;base64,{bars}"><br>{code}
<td class=contact><b>{words["head_contact"]}</b><br>{"<br>".join(words["contact"])}<td class=number>{page}／3 枚</table></div>"""


def _guide(words: Mapping[str, Any]) -> str:
    steps = "".join(
        f"<div class=step><b>{number}　{html.escape(step['what'])}</b><div>{html.escape(step['how'])}</div></div>"
        for number, step in enumerate(words["guide_steps"], 1)
    )
    return f"""<h2>{words["guide_title"]}</h2><p>{words["guide_lead"]}</p>{steps}
<div class=end><span class=cap>{words["guide_heading"]}</span>{_ticks(words["guide_enclose"])}</div><p>{words["guide_close"]}</p>"""


def _letter(letter: Mapping[str, Any], words: Mapping[str, Any]) -> str:
    to = letter["destination"]
    rows = "".join(
        f"<tr><td>{row['label']}<td class=small>{'<br>'.join(map(_runs, row['detail']))}<td class=sum>{row['amount']}"
        for row in letter["benefits"]
    )
    working = "".join(f"<tr class=small><td>{what}<td>{how}<td>{result}" for what, how, result in letter["adjustment"])
    members = "　".join(f"{number} {_runs(member)}" for number, member in enumerate(letter["members"], 1))
    mark = "<div class=mark>練習</div>" if letter["practice"] else ""
    fields = "".join(f"<th>{field}" for field in words["office_fields"])
    return f"""<div class=letter>{_foot(letter, words, 1)}{mark}
<div class=head><div class=to>〒{to["postal"]}{"".join(f"<div>{_runs(line)}</div>" for line in to["lines"])}
<div>{_runs(to["name"])} {to["honorific"]}</div></div>
<div class=from>{letter["document_number"]}<br>{letter["issued_on"]}<br><br>{words["sender"]}</div></div>
<h1>{words["title"]}</h1><p>{words["lead"]}</p><div><span class=cap>{words["head_number"]}</span> {letter["management_number"]}</div>
<table><tr><th>{words["head_benefit"]}<th>{words["head_detail"]}<th>{words["head_amount"]}{rows}
<tr><td colspan=2>{words["head_total"]}<td class=sum>{letter["total"]}</table>
<div class=cap>{words["head_working"]}</div><table>{working}</table><div class=cap>{words["head_members"]}</div><div>{members}</div>
<div><span class=cap>{words["head_pledges"]}</span> {words["pledges_how"]}</div>{_ticks(words["pledges"])}
<div class=end><span class=cap>{words["head_deadline"]}</span> {letter["deadline"]}{words["postmark"]}<div class=small>{words["late"]}</div></div>
<div class=form>{_foot(letter, words, 2)}{mark}<h2>{words["form_title"]}</h2><div><span class=cap>{words["head_account"]}</span> {words["account_how"]}</div>
<table><tr><th>{words["account_bank"]}<td class=small>{"<br>".join(words["bank_kinds"])}<td class=small>{"<br>".join(words["branch_kinds"])}
<tr><th>{words["account_kind"]}<td colspan=2>{_ticks(words["account_kinds"])}
<tr><th>{words["account_number"]}<td colspan=2>{"<span class=box></span>" * 7} {words["account_number_how"]}
<tr><th>{words["account_holder_kana"]}<td colspan=2>　<tr><th>{words["account_holder"]}<td colspan=2>　</table>
<div class=small>{words["yucho_how"]}</div><table><tr><th>{words["yucho"]}
<td>{words["yucho_symbol"]} {"<span class=box></span>" * 5} {words["yucho_number"]} {"<span class=box></span>" * 8}</table>{_ticks(words["enclosures"])}
<div><span class=cap>{words["head_proxy"]}</span> {words["proxy_how"]}</div>
<table><tr><th>{words["proxy_name"]}<td>　<th>{words["proxy_relation"]}<td>&nbsp;
<tr><th>{words["proxy_basis"]}<td colspan=3>{_ticks(words["proxy_bases"])}<tr><th>{words["proxy_phone"]}<td colspan=3>　</table>
<div>{words["signature_lead"]}</div><table><tr><th>{words["signature_date"]}<td colspan=3>令和　　　年　　　月　　　日
<tr><th>{words["signature_name"]}<td>　<th>{words["signature_phone"]}<td>　</table>
<table><tr><th rowspan=2>{words["office"]}{fields}<tr>{"<td>　" * len(words["office_fields"])}</table></div>
<div class=guide>{_foot(letter, words, 3)}{mark}{_guide(words)}</div></div>"""


def compose(data: Mapping[str, Any]) -> bytes:
    """The PDF of the letters in ``data``, which has the form that our template reads."""
    from weasyprint import HTML

    words = data["wording"]
    body = "".join(_letter(letter, words) for letter in data["letters"])
    page = f"<html lang=ja><head><title>{words['title']}</title><style>{CSS}</style><body>{body}"
    found: bytes = HTML(string=page).write_pdf(pdf_variant="pdf/ua-1")
    return found


def pages(pdf: bytes) -> list[str]:
    """The words of each page of a PDF, without blanks."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        return ["".join(document[number].get_textpage().get_text_range().split()) for number in range(len(document))]
    finally:
        document.close()
