// title: Who stops without one country at one stage
// why: The share of each end use's element that was taken through a stage in one country, so that
//   it is missing where that stage stops there: mines, separators, metal and magnet makers one by
//   one. Stocks and second sources are left out here: the scenario page plays those.
// parameter: stage | text | separation | stages | Step of the chain that stops
// parameter: country | text | CHN | countries | Country in which it stops
// parameter: by | text | location | location, control | Plants in the country, or those controlled from it
// parameter: element | text | NdPr | elements | Element to follow
// parameter: minimum | number | 0.1 | | Leave out end uses that lose less than this share
// column: end_use | | End use
// column: name | | Its name
// column: sector | | Its sector
// column: country | | Where it stands
// column: share | share | Of the element in the end use, what went through that stage there
// column: tonnes | t/yr oxide equivalent | The same in tonnes
// key: end_use
// example: country=VNM, stage=metal_alloy
// row: ev_us | Ev Us | EV | USA | 0.9 | 90
// row: jet_us | Jet Us | defence | USA | 0.4 | 10
MATCH (start:Site {stage: $stage})
WHERE CASE $by WHEN 'control' THEN start.controlling_country ELSE start.country END = $country
WITH 'share_of_input_' + toLower($element) AS part,
     collect({site: start, share: 1.0}) AS step0, collect(start.id) AS stopped
// One step along the chain at a time, seven at most, as long as the longest way is: where ways meet,
// what passes is added up before it goes on. Cypher has no loop that carries a sum, and a path of
// any length (*1..7) would follow every way by itself: ten million lead on from China's separators.
CALL (part, stopped, step0) {
  UNWIND step0 AS x
  WITH part, stopped, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0 AND NOT t.id IN stopped
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share}) AS step1
}
CALL (part, stopped, step1) {
  UNWIND step1 AS x
  WITH part, stopped, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0 AND NOT t.id IN stopped
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share}) AS step2
}
CALL (part, stopped, step2) {
  UNWIND step2 AS x
  WITH part, stopped, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0 AND NOT t.id IN stopped
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share}) AS step3
}
CALL (part, stopped, step3) {
  UNWIND step3 AS x
  WITH part, stopped, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0 AND NOT t.id IN stopped
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share}) AS step4
}
CALL (part, stopped, step4) {
  UNWIND step4 AS x
  WITH part, stopped, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0 AND NOT t.id IN stopped
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share}) AS step5
}
CALL (part, stopped, step5) {
  UNWIND step5 AS x
  WITH part, stopped, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0 AND NOT t.id IN stopped
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share}) AS step6
}
CALL (part, stopped, step6) {
  UNWIND step6 AS x
  WITH part, stopped, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0 AND NOT t.id IN stopped
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share}) AS step7
}
UNWIND step1 + step2 + step3 + step4 + step5 + step6 + step7 AS x
WITH x.site AS use, x.share AS share
WITH use, sum(share) AS share
WHERE use:EndUse AND NOT use:Boundary AND share >= $minimum
MATCH (use)<-[f:SUPPLIES]-(:Site)
WITH use, share, sum(f[toLower($element) + '_t']) AS received
RETURN use.id AS end_use, use.name AS name, use.sector AS sector, use.country AS country,
       share, share * received AS tonnes
ORDER BY share DESC, end_use
