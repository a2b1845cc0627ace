"""A report as PDF: the finding on the first page, what it rests on behind it.

ReportLab reads a little markup in its texts, so every text is escaped. Its own typeface, Bitstream
Vera, is embedded; what that cannot show reads as a question mark.
"""

from __future__ import annotations

import io
import math
import unicodedata
from functools import cache
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from reportlab.graphics.shapes import Drawing, Line, PolyLine, String
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import registerFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from ui import text
from ui.charts.compare import COLOURS
from ui.charts.plot import plot
from ui.viewmodels.compare import WeekLines, short
from ui.viewmodels.report import Grid, Report

MARGIN = 14 * mm
WIDTH = A4[0] - 2 * MARGIN
PADDING = 6
"""Of ReportLab's frames, on every side."""
LONGEST = 1200
"""Characters of a line of text, so that a row of a table never outgrows a page."""
CHART_HEIGHT = 116.0
LEGEND_ROW = 11.0
Anchor = Literal["start", "middle", "end"]
DASHES: tuple[tuple[float, ...], ...] = ((), (6, 4), (2, 3), (7, 3, 2, 3))
INK, SOFT, RULE = HexColor("#1F2933"), HexColor("#5F6B7A"), HexColor("#D5DAE0")


@cache
def _glyphs() -> frozenset[int]:
    """Characters that the typeface has; registers it on the first call."""
    plain, bold = TTFont("Vera", "Vera.ttf"), TTFont("VeraBd", "VeraBd.ttf")
    registerFont(plain)
    registerFont(bold)
    return frozenset(plain.face.charToGlyph) & frozenset(bold.face.charToGlyph)


def _style(
    size: float, *, bold: bool = False, colour: Color = INK, above: float = 0, below: float = 0
) -> ParagraphStyle:
    name = "VeraBd" if bold else "Vera"
    return ParagraphStyle(
        f"{name}-{size}",
        fontName=name,
        fontSize=size,
        leading=size * 1.28,
        textColor=colour,
        spaceBefore=above,
        spaceAfter=below,
    )


TITLE = _style(15, bold=True, below=3)
FINDING = _style(9.5, bold=True, below=5)
HEAD = _style(9, bold=True, above=6, below=2)
BODY = _style(7.5, below=2)
NOTE = _style(6.5, colour=SOFT, below=2)
CELL, CELL_HEAD = _style(6.5), _style(6.5, bold=True)
VALUE = _style(11, bold=True)


def pdf(report: Report) -> bytes:
    """The document; the same report gives the same bytes."""
    _glyphs()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN - PADDING,
        rightMargin=MARGIN - PADDING,
        topMargin=9 * mm,
        bottomMargin=11 * mm,
        title=shown(report.title),
        author="magnetrace",
        subject=shown(report.headline),
        lang="en",
        invariant=1,
    )

    def footer(canvas: Canvas, _document: object) -> None:
        canvas.saveState()
        canvas.setFont("Vera", 6.5)
        canvas.setFillColor(SOFT)
        made = dict(report.facts)["Made"]
        canvas.drawString(MARGIN, 8 * mm, shown(f"{report.title}. {made}"))
        canvas.drawRightString(A4[0] - MARGIN, 8 * mm, f"{canvas.getPageNumber()}")
        canvas.restoreState()

    document.build(_story(report), onFirstPage=footer, onLaterPages=footer)
    return out.getvalue()


def _story(report: Report) -> list[Flowable]:
    story: list[Flowable] = [
        _words(report.title, TITLE),
        _words(report.headline, FINDING),
        _tiles(report),
    ]
    if report.weeks:
        story += [
            _words(f"Loss a week, {report.weeks.unit}", HEAD),
            _chart(report.weeks),
            _words(report.weeks.finding, NOTE),
        ]
    story += [_words(sentence, BODY) for sentence in report.said]
    for grid in report.front:
        story += _grid(grid)
    facts = Grid("How it was made", ("", ""), report.facts, (1.2, 8.0))
    story += [KeepTogether(_grid(facts)), PageBreak()]
    for grid in report.annex:
        story += _grid(grid)
    story.append(_words("Notes of the runs", HEAD))
    return [*story, *(_words(note, BODY) for note in report.notes)]


def shown(words: str) -> str:
    """Text in characters of the typeface: letters without their marks, else question marks."""

    def glyph(character: str) -> str:
        if ord(character) in _glyphs():
            return character
        bare = unicodedata.normalize("NFKD", character)[:1]
        return bare if bare and ord(bare) in _glyphs() else "?"

    return "".join(map(glyph, words))


def _words(words: str, style: ParagraphStyle) -> Paragraph:
    """A paragraph of plain text; a line that is an ordinary web address becomes a link."""
    return Paragraph("<br/>".join(map(_line, words.split("\n"))), style)


def _line(words: str) -> str:
    told = escape(shown(text.shorten(words, LONGEST)))
    if not text.web_address(words):
        return told
    return f'<link href={quoteattr(words)} color="#0B5CAD">{told}</link>'


def _tiles(report: Report) -> Table:
    cells = [
        [
            _words(tile.head, CELL_HEAD),
            _words(tile.value, VALUE),
            _words(tile.against, NOTE),
            _words(tile.detail, NOTE),
        ]
        for tile in report.tiles
    ]
    table = Table([cells], colWidths=[WIDTH / len(cells)] * len(cells))
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("BOX", (0, 0), (-1, -1), 0.5, RULE),
                ("INNERGRID", (0, 0), (-1, -1), 0.5, RULE),
            ]
        )
    )
    return table


def _grid(grid: Grid) -> list[Flowable]:
    head = [[_words(each, CELL_HEAD) for each in grid.head]] if any(grid.head) else []
    rows = [[_words(cell, CELL) for cell in row] for row in grid.rows]
    whole = sum(grid.widths)
    table = Table(
        [*head, *rows],
        colWidths=[WIDTH * width / whole for width in grid.widths],
        repeatRows=len(head),
    )
    table.setStyle(
        TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
                ("LEFTPADDING", (0, 0), (-1, -1), 0),
                ("RIGHTPADDING", (0, 0), (-1, -1), 4),
                ("TOPPADDING", (0, 0), (-1, -1), 1.2),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6),
                ("LINEBELOW", (0, 0), (-1, -1), 0.4, RULE),
                *([("LINEBELOW", (0, 0), (-1, 0), 0.8, INK)] if head else []),
            ]
        )
    )
    note: list[Flowable] = [_words(grid.note, NOTE)] if grid.note else []
    return [_words(grid.title, HEAD), table, Spacer(1, 2), *note]


def _chart(weeks: WeekLines) -> Drawing:
    """The lines as vectors, their names below."""
    drawn = plot(
        [line.values for line in weeks.lines],
        WIDTH,
        CHART_HEIGHT,
        lambda value: short(value, weeks.unit),
        (48.0, 12.0, 6.0, 14.0),
    )
    below = LEGEND_ROW * math.ceil(len(weeks.lines) / 2)
    height = drawn.height + below

    def up(y: float) -> float:
        return height - y  # PDF counts from the lower edge

    drawing = Drawing(WIDTH, height)
    left, _, right, bottom = drawn.frame
    for tick in drawn.up:
        drawing.add(Line(left, up(tick.at), right, up(tick.at), strokeColor=RULE, strokeWidth=0.4))
        drawing.add(_label(left - 4, up(tick.at) - 2.2, tick.label, "end"))
    for tick in drawn.across:
        drawing.add(_label(tick.at, up(bottom + 9), tick.label, "middle"))
    drawing.add(Line(left, up(drawn.zero), right, up(drawn.zero), strokeColor=INK, strokeWidth=0.5))
    for place, line in enumerate(drawn.lines):
        points = [at for x, y in line for at in (x, up(y))]
        drawing.add(
            PolyLine(
                points, strokeColor=_colour(place), strokeWidth=1.4, strokeDashArray=DASHES[place]
            )
        )
    for place, (x, y) in enumerate(drawn.letters):
        label = _label(x, up(y), weeks.lines[place].letter, "middle")
        label.fontName, label.fillColor = "VeraBd", _colour(place)
        drawing.add(label)
    for place, named in enumerate(weeks.lines):
        left, y = WIDTH / 2 * (place % 2), below - LEGEND_ROW * (place // 2 + 1) + 3
        drawing.add(
            PolyLine(
                [left, y + 2, left + 26, y + 2],
                strokeColor=_colour(place),
                strokeWidth=1.4,
                strokeDashArray=DASHES[place],
            )
        )
        drawing.add(
            _label(left + 32, y, text.shorten(f"{named.letter}: {named.title}", 54), "start")
        )
    return drawing


def _label(x: float, y: float, words: str, anchor: Anchor) -> String:
    return String(
        x, y, shown(words), fontName="Vera", fontSize=6.5, fillColor=INK, textAnchor=anchor
    )


def _colour(place: int) -> Color:
    return HexColor(COLOURS["light"][place])
