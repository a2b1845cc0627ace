// title: What hangs on each publication
// why: How many sites and how much of the flows name a publication, and for how much of that it is
//   the only one: which document to read first, and which loss would be felt most.
// parameter: minimum | integer | 1 | | Sites and flows that name it at least
// column: source | | Name of the publication in this data set
// column: title | | Its title
// column: publisher | | Who published it
// column: date | | When
// column: sites | count | Sites that name it
// column: flows | count | Flows that name it
// column: only_source | count | Flows that name no other
// column: ndpr_share | share | Of all NdPr that moves, what moves in flows that name it
// key: source
// row: usgs_mcs2026 | Mineral Commodity Summaries 2026 | U.S. Geological Survey | 2026-02 | 14 | 18 | 16 | 1
// row: review | A review of magnets | A publisher | 2025-06 | 2 | 2 | 0 | 0.096
CALL () {
  MATCH (:Site)-[f:SUPPLIES]->(:Site)
  RETURN sum(f.ndpr_t) AS total
}
CALL () {
  MATCH (:Site)-[f:SUPPLIES]->(:Site)
  UNWIND f.sources AS id
  WITH id, count(f) AS flows, sum(CASE WHEN size(f.sources) = 1 THEN 1 ELSE 0 END) AS only_source,
       sum(f.ndpr_t) AS ndpr_t
  RETURN collect({id: id, flows: flows, only_source: only_source, ndpr_t: ndpr_t}) AS named
}
MATCH (p:Source)
OPTIONAL MATCH (s:Site)-[:CITES]->(p)
WITH total, named, p, count(s) AS sites
WITH total, p, sites, coalesce(head([x IN named WHERE x.id = p.id]),
                               {flows: 0, only_source: 0, ndpr_t: 0.0}) AS x
WHERE sites + x.flows >= $minimum
RETURN p.id AS source, p.title AS title, p.publisher AS publisher, p.date AS date, sites,
       x.flows AS flows, x.only_source AS only_source,
       CASE WHEN total > 0 THEN x.ndpr_t / total ELSE 0.0 END AS ndpr_share
ORDER BY ndpr_share DESC, sites DESC, source
