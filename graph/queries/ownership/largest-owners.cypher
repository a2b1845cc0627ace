// title: Which owners hold most of a stage
// why: Owners by what the sites they have a part in deliver. A site with several owners counts in
//   full for each of them, so that shares can add up to more than one; sites without a named owner
//   stand under their own line.
// parameter: stage | text | magnet | stages | Step of the chain
// parameter: element | text | NdPr | elements | Element by which they are measured
// column: owner | | Owner as named by the sources
// column: sites | count | Sites it has a part in
// column: countries | | Where they stand
// column: controlled_from | | From where they are controlled
// column: tonnes | t/yr oxide equivalent | The element in what these sites deliver to later stages
// column: share_of_stage | share | Of all the stage delivers
// key: owner
// example: stage=metal_alloy
// row: Dragon Metals | 1 | VNM | CHN | 100 | 0.8
// row: Hanoi Metals | 1 | VNM | CHN | 100 | 0.8
// row: Desert Metals | 1 | USA | USA | 25 | 0.2
CALL () {
  MATCH (s:Site {stage: $stage})-[f:SUPPLIES]->(t:Site)
  WHERE NOT s:Boundary AND t.stage_order > s.stage_order
  RETURN sum(f[toLower($element) + '_t']) AS total
}
MATCH (s:Site {stage: $stage})-[f:SUPPLIES]->(t:Site)
WHERE NOT s:Boundary AND t.stage_order > s.stage_order AND f[toLower($element) + '_t'] > 0
WITH total, s, sum(f[toLower($element) + '_t']) AS tonnes
OPTIONAL MATCH (s)-[:OWNED_BY]->(c:Company)
WITH total, s, tonnes, coalesce(c.name, 'not named') AS owner
ORDER BY s.country, s.controlling_country
WITH total, owner, count(s) AS sites, collect(DISTINCT s.country) AS countries,
     collect(DISTINCT s.controlling_country) AS controlled_from, sum(tonnes) AS tonnes
RETURN owner, sites, countries, controlled_from, tonnes, tonnes / total AS share_of_stage
ORDER BY tonnes DESC, owner
