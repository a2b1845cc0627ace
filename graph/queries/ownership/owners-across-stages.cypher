// title: Who holds several stages of the chain
// why: Owners with sites at more than one stage: whom a stop elsewhere hits least, and who decides
//   alone whether an independent chain exists.
// parameter: minimum | integer | 2 | | Stages at least
// column: owner | | Owner as named by the sources
// column: stage_count | count | Stages it has sites at
// column: stages | | These stages, in order
// column: sites | count | Its sites
// column: running | count | Of these, sites that run
// column: countries | | Where they stand
// key: owner
// row: Desert Metals | 3 | separation, metal_alloy, magnet | 3 | 3 | USA
// row: Southern Ores | 2 | mine, separation | 2 | 2 | AUS, MYS
MATCH (c:Company)<-[:OWNED_BY]-(s:Site)
WHERE NOT s:Boundary
WITH c, s ORDER BY s.country
WITH c, collect(DISTINCT s.country) AS countries, collect(DISTINCT s) AS owned
UNWIND owned AS s
WITH c, countries, owned, s ORDER BY s.stage_order
WITH c, countries, size(owned) AS sites, collect(DISTINCT s.stage) AS stages,
     sum(CASE WHEN s.status IN ['operating', 'ramping'] THEN 1 ELSE 0 END) AS running
WHERE size(stages) >= $minimum
RETURN c.name AS owner, size(stages) AS stage_count, stages, sites, running, countries
ORDER BY stage_count DESC, sites DESC, owner
