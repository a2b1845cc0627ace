// title: Which end uses break a rule on where each stage was done
// why: A procurement rule asks where magnets were mined, separated, made into metal and pressed. For
//   each end use of a sector and each stage, the part of an element that was handled in a country
//   that the rule names, and the plant there that handled most. What two plants of one stage
//   handled one after the other counts once.
// parameter: sector | text | defence | sectors | Sector of the end uses
// parameter: country | text | CHN | countries | Country that the rule names
// parameter: by | text | location | location, control | Plants in the country, or those controlled from it
// parameter: element | text | NdPr | elements | Element to follow
// parameter: minimum | number | 0.001 | | Share from which the rule is broken
// column: end_use | | End use
// column: name | | Its name
// column: country | | Where it stands
// column: stage | | Stage at which the rule is broken
// column: share | share | Of the element in the end use, what was handled there by that country
// column: plants | count | Plants that did so
// column: largest | | The one that handled most
// column: largest_name | | Its name
// column: largest_share | share | Of the element in the end use, what that one handled
// key: end_use, stage
// example: by=control
// row: jet_us | Jet Us | USA | mine | 0.24 | 1 | mine_cn | Mine Cn | 0.24
// row: jet_us | Jet Us | USA | metal_alloy | 0.4 | 1 | metal_vn | Metal Vn | 0.4
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
  WITH use, s, sum(passing * f[part]) AS share,
       sum(CASE WHEN t.stage = s.stage AND $country =
                     CASE $by WHEN 'control' THEN t.controlling_country ELSE t.country END
                THEN 0.0 ELSE passing * f[part] END) AS fresh
  RETURN collect({use: use, site: s, share: share, fresh: fresh}) AS step1
}
CALL (part, step1) {
  UNWIND step1 AS x
  WITH part, x.use AS use, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH use, s, sum(passing * f[part]) AS share,
       sum(CASE WHEN t.stage = s.stage AND $country =
                     CASE $by WHEN 'control' THEN t.controlling_country ELSE t.country END
                THEN 0.0 ELSE passing * f[part] END) AS fresh
  RETURN collect({use: use, site: s, share: share, fresh: fresh}) AS step2
}
CALL (part, step2) {
  UNWIND step2 AS x
  WITH part, x.use AS use, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH use, s, sum(passing * f[part]) AS share,
       sum(CASE WHEN t.stage = s.stage AND $country =
                     CASE $by WHEN 'control' THEN t.controlling_country ELSE t.country END
                THEN 0.0 ELSE passing * f[part] END) AS fresh
  RETURN collect({use: use, site: s, share: share, fresh: fresh}) AS step3
}
CALL (part, step3) {
  UNWIND step3 AS x
  WITH part, x.use AS use, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH use, s, sum(passing * f[part]) AS share,
       sum(CASE WHEN t.stage = s.stage AND $country =
                     CASE $by WHEN 'control' THEN t.controlling_country ELSE t.country END
                THEN 0.0 ELSE passing * f[part] END) AS fresh
  RETURN collect({use: use, site: s, share: share, fresh: fresh}) AS step4
}
CALL (part, step4) {
  UNWIND step4 AS x
  WITH part, x.use AS use, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH use, s, sum(passing * f[part]) AS share,
       sum(CASE WHEN t.stage = s.stage AND $country =
                     CASE $by WHEN 'control' THEN t.controlling_country ELSE t.country END
                THEN 0.0 ELSE passing * f[part] END) AS fresh
  RETURN collect({use: use, site: s, share: share, fresh: fresh}) AS step5
}
CALL (part, step5) {
  UNWIND step5 AS x
  WITH part, x.use AS use, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH use, s, sum(passing * f[part]) AS share,
       sum(CASE WHEN t.stage = s.stage AND $country =
                     CASE $by WHEN 'control' THEN t.controlling_country ELSE t.country END
                THEN 0.0 ELSE passing * f[part] END) AS fresh
  RETURN collect({use: use, site: s, share: share, fresh: fresh}) AS step6
}
CALL (part, step6) {
  UNWIND step6 AS x
  WITH part, x.use AS use, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH use, s, sum(passing * f[part]) AS share,
       sum(CASE WHEN t.stage = s.stage AND $country =
                     CASE $by WHEN 'control' THEN t.controlling_country ELSE t.country END
                THEN 0.0 ELSE passing * f[part] END) AS fresh
  RETURN collect({use: use, site: s, share: share, fresh: fresh}) AS step7
}
UNWIND step1 + step2 + step3 + step4 + step5 + step6 + step7 AS x
WITH x.use AS use, x.site AS s, x.share AS share, x.fresh AS fresh
WITH use, s, sum(share) AS share, sum(fresh) AS fresh
WHERE NOT s:Boundary
  AND CASE $by WHEN 'control' THEN s.controlling_country ELSE s.country END = $country
WITH use, s, share, fresh ORDER BY share DESC, s.id
WITH use, s.stage AS stage, s.stage_order AS position, sum(fresh) AS handled,
     collect({id: s.id, name: s.name, share: share}) AS plants
WHERE handled >= $minimum
WITH use, stage, position, handled, plants, head(plants) AS most
RETURN use.id AS end_use, use.name AS name, use.country AS country, stage,
       handled AS share, size(plants) AS plants,
       most.id AS largest, most.name AS largest_name, most.share AS largest_share
ORDER BY end_use, position
