"""Rows of series.csv and observations.csv, made by hand."""

from __future__ import annotations

from loaders.tables import Row, Tables


def value(line: int, year: int, amount: float, source: str = "a", **more: object) -> Row:
    """A year of the mine output of Myanmar in t REO, as one publication has it."""
    cells: dict[str, object] = {
        "quantity": "mine_output",
        "subject": None,
        "country": "MMR",
        "material": "REO",
        "year": year,
        "value": amount,
        "low": None,
        "high": None,
        "unit": "t REO",
        "used": "yes",
        "sources": (source,),
        "confidence": "reported",
        "note": None,
    }
    return Row("series", line, cells | more)  # type: ignore[arg-type]


def seen(line: int, period: str, amount: float = 1, **more: object) -> Row:
    """Magnets from China to Japan in a month, in t."""
    cells: dict[str, object] = {
        "id": f"obs_{line}",
        "case": "2025_licensing",
        "period": period,
        "period_type": "month",
        "reporter": "CHN",
        "partner": "JPN",
        "product": "magnets",
        "metric": "export_volume",
        "value": amount,
        "unit": "t",
        "status": "reported",
        "sources": ("usgs_mcs2026",),
        "confidence": "high",
        "note": "",
    }
    return Row("observations", line, cells | more)  # type: ignore[arg-type]


def tables(*rows: Row) -> Tables:
    """The table series, of these rows."""
    return Tables({"series": rows})


THREE = (
    value(2, 2023, 50),
    value(3, 2021, 30, used="no", source="b"),
    value(4, 2021, 20),
    value(5, 2025, 70, country="CHN"),
    value(6, 2025, 100, country="WLD", confidence="estimated"),
)
