// title: Where capacity stands idle
// why: Running sites outside a country whose stated capacity exceeds their stated output in the same
//   unit: what could be asked for before anything is built. A capacity is what its owner says.
// parameter: without | text | CHN | countries | Country to do without
// parameter: stage | text | any | stages | Step of the chain, or any
// parameter: minimum | number | 0.05 | | Idle share of the capacity at least
// column: stage | | Step of the chain
// column: site | | Site
// column: name | | Its name
// column: country | | Where it stands
// column: controlling_country | | From where it is controlled
// column: capacity | | Stated capacity a year
// column: output | | Stated output a year
// column: idle | | Capacity less output
// column: unit | | Unit of the three
// column: idle_share | share | Of the capacity
// column: confidence | | How the weakest figure of the site is known
// key: site
// row: separation | sep_my | Sep My | MYS | AUS | 500 | 400 | 100 | t REO | 0.2 | reported
MATCH (s:Site)
WHERE s.status IN ['operating', 'ramping'] AND NOT s:Boundary AND s.country <> $without
  AND ($stage = 'any' OR s.stage = $stage) AND s.capacity_unit = s.output_unit
  AND s.capacity > 0 AND s.capacity - s.output >= $minimum * s.capacity
RETURN s.stage AS stage, s.id AS site, s.name AS name, s.country AS country,
       s.controlling_country AS controlling_country, s.capacity AS capacity, s.output AS output,
       s.capacity - s.output AS idle, s.capacity_unit AS unit,
       (s.capacity - s.output) / s.capacity AS idle_share, s.confidence AS confidence
ORDER BY s.stage_order, idle_share DESC, site
