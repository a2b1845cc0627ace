"""A report as one HTML file: no script, nothing fetched, every text escaped."""

from __future__ import annotations

from html import escape

from ui import text
from ui.charts.compare import COLOURS
from ui.charts.plot import Plot, plot
from ui.viewmodels.compare import WeekLines, short
from ui.viewmodels.report import Grid, Report

DASHES = ("", "8 5", "2 4", "9 4 2 4")
WIDTH, HEIGHT = 720.0, 260.0
STYLE = """
:root { color-scheme: light; --ink: #1F2933; --soft: #5F6B7A; --line: #D5DAE0; }
body { font: 15px/1.45 "Source Sans 3", "Segoe UI", Helvetica, Arial, sans-serif;
  color: var(--ink); background: #FFFFFF; max-width: 900px; margin: 0 auto; padding: 24px 16px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 8px; }
h2 { font-size: 18px; margin: 28px 0 8px; }
.finding { font-size: 19px; font-weight: 600; margin: 0 0 16px; }
.tiles { display: flex; flex-wrap: wrap; gap: 8px; }
.tile { flex: 1 1 180px; border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px; }
.tile b { display: block; } .tile .value { font-size: 19px; margin: 4px 0; }
.soft { color: var(--soft); font-size: 14px; }
.wide { overflow-x: auto; }
svg { display: block; width: 100%; height: auto; min-width: 520px; }
svg text { font: 12px "Source Sans 3", "Segoe UI", Helvetica, Arial, sans-serif; fill: #1F2933; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th, td { text-align: left; vertical-align: top; padding: 5px 10px 5px 0;
  border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; }
th { border-bottom: 2px solid var(--ink); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 0; }
dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
a { color: #0B5CAD; overflow-wrap: anywhere; }
@media (max-width: 640px) { svg { min-width: 0; } svg text { font-size: 19px; } }
@page { size: A4; margin: 14mm; }
@media print { body { padding: 0; font-size: 11px; } table { font-size: 10px; }
  .finding { font-size: 14px; } h1 { font-size: 20px; } h2 { font-size: 13px; margin: 14px 0 4px; }
  tr, .tile, svg { break-inside: avoid; } }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def html(report: Report) -> str:
    """The page."""
    parts = [
        f"<h1>{escape(report.title)}</h1>",
        f'<p class="finding">{escape(report.headline)}</p>',
        f'<div class="tiles">{"".join(map(_tile, _tiles(report)))}</div>',
        _chart(report.weeks) if report.weeks else "",
        *(f"<p>{escape(sentence)}</p>" for sentence in report.said),
        *map(_grid, report.front),
        "<h2>How it was made</h2>",
        f"<dl>{''.join(map(_fact, report.facts))}</dl>",
        *map(_grid, report.annex),
        "<h2>Notes of the runs</h2>",
        f"<ul>{''.join(f'<li>{escape(note)}</li>' for note in report.notes)}</ul>",
    ]
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(report.title)} | magnetrace</title>\n<style>{STYLE}</style>\n"
        "</head>\n<body>\n<main>\n"
        + "\n".join(filter(None, parts))
        + "\n</main>\n</body>\n</html>\n"
    )


def _tiles(report: Report) -> list[tuple[str, str, str, str]]:
    return [(tile.head, tile.value, tile.against, tile.detail) for tile in report.tiles]


def _tile(told: tuple[str, str, str, str]) -> str:
    head, value, against, detail = map(escape, told)
    return (
        f'<div class="tile"><b>{head}</b><div class="value">{value}</div>'
        f'<div class="soft">{against}</div><div class="soft">{detail}</div></div>'
    )


def _fact(fact: tuple[str, str]) -> str:
    head, value = fact
    return f"<dt>{escape(head)}</dt><dd>{_linked(value)}</dd>"


def _linked(value: str) -> str:
    """Text line by line, as a link where a line is an ordinary web address."""
    return "<br>".join(
        f'<a href="{escape(line)}">{escape(line)}</a>' if text.web_address(line) else escape(line)
        for line in value.split("\n")
    )


def _grid(grid: Grid) -> str:
    head = "".join(f'<th scope="col">{escape(each)}</th>' for each in grid.head)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_linked(cell)}</td>" for cell in row) + "</tr>" for row in grid.rows
    )
    note = f'<p class="soft">{escape(grid.note)}</p>' if grid.note else ""
    return (
        f'<h2>{escape(grid.title)}</h2><div class="wide" tabindex="0" role="region" '
        f'aria-label="{escape(grid.title)}"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>{note}"
    )


def _chart(weeks: WeekLines) -> str:
    drawn = plot(
        [line.values for line in weeks.lines], WIDTH, HEIGHT, lambda v: short(v, weeks.unit)
    )
    legend = "".join(
        f'<div><svg width="44" height="10" style="display:inline;width:44px;min-width:0" '
        f'aria-hidden="true"><line x1="0" y1="5" x2="40" y2="5" {_stroke(place)}/></svg> '
        f"{escape(line.letter)}: {escape(line.title)}</div>"
        for place, line in enumerate(weeks.lines)
    )
    return (
        f"<h2>Loss a week, {escape(weeks.unit)}</h2>{legend}"
        '<div class="wide" tabindex="0" role="region" aria-label="Chart">'
        f"{_svg(drawn, weeks)}</div>"
        f'<p class="soft">{escape(weeks.finding)}</p>'
    )


def _stroke(place: int) -> str:
    dash = f' stroke-dasharray="{DASHES[place]}"' if DASHES[place] else ""
    return f'fill="none" stroke="{COLOURS["light"][place]}" stroke-width="2.5"{dash}'


def _svg(drawn: Plot, weeks: WeekLines) -> str:
    left, _, right, bottom = drawn.frame
    parts = [
        f'<line x1="{left:.1f}" y1="{tick.at:.1f}" x2="{right:.1f}" y2="{tick.at:.1f}" '
        f'stroke="#D5DAE0"/><text x="{left - 6:.1f}" y="{tick.at + 4:.1f}" text-anchor="end">'
        f"{escape(tick.label)}</text>"
        for tick in drawn.up
    ]
    parts += [
        f'<text x="{tick.at:.1f}" y="{bottom + 16:.1f}" text-anchor="middle">'
        f"{escape(tick.label)}</text>"
        for tick in drawn.across
    ]
    parts.append(
        f'<line x1="{left:.1f}" y1="{drawn.zero:.1f}" x2="{right:.1f}" y2="{drawn.zero:.1f}" '
        'stroke="#1F2933"/>'
    )
    for place, line in enumerate(drawn.lines):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in line)
        parts.append(f'<polyline points="{points}" {_stroke(place)}/>')
    parts += [
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" font-weight="700" '
        f'style="fill:{COLOURS["light"][place]}">{escape(weeks.lines[place].letter)}</text>'
        for place, (x, y) in enumerate(drawn.letters)
    ]
    return (
        f'<svg viewBox="0 0 {drawn.width:g} {drawn.height:g}" role="img" '
        f'aria-label="{escape(weeks.finding)}">{"".join(parts)}</svg>'
    )
