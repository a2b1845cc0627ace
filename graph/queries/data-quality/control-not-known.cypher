// title: Large sites whose controlling country nobody knows
// why: Every answer by control leaves these open, the weightiest first: whose owners to look up next.
// parameter: element | text | NdPr | elements | Element by which sites are measured
// column: site | | Site
// column: name | | Its name
// column: stage | | Its step of the chain
// column: country | | Where it stands
// column: role | | A plant, or a row that stands for many (residual)
// column: owners | | Owners that the sources name
// column: tonnes | t/yr oxide equivalent | The element in what it delivers to later stages
// column: share_of_stage | share | Of all the stage delivers
// key: site
// row: fin_us | Fin Us | component | USA | plant |  | 25 | 0.2
CALL () {
  MATCH (s:Site)-[f:SUPPLIES]->(t:Site)
  WHERE NOT s:Boundary AND t.stage_order > s.stage_order
  WITH s.stage AS stage, sum(f[toLower($element) + '_t']) AS tonnes
  RETURN collect({stage: stage, tonnes: tonnes}) AS stages
}
MATCH (s:Site {controlling_country: 'ZZZ'})-[f:SUPPLIES]->(t:Site)
WHERE NOT s:Boundary AND t.stage_order > s.stage_order AND f[toLower($element) + '_t'] > 0
WITH stages, s, sum(f[toLower($element) + '_t']) AS tonnes
OPTIONAL MATCH (s)-[:OWNED_BY]->(c:Company)
WITH stages, s, tonnes, c ORDER BY c.name
WITH stages, s, tonnes, collect(c.name) AS owners
WITH s, tonnes, owners, reduce(total = 0.0, x IN stages |
       CASE WHEN x.stage = s.stage THEN total + x.tonnes ELSE total END) AS total
RETURN s.id AS site, s.name AS name, s.stage AS stage, s.country AS country, s.role AS role, owners,
       tonnes, tonnes / total AS share_of_stage
ORDER BY share_of_stage DESC, site
