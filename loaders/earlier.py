"""Past cases before 2025: the halt of 2010, the price peak of 2022, and one that cannot be run."""

from __future__ import annotations

from collections.abc import Sequence

from graph.backtest import CALIBRATION, CONSTANT_CUT, HOLDOUT, Observed, constant_cut
from graph.errors import HistoryError
from graph.model import CHINA
from graph.scenario import Quota, Scenario
from graph.shipments import lanes_between, worst_week
from graph.verdicts import JAPAN_2010, PRICE_2021, TOTAL, Account
from loaders.facts import FINISHED
from loaders.historical import BEFORE_HALT, EUROPE, JAPAN, USA, japan_2010, price_2021
from loaders.observed import by_month, months_between, of_year, select, total
from loaders.past import Backtest, Inputs, modelled, off, played, require, side_by_side, verdicts
from loaders.series import used_value
from loaders.tables import Row

HALT = "2010-09-21"
WEEKS_OF_HALT = 9
"""60 days, from 21 September to 20 November 2010, in whole weeks."""
HALT_MONTHS = months_between("2010-09", "2011-03")
PRICE_MONTHS = months_between("2021-09", "2022-05")
PRICE_START = "2021-09-01"


def halt_2010(inputs: Inputs) -> Backtest:
    """China ships nothing to Japan for 60 days. Raises HistoryError where figures are missing."""
    name = "japan-2010"
    imports = select(
        inputs.tables["observations"], case="2010_embargo", reporter=JAPAN, metric="import_volume"
    )
    china = select(imports, partner=CHINA)
    usa = select(inputs.tables["observations"], reporter=USA, partner=CHINA, metric="import_volume")
    before = total(china, BEFORE_HALT)
    world_year, china_year = of_year(select(imports, partner=TOTAL), 2010), of_year(china, 2010)
    usa_year = of_year(usa, 2010)
    months = by_month(china)
    require(
        name,
        {
            "Japan's imports from China before the halt, January to August 2010": before,
            "Japan's imports from China by month, September 2010 to March 2011": all(
                month in months for month in HALT_MONTHS
            ),
            "Japan's imports from China in 2010": china_year,
            "Japan's imports from all countries in 2010": world_year,
            "US imports from China in 2010": usa_year,
        },
    )
    normal = (before or 0.0) / len(BEFORE_HALT)
    network = japan_2010(
        normal,
        (world_year or 0.0) - (china_year or 0.0),
        usa_year or 0.0,
        _sources((*imports, *usa)),
    )
    halt = Quota(
        name="halt", scope="export", kept=0.0, destinations=(JAPAN,), end_week=WEEKS_OF_HALT
    )
    scenario = Scenario(
        name=name,
        title="Shipments to Japan stop",
        summary="",
        levers=(halt,),
        snapshot=network.snapshot,
        start=HALT,
    )
    seen = Observed(
        flow=TOTAL,
        name="Japan's imports from China",
        baseline_t=normal,
        basis="mean of January to August 2010",
        tonnes={month: months[month] for month in HALT_MONTHS},
        windows=dict.fromkeys(HALT_MONTHS, HOLDOUT),
        shares={},
    )
    runs = played(network, scenario, inputs, HALT_MONTHS)
    said = modelled(
        runs,
        lanes_between(runs[0][0], CHINA, {JAPAN}, ("other_oxide",)),
        HALT,
        HALT_MONTHS,
        on_arrival=True,
    )
    cut = constant_cut(seen, HALT_MONTHS)
    rows = side_by_side((seen,), {TOTAL: said}, {CONSTANT_CUT: cut}, HALT_MONTHS)
    account = Account({TOTAL: _shares(seen, HALT_MONTHS)}, seen.baseline_t)
    answers = [Account({TOTAL: one}, said.baseline_t) for one in said.runs] if said else []
    return Backtest(
        case=name,
        title="Halt of shipments to Japan, autumn 2010",
        snapshot=network.snapshot,
        reason="A network of five sites, made of the customs figures of 2010 alone.",
        start=HALT,
        seeds=inputs.seeds,
        months=rows,
        destinations=(),
        targets=verdicts(JAPAN_2010, account, answers, cut, HALT_MONTHS),
        errors=off(rows, (seen,)),
        calibration=(),
        notes=(
            "All rare earths together, in gross tonnes, mostly La and Ce: the figures do not tell "
            "what was for magnets, so nothing is said of plants that stopped.",
            "Nothing was fitted to 2010; stocks, overtime and transit are those of 2025.",
            "China denied a halt, and goods kept arriving: shipments on their way, and goods that "
            "the two customs class differently. The lever lets nothing pass from its first week.",
            "China's plants stand for what they sold to Japan and the USA, not for its other "
            "customers, so the model cannot make up for the halt as fast as China did.",
        ),
    )


def peak_2021(inputs: Inputs) -> Backtest:
    """A price shock without a shortage. Raises HistoryError where figures are missing."""
    name = "price-2021"
    exports = select(
        inputs.tables["observations"],
        case="2021_22_price",
        reporter=CHINA,
        hs_code="85051110",
        metric="export_volume",
    )
    months = by_month(select(exports, partner=TOTAL))
    known = [months[month] for month in PRICE_MONTHS if month in months]
    two = {
        partner: sum(
            row.number("value")
            for row in select(exports, partner=partner, period="2022-01..2022-02")
        )
        for partner in (TOTAL, "EUR", USA, JAPAN)
    }
    sintered, bonded = (
        used_value(inputs.tables, "magnet_output", CHINA, material, 2021)
        for material in ("NdFeB sintered", "NdFeB bonded")
    )
    finished = [
        row.number("base") for row in inputs.tables["assumptions"] if row.text("id") == FINISHED
    ]
    require(
        name,
        {
            "China's magnet exports by month, September 2021 to May 2022": known,
            "China's magnet exports by destination in January and February 2022": all(two.values()),
            "China's output of sintered magnets in 2021": sintered,
            "China's output of bonded magnets in 2021": bonded,
            f"the finished share of a blank ({FINISHED})": finished,
        },
    )
    normal = sum(known) / len(known)
    made = (sintered.value if sintered else 0.0) * finished[0] + (bonded.value if bonded else 0.0)
    parts = {
        country: two[partner] / two[TOTAL]
        for country, partner in ((EUROPE, "EUR"), (USA, USA), (JAPAN, JAPAN))
    }
    network = price_2021(made, normal, parts, _sources(exports))
    scenario = Scenario(
        name=name,
        title="Prices rise, volumes do not fall",
        summary="",
        levers=(),
        snapshot=network.snapshot,
        start=PRICE_START,
    )
    seen = Observed(
        flow=TOTAL,
        name="China's magnet exports",
        baseline_t=normal,
        basis=f"mean of the {len(known)} months known",
        tonnes={month: months[month] for month in PRICE_MONTHS if month in months},
        windows=dict.fromkeys(PRICE_MONTHS, CALIBRATION),
        shares={},
    )
    runs = played(network, scenario, inputs, PRICE_MONTHS)
    said = modelled(
        runs, lanes_between(runs[0][0], CHINA, None, ("ndfeb",)), PRICE_START, PRICE_MONTHS
    )
    rows = side_by_side((seen,), {TOTAL: said}, {}, PRICE_MONTHS)
    answers = [Account({}, alarm=worst_week(plan, run)) for plan, run in runs]
    return Backtest(
        case=name,
        title="Price peak of 2021 and 2022",
        snapshot=network.snapshot,
        reason="A network of eleven sites, made of output and exports of 2021 and 2022 alone.",
        start=PRICE_START,
        seeds=inputs.seeds,
        months=rows,
        destinations=(),
        targets=verdicts(PRICE_2021, Account({}), answers, {}, PRICE_MONTHS),
        errors=off(rows, (seen,)),
        calibration=(),
        notes=(
            *_price(inputs),
            "Exports stayed where they were; February is New Year.",
            "The baseline is the mean of these very months: the error says how much they vary.",
            "A price is no lever of this model. It raises no false alarm, and would not have "
            "foreseen what the price does to those who must pay it.",
        ),
    )


def quota_2011(inputs: Inputs) -> Backtest:
    """The export quotas of 2010 to 2012. Always raises HistoryError: the figures do not suffice."""
    years = sorted(
        row.text("period")
        for row in select(
            inputs.tables["observations"],
            reporter=USA,
            partner=CHINA,
            metric="import_volume",
            period_type="year",
            case="2010_embargo",
        )
    )
    held = f" ({years[0]} to {years[-1]} are held by year)" if years else ""
    raise HistoryError(
        "quota-2011",
        (
            "imports or exports by month from 2010 to 2012; a run counts weeks" + held,
            "how demand answers to a price that rises eightfold: only 56% of the quota of 2011 was "
            "used, so it was the price that cut the volume, and a price is no lever",
            "what China made and used at home in those years, without which there is no network",
        ),
        "japan-2010 holds the one disruption of these years that is known by month.",
    )


def _shares(one: Observed, months: Sequence[str]) -> dict[str, float]:
    return {month: share for month in months if (share := one.share(month)) is not None}


def _price(inputs: Inputs) -> list[str]:
    """What the price did meanwhile; nothing where it is not observed."""
    quoted = select(
        inputs.tables["observations"],
        case="2021_22_price",
        product="Pr-Nd oxide",
        metric="price",
        unit="kCNY/t",
    )
    if not quoted:
        return []
    first = min(quoted, key=lambda row: row.text("period"))
    peak = max(quoted, key=lambda row: row.number("value"))
    return [
        f"Pr-Nd oxide cost {first.number('value'):,.0f},000 CNY a tonne on {first.text('period')} "
        f"and {peak.number('value'):,.0f},000 on {peak.text('period')}."
    ]


def _sources(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(source for row in rows for source in row.names("sources")))
