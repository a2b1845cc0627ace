// title: Where unknown origin could change the answer
// why: End uses and plants whose China share is one figure if unknown origin is left out and another
//   if all of it were Chinese: the wider the gap, the less the lower figure says.
// parameter: minimum | number | 0.01 | | Gap at least
// parameter: stage | text | end_use | stages | Step of the chain, or any
// column: site | | Site
// column: name | | Its name
// column: stage | | Its step of the chain
// column: country | | Where it stands
// column: china_share | share | What touched China, of the element with the highest
// column: china_share_possible | share | The same with unknown origin counted in
// column: gap | share | The difference
// key: site
// example: stage=magnet
// row: magnet_us | Magnet Us | magnet | USA | 0 | 0.2 | 0.2
MATCH (s:Site)
WHERE NOT s:Boundary AND ($stage = 'any' OR s.stage = $stage)
  AND s.china_share_possible - s.china_share >= $minimum
RETURN s.id AS site, s.name AS name, s.stage AS stage, s.country AS country,
       s.china_share AS china_share, s.china_share_possible AS china_share_possible,
       s.china_share_possible - s.china_share AS gap
ORDER BY gap DESC, site
