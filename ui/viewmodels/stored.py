"""The runs in the graph store, for people."""

from __future__ import annotations

from collections.abc import Sequence

from graph.store import StoredRun
from ui import text
from ui.viewmodels.tables import Table, rounded

READING = (
    "A stored run can be asked in Cypher: which sites it hits, week by week, by which measures and "
    "through which plants. Storing under a name again replaces that run."
)
OTHER_STATE = (
    "The Query page asks the state 2025: it fills the store with that and so takes these runs "
    "away. Ask them with magnetrace query."
)
ASK = """MATCH (run:Scenario)-[hit:HITS]->(use:EndUse)
WHERE hit.lost_share > 0
WITH run, hit, use
UNWIND range(0, size(hit.through) - 1) AS i
MATCH (plant:Site {id: hit.through[i]})
RETURN run.name, use.name, hit.lost_share, hit.first_loss_week,
       plant.name AS through, plant.stage AS stage, hit.through_share[i] AS share
ORDER BY run.name, hit.lost_share DESC, use.id, share DESC, plant.id"""
"""What every stored run costs the end uses, and through which sites. Without the line WITH the
embedded server gives no rows."""


def stored(runs: Sequence[StoredRun]) -> Table:
    """A row a run."""
    return Table(
        "stored",
        [
            {
                "Run": run.name,
                "Scenario": run.title,
                "State": run.snapshot,
                "Weeks": run.weeks,
                "Seed": run.seed,
                "Measures": run.measures,
                "Sites hit": run.sites_hit,
                "Lost, USD": rounded(run.lost_usd),
                "Stored, UTC": run.stored[:16].replace("T", " "),
            }
            for run in runs
        ],
        f"The graph store holds {text.plural(len(runs), 'run')}.",
        kinds={"Lost, USD": "usd"},
    )
