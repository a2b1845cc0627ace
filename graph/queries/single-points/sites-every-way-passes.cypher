// title: Sites that every way to an end use passes
// why: Sites through which all of an element in an end use has passed: dominators of the network of
//   flows. Without one of them nothing arrives at all. Recycled material counts as another way.
// parameter: sector | text | defence | sectors | Sector of the end uses
// parameter: element | text | Dy | elements | Element to follow
// column: end_use | | End use
// column: name | | Its name
// column: country | | Where it stands
// column: site | | Site that every way passes
// column: site_name | | Its name
// column: stage | | Its step of the chain
// column: site_country | | Where it stands
// column: role | | A plant, or a row that stands for many (residual)
// column: tonnes | t/yr oxide equivalent | What the end use receives of the element
// key: end_use, site
// row: jet_us | Jet Us | USA | mine_cn | Mine Cn | mine | CHN | plant | 0.6
// row: jet_us | Jet Us | USA | sep_my | Sep My | separation | MYS | plant | 0.6
// row: jet_us | Jet Us | USA | metal_vn | Metal Vn | metal_alloy | VNM | plant | 0.6
// row: jet_us | Jet Us | USA | magnet_jp | Magnet Jp | magnet | JPN | plant | 0.6
// row: jet_us | Jet Us | USA | fin_us | Fin Us | component | USA | plant | 0.6
MATCH (use:EndUse {sector: $sector})
WHERE NOT use:Boundary
WITH 'share_of_input_' + toLower($element) AS part,
     collect({use: use, site: use, share: 1.0}) AS step0
// Step by step, for the reason that who-stops-without-a-stage gives.
CALL (part, step0) {
  UNWIND step0 AS x
  WITH part, x.use AS use, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH use, s, sum(passing * f[part]) AS share
  RETURN collect({use: use, site: s, share: share}) AS step1
}
CALL (part, step1) {
  UNWIND step1 AS x
  WITH part, x.use AS use, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH use, s, sum(passing * f[part]) AS share
  RETURN collect({use: use, site: s, share: share}) AS step2
}
CALL (part, step2) {
  UNWIND step2 AS x
  WITH part, x.use AS use, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH use, s, sum(passing * f[part]) AS share
  RETURN collect({use: use, site: s, share: share}) AS step3
}
CALL (part, step3) {
  UNWIND step3 AS x
  WITH part, x.use AS use, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH use, s, sum(passing * f[part]) AS share
  RETURN collect({use: use, site: s, share: share}) AS step4
}
CALL (part, step4) {
  UNWIND step4 AS x
  WITH part, x.use AS use, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH use, s, sum(passing * f[part]) AS share
  RETURN collect({use: use, site: s, share: share}) AS step5
}
CALL (part, step5) {
  UNWIND step5 AS x
  WITH part, x.use AS use, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH use, s, sum(passing * f[part]) AS share
  RETURN collect({use: use, site: s, share: share}) AS step6
}
CALL (part, step6) {
  UNWIND step6 AS x
  WITH part, x.use AS use, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH use, s, sum(passing * f[part]) AS share
  RETURN collect({use: use, site: s, share: share}) AS step7
}
UNWIND step1 + step2 + step3 + step4 + step5 + step6 + step7 AS x
WITH x.use AS use, x.site AS s, x.share AS share
WITH use, s, sum(share) AS share
WHERE share >= 0.999999 AND NOT s:Boundary
MATCH (use)<-[f:SUPPLIES]-(:Site)
WITH use, s, sum(f[toLower($element) + '_t']) AS tonnes
RETURN use.id AS end_use, use.name AS name, use.country AS country, s.id AS site,
       s.name AS site_name, s.stage AS stage, s.country AS site_country, s.role AS role, tonnes
ORDER BY tonnes DESC, end_use, s.stage_order, site
