"""Found by name, filtered, unfolded and stopped: on a chain of six sites."""

from __future__ import annotations

from dataclasses import replace

import pytest
from networks import flow, site, six_sites

from graph.model import Stage
from graph.network import Network
from graph.tracing import trace
from ui.state import UrlState
from ui.viewmodels import measures
from ui.viewmodels.chain import Chain, chain, holding, narrowed
from ui.viewmodels.holdings import holdings
from ui.viewmodels.items import item
from ui.viewmodels.ledger import Ledger
from ui.viewmodels.own_scenario import own_scenario
from ui.viewmodels.plants import missing, plants, sentence
from ui.viewmodels.search import fold, index, matches, narrowed_words, narrowing

NBSP = "\u00a0"
NAMES = {"AUS": "Australia", "CHN": "China", "JPN": "Japan", "MYS": "Malaysia", "USA": "USA"}


def named() -> Network:
    """The separator is Łódź Séparation of Nysnø, which owns the Australian mine too."""
    network = six_sites()
    changed = {
        "sep_my": {"name": "Łódź Séparation", "owner": "Nysnø"},
        "mine_au": {"owner": "Nysnø", "operator": "private"},
    }
    sites = [replace(s, **changed.get(s.id, {})) for s in network.sites.values()]
    return Network.of(sites, network.flows, snapshot="test", year=2025)


def chain_of(network: Network, *apart: str) -> Chain:
    return chain(Ledger.of(network, trace(network)), item("NdPr"), NAMES, apart)


@pytest.mark.parametrize(
    ("words", "plain"),
    [("Łódź  Séparation", "lodz separation"), ("NYSNØ, A.S.", "nysno a s"), ("Straße", "strasse")],
)
def test_case_accents_and_signs_do_not_count(words: str, plain: str) -> None:
    assert fold(words) == plain


def test_a_name_is_found_by_plain_letters_and_by_others() -> None:
    known = index(named(), NAMES)
    assert [e.key for e in matches(known, "LODZ")] == ["site:sep_my"]
    assert [e.key for e in matches(known, "lódz sépa")] == ["site:sep_my"]
    (company,) = matches(known, "nysno")
    assert (company.key, set(company.sites)) == ("company:Nysnø", {"sep_my", "mine_au"})
    assert company.label == "Nysnø (company, 2 sites) nysno"
    assert matches(known, "") == matches(known, " ,.") == ()
    assert matches(known, "nowhere") == ()


def test_the_same_name_comes_first_then_what_begins_so() -> None:
    network = six_sites()
    sites = [
        *network.sites.values(),
        site("x", Stage.MINE, "AUS", name="New Japan Mine"),
        site("y", Stage.MINE, "AUS", name="Japanese Mine"),
        site("z", Stage.MINE, "AUS", name="Xjapan"),
    ]
    known = index(Network.of(sites, network.flows, snapshot="test", year=2025), NAMES)
    found = [entry.name for entry in matches(known, "japan")]
    assert found == ["Japan", "Japanese Mine", "New Japan Mine", "Xjapan"]
    assert len(matches(known, "m", most=3)) == 3


def test_no_owner_of_no_name_and_no_country_unknown_is_an_entry() -> None:
    keys = set(index(named(), NAMES).entries)
    assert "company:private" not in keys
    assert "country:ZZZ" not in keys
    assert {"country:USA", "site:use_world"} <= keys


def test_filters_mean_what_fits_all_of_them() -> None:
    network = named()
    assert narrowing(network, "", "", "") is None
    assert narrowing(network, "mine", "", "") == {"mine_cn", "mine_au"}
    assert narrowing(network, "mine", "", "Nysnø") == {"mine_au"}
    assert narrowing(network, "", "JPN", "Nysnø") == frozenset()
    said = narrowed_words("Mine", "", "Nysnø", {"mine_au"})
    assert said == "Only Nysnø, mine (1 site) and direct trading partners"


def test_a_narrowed_chain_keeps_direct_partners_and_counts_the_rest() -> None:
    found = chain_of(six_sites())
    few = narrowed(found, holding(found, {"metal_vn"}))
    assert set(few.boxes) == {"separation|MYS", "metal_alloy|VNM", "magnet|JPN"}
    assert {link.id for link in few.links} == {
        "separation|MYS>metal_alloy|VNM",
        "metal_alloy|VNM>magnet|JPN",
    }
    assert narrowed(found, ()).boxes == {}


def test_a_small_partner_of_a_narrowed_box_is_counted_and_not_drawn() -> None:
    """Of 100 t NdPr that leave the separator, 2 t go to a German metal maker; it has 50 t more."""
    network = six_sites()
    sites = [*network.sites.values(), site("metal_de", Stage.METAL, "DEU")]
    sites.append(site("sep_de", Stage.SEPARATION, "DEU"))
    flows = [
        *network.flows,
        flow("sep_my", "metal_de", "ndpr_oxide", 2.0, 2.0),
        flow("sep_de", "metal_de", "ndpr_oxide", 50.0, 50.0),
        flow("metal_de", "magnet_jp", "ndpr_metal", 44.0, 52.0),
    ]
    found = chain_of(Network.of(sites, flows, snapshot="test", year=2025))
    few = narrowed(found, ("separation|MYS",))
    assert "metal_alloy|DEU" not in few.boxes
    assert few.hidden_links == few.left_out == 1


def test_a_country_that_a_link_names_stands_apart() -> None:
    network = six_sites()
    makers = [f"m{n}" for n in range(9)]
    sites = [*network.sites.values()]
    flows = list(network.flows)
    for n, id in enumerate(makers):
        sites.append(site(id, Stage.METAL, f"C{n:02}"))
        flows.append(flow("sep_my", id, "ndpr_oxide", 10.0 - n, 10.0 - n))
        flows.append(flow(id, "magnet_jp", "ndpr_metal", 10.0 - n, 10.0 - n))
    wide = Network.of(sites, flows, snapshot="test", year=2025)
    assert "metal_alloy|C08" not in chain_of(wide).boxes
    assert "metal_alloy|C08" in chain_of(wide, "C08").boxes


def test_an_unfolded_neighbour_brings_its_own_partners() -> None:
    network = six_sites()
    ledger = Ledger.of(network, trace(network))
    box = chain(ledger, item("NdPr"), NAMES).boxes["magnet|JPN"]
    first = plants(ledger, item("NdPr"), box)
    assert [p.site.id for p in first.plants] == ["magnet_jp", "metal_vn", "motor_us"]
    more = plants(ledger, item("NdPr"), box, ("metal_vn",))
    assert [p.site.id for p in more.plants] == ["magnet_jp", "metal_vn", "motor_us", "sep_my"]
    assert "sep_my>metal_vn" in {link.id for link in more.links}
    assert sentence(more).startswith("1 site of Japan, magnet, with 3 trading partners")
    assert missing(ledger, item("NdPr"), first, "metal_vn") == 1
    assert missing(ledger, item("NdPr"), more, "metal_vn") == 0
    same = plants(ledger, item("NdPr"), box, ("nobody", "magnet_jp"))
    assert [p.site.id for p in same.plants] == [p.site.id for p in first.plants]


def test_a_site_that_was_found_is_drawn_however_small() -> None:
    """40 magnet makers in Japan; the smallest is past the 32 that are drawn."""
    network = six_sites()
    sites, flows = list(network.sites.values()), list(network.flows)
    for n in range(40):
        sites.append(site(f"j{n:02}", Stage.MAGNET, "JPN"))
        flows.append(flow("metal_vn", f"j{n:02}", "ndpr_metal", 50.0 - n, 50.0 - n))
        flows.append(flow(f"j{n:02}", "motor_us", "ndfeb", 50.0 - n, 50.0 - n))
    wide = Network.of(sites, flows, snapshot="test", year=2025)
    ledger = Ledger.of(wide, trace(wide))
    box = chain(ledger, item("NdPr"), NAMES).boxes["magnet|JPN"]

    def drawn(*unfolded: str, site: str = "") -> list[str]:
        return [p.site.id for p in plants(ledger, item("NdPr"), box, unfolded, site).plants]

    assert "j39" not in drawn()
    assert "j39" in drawn(site="j39")
    assert len(drawn("metal_vn", "motor_us")) <= 150


def test_what_a_company_holds_by_stage_and_site() -> None:
    network = named()
    ledger = Ledger.of(network, trace(network))
    found = chain(ledger, item("NdPr"), NAMES)
    held = holdings(ledger, found, "Nysnø", {"sep_my", "mine_au"}, NAMES)
    assert held.sentence == f"Nysnø, NdPr, 2025: 40{NBSP}% of mine and 100{NBSP}% of separation."
    assert held.table.ids == ("mine_au", "sep_my")
    assert [row["Share of stage"] for row in held.table.rows] == [40.0, 100.0]
    nothing = holdings(ledger, found, "World", {"use_world"}, NAMES)
    assert nothing.sentence == "World, NdPr, 2025: nothing of it passes through these sites."


def test_a_company_and_a_country_can_be_stopped() -> None:
    network = named()
    aims = measures.targets(network, "outage", NAMES)
    assert aims["owner:Nysnø"] == "Nysnø: all its sites"
    assert aims["AUS|"] == "Australia: every stage"
    assert "ZZZ|" not in aims
    assert "owner:private" not in aims
    for target, sites in (
        ("owner:Nysnø", {"sep_my", "mine_au"}),
        ("USA|", {"motor_us"}),
        ("sep_my", {"sep_my"}),
    ):
        (lever,) = own_scenario(UrlState(lever="outage", target=target), "x", network).levers
        assert set(lever.sites) == sites  # type: ignore[attr-defined]
        assert lever.remaining == 0  # type: ignore[attr-defined]
