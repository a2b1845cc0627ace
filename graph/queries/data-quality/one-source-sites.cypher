// title: Which large sites rest on one publication
// why: Sites whose figures have no second source, the weightiest first: what a single correction
//   would change, and where a look at another publication pays most.
// parameter: element | text | NdPr | elements | Element by which sites are measured
// parameter: minimum | number | 0.01 | | Share of the stage at least
// column: site | | Site
// column: name | | Its name
// column: stage | | Its step of the chain
// column: country | | Where it stands
// column: source | | Its only publication; null where it has none
// column: publisher | | Who published it
// column: confidence | | How its weakest figure is known
// column: tonnes | t/yr oxide equivalent | The element in what it delivers to later stages
// column: share_of_stage | share | Of all the stage delivers
// key: site
// row: magnet_jp | Magnet Jp | magnet | JPN | usgs_mcs2026 | U.S. Geological Survey | estimated | 100 | 0.8
// row: metal_vn | Metal Vn | metal_alloy | VNM | review | A publisher | reported | 100 | 0.8
// row: motor_us | Motor Us | component | USA | usgs_mcs2026 | U.S. Geological Survey | reported | 100 | 0.8
// row: sep_my | Sep My | separation | MYS | usgs_mcs2026 | U.S. Geological Survey | reported | 100 | 0.8
// row: mine_cn | Mine Cn | mine | CHN | usgs_mcs2026 | U.S. Geological Survey | reported | 60 | 0.5
// row: fin_us | Fin Us | component | USA | usgs_mcs2026 | U.S. Geological Survey | reported | 25 | 0.2
// row: magnet_us | Magnet Us | magnet | USA | usgs_mcs2026 | U.S. Geological Survey | reported | 25 | 0.2
// row: metal_us | Metal Us | metal_alloy | USA | usgs_mcs2026 | U.S. Geological Survey | reported | 25 | 0.2
// row: sep_us | Sep Us | separation | USA | usgs_mcs2026 | U.S. Geological Survey | reported | 25 | 0.2
CALL () {
  MATCH (s:Site)-[f:SUPPLIES]->(t:Site)
  WHERE NOT s:Boundary AND t.stage_order > s.stage_order
  WITH s.stage AS stage, sum(f[toLower($element) + '_t']) AS tonnes
  RETURN collect({stage: stage, tonnes: tonnes}) AS stages
}
MATCH (s:Site)-[f:SUPPLIES]->(t:Site)
WHERE NOT s:Boundary AND t.stage_order > s.stage_order AND f[toLower($element) + '_t'] > 0
WITH stages, s, sum(f[toLower($element) + '_t']) AS tonnes
OPTIONAL MATCH (s)-[:CITES]->(p:Source)
WITH stages, s, tonnes, collect(p) AS publications
WHERE size(publications) < 2
WITH s, tonnes, head(publications) AS p, reduce(total = 0.0, x IN stages |
       CASE WHEN x.stage = s.stage THEN total + x.tonnes ELSE total END) AS total
WHERE tonnes >= $minimum * total
RETURN s.id AS site, s.name AS name, s.stage AS stage, s.country AS country, p.id AS source,
       p.publisher AS publisher, s.confidence AS confidence, tonnes,
       tonnes / total AS share_of_stage
ORDER BY share_of_stage DESC, site
