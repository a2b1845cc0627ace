// title: Who loses much in one week, and through which plant
// why: End uses of a sector that lose more than a share in one week of a scenario, and the plants of
//   a stage upstream that lose output in the run or that a measure limits, by how much of the end
//   use's element passes through them.
// parameter: scenario | text | april-2025-licences | scenarios | Scenario that was run
// parameter: sector | text | defence | sectors | Sector of the end uses
// parameter: week | integer | 20 | | Week to look at, counted from 0
// parameter: minimum | number | 0.1 | | Share lost in that week at least
// parameter: stage | text | separation | stages | Step of the chain of the plants
// parameter: element | text | Dy | elements | Element to follow
// column: end_use | | End use
// column: name | | Its name
// column: lost_in_week | share | Of what it makes in that week
// column: plant | | Plant upstream
// column: plant_name | | Its name
// column: plant_country | | Where it stands
// column: passing | share | Of the element in the end use, what passes through the plant
// column: plant_lost_share | share | Of what the plant makes in the run, what it loses
// column: limited_by | | Kinds of the measures that limit it
// key: end_use, plant
// example: element=NdPr
// row: jet_us | Jet Us | 0.25 | sep_my | Sep My | MYS | 0.4 | 0.5 | export_licence
MATCH (c:Scenario {name: $scenario})-[h:HITS]->(use:EndUse {sector: $sector})
WHERE h.lost_share_by_week[$week] > $minimum
WITH c, 'share_of_input_' + toLower($element) AS part,
     collect({use: use, lost: h.lost_share_by_week[$week], site: use, share: 1.0}) AS step0
// Step by step, for the reason that who-stops-without-a-stage gives.
CALL (part, step0) {
  UNWIND step0 AS x
  WITH part, x.use AS use, x.lost AS lost, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH use, lost, s, sum(passing * f[part]) AS share
  RETURN collect({use: use, lost: lost, site: s, share: share}) AS step1
}
CALL (part, step1) {
  UNWIND step1 AS x
  WITH part, x.use AS use, x.lost AS lost, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH use, lost, s, sum(passing * f[part]) AS share
  RETURN collect({use: use, lost: lost, site: s, share: share}) AS step2
}
CALL (part, step2) {
  UNWIND step2 AS x
  WITH part, x.use AS use, x.lost AS lost, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH use, lost, s, sum(passing * f[part]) AS share
  RETURN collect({use: use, lost: lost, site: s, share: share}) AS step3
}
CALL (part, step3) {
  UNWIND step3 AS x
  WITH part, x.use AS use, x.lost AS lost, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH use, lost, s, sum(passing * f[part]) AS share
  RETURN collect({use: use, lost: lost, site: s, share: share}) AS step4
}
CALL (part, step4) {
  UNWIND step4 AS x
  WITH part, x.use AS use, x.lost AS lost, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH use, lost, s, sum(passing * f[part]) AS share
  RETURN collect({use: use, lost: lost, site: s, share: share}) AS step5
}
CALL (part, step5) {
  UNWIND step5 AS x
  WITH part, x.use AS use, x.lost AS lost, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH use, lost, s, sum(passing * f[part]) AS share
  RETURN collect({use: use, lost: lost, site: s, share: share}) AS step6
}
CALL (part, step6) {
  UNWIND step6 AS x
  WITH part, x.use AS use, x.lost AS lost, x.site AS t, x.share AS passing
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH use, lost, s, sum(passing * f[part]) AS share
  RETURN collect({use: use, lost: lost, site: s, share: share}) AS step7
}
UNWIND step1 + step2 + step3 + step4 + step5 + step6 + step7 AS x
WITH c, x.use AS use, x.lost AS lost, x.site AS s, x.share AS passing
WITH c, use, lost, s, sum(passing) AS passing
WHERE s.stage = $stage AND NOT s:Boundary
OPTIONAL MATCH (c)-[h:HITS]->(s)
WITH c, use, lost, s, passing, coalesce(h.lost_share, 0.0) AS plant_lost_share
OPTIONAL MATCH (c)-[:APPLIES]->(m:Measure)-[:LIMITS]->(s)
WITH use, lost, s, passing, plant_lost_share, m ORDER BY m.lever
WITH use, lost, s, passing, plant_lost_share, collect(DISTINCT m.lever) AS limited_by
WHERE plant_lost_share > 0 OR size(limited_by) > 0
RETURN use.id AS end_use, use.name AS name, lost AS lost_in_week, s.id AS plant,
       s.name AS plant_name, s.country AS plant_country, passing, plant_lost_share, limited_by
ORDER BY lost_in_week DESC, end_use, passing DESC, plant
