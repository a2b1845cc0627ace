// title: Where plants stand against who controls them
// why: Of each stage, what stands in a country or is controlled from it, split by the two: a rule on
//   location and a rule on ownership catch different plants.
// parameter: country | text | CHN | countries | Country to look at
// parameter: element | text | NdPr | elements | Element by which plants are measured
// column: stage | | Step of the chain
// column: held | | In the country and controlled from it, only in it, or only controlled from it
// column: sites | count | Sites
// column: tonnes | t/yr oxide equivalent | The element in what they deliver to later stages
// column: share_of_stage | share | Of all the stage delivers
// key: stage, held
// row: mine | both | 1 | 60 | 0.5
// row: metal_alloy | controlled only | 1 | 100 | 0.8
MATCH (s:Site)-[f:SUPPLIES]->(t:Site)
WHERE NOT s:Boundary AND t.stage_order > s.stage_order AND f[toLower($element) + '_t'] > 0
WITH s, sum(f[toLower($element) + '_t']) AS tonnes
WITH s.stage_order AS position, s.stage AS stage, s, tonnes,
     CASE WHEN s.country = $country AND s.controlling_country = $country THEN 'both'
          WHEN s.country = $country THEN 'located only'
          WHEN s.controlling_country = $country THEN 'controlled only'
          ELSE 'neither' END AS held
WITH position, stage, held, count(s) AS sites, sum(tonnes) AS tonnes
WITH position, stage, sum(tonnes) AS total,
     collect({held: held, sites: sites, tonnes: tonnes}) AS parts
UNWIND parts AS part
WITH position, stage, total, part
WHERE part.held <> 'neither'
RETURN stage, part.held AS held, part.sites AS sites, part.tonnes AS tonnes,
       part.tonnes / total AS share_of_stage
ORDER BY position, held
