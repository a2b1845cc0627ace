// title: Which end uses a licence on a material reaches
// why: The share of an element in each end use that crossed a country's border as the material put
//   under licence, however many stages before: what is held back if no licence is given, before
//   stocks and second sources. What crossed twice counts once.
// parameter: material | text | ndfeb | materials | Material under licence
// parameter: element | text | Dy | elements | Element to follow
// parameter: country | text | CHN | countries | Country that asks for the licence
// parameter: minimum | number | 0.01 | | Leave out end uses with less
// column: end_use | | End use
// column: name | | Its name
// column: sector | | Its sector
// column: country | | Where it stands
// column: share | share | Of the element in the end use, what came as that material from the country
// column: tonnes | t/yr oxide equivalent | The same in tonnes
// key: end_use
// example: material=ndpr_metal, element=NdPr, country=VNM
// row: ev_us | Ev Us | EV | USA | 0.9 | 90
// row: jet_us | Jet Us | defence | USA | 0.4 | 10
WITH 'share_of_input_' + toLower($element) AS part
CALL (part) {
  MATCH (s:Site)-[f:SUPPLIES {material: $material}]->(t:Site)
  WHERE s.country = $country AND t.country <> $country AND f[part] > 0
  WITH t, sum(f[part]) AS share
  RETURN collect({site: t, share: share}) AS step1
}
// Step by step, for the reason that who-stops-without-a-stage gives.
CALL (part, step1) {
  UNWIND step1 AS x
  WITH part, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
    AND NOT (f.material = $material AND s.country = $country AND t.country <> $country)
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share}) AS step2
}
CALL (part, step2) {
  UNWIND step2 AS x
  WITH part, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
    AND NOT (f.material = $material AND s.country = $country AND t.country <> $country)
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share}) AS step3
}
CALL (part, step3) {
  UNWIND step3 AS x
  WITH part, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
    AND NOT (f.material = $material AND s.country = $country AND t.country <> $country)
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share}) AS step4
}
CALL (part, step4) {
  UNWIND step4 AS x
  WITH part, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
    AND NOT (f.material = $material AND s.country = $country AND t.country <> $country)
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share}) AS step5
}
CALL (part, step5) {
  UNWIND step5 AS x
  WITH part, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
    AND NOT (f.material = $material AND s.country = $country AND t.country <> $country)
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share}) AS step6
}
CALL (part, step6) {
  UNWIND step6 AS x
  WITH part, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
    AND NOT (f.material = $material AND s.country = $country AND t.country <> $country)
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
