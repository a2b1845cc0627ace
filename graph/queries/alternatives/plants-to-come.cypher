// title: Which plants are to come outside China
// why: Sites that do not run yet, or not fully, outside a country: from when and how much they are
//   to make, as announced. Nothing here says that they will.
// parameter: without | text | CHN | countries | Country to do without
// parameter: stage | text | any | stages | Step of the chain, or any
// column: stage | | Step of the chain
// column: site | | Site to come
// column: name | | Its name
// column: country | | Where it stands
// column: controlling_country | | From where it is controlled
// column: status | | How far it is
// column: start_year | | When it is to start
// column: capacity | | What it is to make in a year
// column: unit | | Unit of the capacity
// column: sources | count | Publications behind it
// key: site
// row: separation | sep_fr | Sep Fr | FRA | FRA | planned | 2028 | 1000 | t oxide | 1
MATCH (s:Site)
WHERE s.status IN ['ramping', 'construction', 'planned', 'announced'] AND s.country <> $without
  AND ($stage = 'any' OR s.stage = $stage)
OPTIONAL MATCH (s)-[:CITES]->(p:Source)
WITH s, count(p) AS sources
RETURN s.stage AS stage, s.id AS site, s.name AS name, s.country AS country,
       s.controlling_country AS controlling_country, s.status AS status,
       toString(s.start_year) AS start_year, s.capacity AS capacity, s.capacity_unit AS unit, sources
ORDER BY s.stage_order, coalesce(s.start_year, 9999), site
