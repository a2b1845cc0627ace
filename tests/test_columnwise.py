"""Tables read column by column follow the rule for cells, whichever way the cells are judged."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from loaders.cells import typed
from loaders.columnwise import read_sheet
from loaders.tables import Column

NUMBERS = st.one_of(
    st.floats().map(repr),
    st.integers(-(10**17), 10**17).map(str),
    st.sampled_from(["", "+1", "-0", "1e-320", "=1", "@x", "#N/A", "1,0", "0x1", "1_0", "٣", ".5",
                     "1.0000000001", "-1e-10", "1e15", "1e16", "\x07", "NaN", "-Infinity"]),
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(
    st.lists(NUMBERS, min_size=1, max_size=8),
    st.sampled_from(["number", "share", "integer"]),
    st.booleans(),
)
def test_columns_are_judged_as_cells_are(cells: list[str], kind: str, required: bool) -> None:
    """A table read column by column has the values and faults that each cell has by itself."""
    columns = (
        Column("recovery", "site", "id", "", True, ""),
        Column("recovery", "share", kind, "", required, ""),
    )
    needed = ("site", "share") if required else ("site",)
    with tempfile.TemporaryDirectory() as folder:
        lines = "".join(f's,"{cell}"\n' for cell in cells)
        (Path(folder) / "recovery.csv").write_text(f"site,share\n{lines}", encoding="utf-8")
        sheet, found, findings = read_sheet(Path(folder), "recovery", columns, needed)
    judged = [typed(kind, required, cell) for cell in cells]
    assert sheet is not None
    assert found == []
    assert {(finding.fault, row) for finding in findings for row in finding.rows} == {
        (fault, row) for row, (_, fault) in enumerate(judged) if fault
    }
    values = [None if math.isnan(value) else value for value in sheet.number("share").tolist()]
    assert values == [value for value, _ in judged]
