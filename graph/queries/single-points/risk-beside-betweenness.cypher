// title: Systemic risk beside betweenness
// why: Three answers to how much hangs on a site: the systemic risk index lets a stop spread
//   without time or stocks, betweenness only follows today's flows, and criticality plays a year
//   with stocks. Where much passes a site that costs little, others can stand in for it in time.
// parameter: element | text | NdPr | elements | Element whose flows are followed
// parameter: minimum | number | 0.05 | | Leave out sites with less in both
// column: site | | Site
// column: name | | Its name
// column: stage | | Its step of the chain
// column: country | | Where it stands
// column: esri | share | Of all output in the chain, what is lost if the site stops
// column: betweenness | share | Of the element in all end uses, what passed through the site
// column: criticality | share | Of the value of all end uses, what is lost in a year; named plants only
// column: single_route | | Whether some end use is reached through it only; named plants only
// key: site
// row: sep_my | Sep My | separation | MYS | 0.75 | 0.8 | 0.8 | true
// row: mine_cn | Mine Cn | mine | CHN | 0.6 | 0.48 | 0.45 | false
// row: metal_vn | Metal Vn | metal_alloy | VNM | 0.5 | 0.8 | 0.7 | true
// row: magnet_us | Magnet Us | magnet | USA | 0.1 | 0.2 | 0.2 | false
MATCH (s:Site)
WITH s, s['betweenness_' + toLower($element)] AS betweenness
WHERE NOT s:Boundary AND NOT s:EndUse AND (s.esri >= $minimum OR betweenness >= $minimum)
RETURN s.id AS site, s.name AS name, s.stage AS stage, s.country AS country, s.esri AS esri,
       betweenness, s.criticality AS criticality, s.single_route AS single_route
ORDER BY coalesce(esri, 0.0) DESC, site
