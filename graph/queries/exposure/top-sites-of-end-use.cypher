// title: Sites that most of an end use's magnets pass through
// why: The share of one element in an end use that was handled at each site upstream, all stages
//   together. Within a stage the shares add up to one or less: recycled material is followed to
//   the recycler and no further.
// parameter: end_use | text | eu_gm_ev | end_uses | End use to start from
// parameter: element | text | NdPr | elements | Element to follow
// column: site | | Site on the way
// column: name | | Its name
// column: stage | | Its step of the chain
// column: country | | Where it stands
// column: controlling_country | | From where it is controlled
// column: share | share | Of the element in the end use, what passed through the site
// key: site
// example: end_use=jet_us
// row: fin_us | Fin Us | component | USA | ZZZ | 1
// row: mine_au | Mine Au | mine | AUS | AUS | 0.64
// row: magnet_us | Magnet Us | magnet | USA | USA | 0.6
// row: metal_us | Metal Us | metal_alloy | USA | USA | 0.6
// row: sep_us | Sep Us | separation | USA | USA | 0.6
// row: magnet_jp | Magnet Jp | magnet | JPN | JPN | 0.4
// row: metal_vn | Metal Vn | metal_alloy | VNM | CHN | 0.4
// row: sep_my | Sep My | separation | MYS | AUS | 0.4
// row: mine_cn | Mine Cn | mine | CHN | CHN | 0.24
MATCH (use:EndUse {id: $end_use})
WITH 'share_of_input_' + toLower($element) AS part, [{site: use, share: 1.0}] AS step0
// Step by step, for the reason that who-stops-without-a-stage gives.
CALL (part, step0) {
  UNWIND step0 AS x
  WITH part, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH s, sum(passing * f[part]) AS share
  RETURN collect({site: s, share: share}) AS step1
}
CALL (part, step1) {
  UNWIND step1 AS x
  WITH part, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH s, sum(passing * f[part]) AS share
  RETURN collect({site: s, share: share}) AS step2
}
CALL (part, step2) {
  UNWIND step2 AS x
  WITH part, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH s, sum(passing * f[part]) AS share
  RETURN collect({site: s, share: share}) AS step3
}
CALL (part, step3) {
  UNWIND step3 AS x
  WITH part, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH s, sum(passing * f[part]) AS share
  RETURN collect({site: s, share: share}) AS step4
}
CALL (part, step4) {
  UNWIND step4 AS x
  WITH part, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH s, sum(passing * f[part]) AS share
  RETURN collect({site: s, share: share}) AS step5
}
CALL (part, step5) {
  UNWIND step5 AS x
  WITH part, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH s, sum(passing * f[part]) AS share
  RETURN collect({site: s, share: share}) AS step6
}
CALL (part, step6) {
  UNWIND step6 AS x
  WITH part, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH s, sum(passing * f[part]) AS share
  RETURN collect({site: s, share: share}) AS step7
}
UNWIND step1 + step2 + step3 + step4 + step5 + step6 + step7 AS x
WITH x.site AS s, x.share AS share
WITH s, sum(share) AS share
WHERE NOT s:Boundary
RETURN s.id AS site, s.name AS name, s.stage AS stage, s.country AS country,
       s.controlling_country AS controlling_country, share
ORDER BY share DESC, site
