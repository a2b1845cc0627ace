// title: Who is hit if a site stops
// why: Direct and indirect customers of a site, each with the element for which it depends on the
//   site most and the share of that element which comes through it. Stocks and substitutes are
//   left out here: the scenario page plays those.
// parameter: site | text | s_kuantan | sites | Site that stops
// parameter: minimum | number | 0.01 | | Leave out customers that depend on it by less than this share
// column: customer | | Site that is hit
// column: name | | Its name
// column: stage | | Its step of the chain
// column: country | | Where it stands
// column: steps | | 1 for a direct customer, more for an indirect one
// column: element | | Element for which it depends most
// column: share | share | Of what it receives of that element, what comes through the site
// key: customer
// example: site=sep_my
// row: ev_us | Ev Us | end_use | USA | 4 | Dy | 1
// row: fin_us | Fin Us | component | USA | 3 | Dy | 1
// row: jet_us | Jet Us | end_use | USA | 4 | Dy | 1
// row: magnet_jp | Magnet Jp | magnet | JPN | 2 | Dy | 1
// row: metal_vn | Metal Vn | metal_alloy | VNM | 1 | Dy | 1
// row: motor_us | Motor Us | component | USA | 3 | Dy | 1
UNWIND ['NdPr', 'Dy', 'Tb', 'Sm'] AS element
MATCH (start:Site {id: $site})
WITH element, 'share_of_input_' + toLower(element) AS part, [{site: start, share: 1.0}] AS step0
// Step by step, for the reason that who-stops-without-a-stage gives.
CALL (part, step0) {
  UNWIND step0 AS x
  WITH part, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share, step: 1}) AS step1
}
CALL (part, step1) {
  UNWIND step1 AS x
  WITH part, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share, step: 2}) AS step2
}
CALL (part, step2) {
  UNWIND step2 AS x
  WITH part, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share, step: 3}) AS step3
}
CALL (part, step3) {
  UNWIND step3 AS x
  WITH part, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share, step: 4}) AS step4
}
CALL (part, step4) {
  UNWIND step4 AS x
  WITH part, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share, step: 5}) AS step5
}
CALL (part, step5) {
  UNWIND step5 AS x
  WITH part, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share, step: 6}) AS step6
}
CALL (part, step6) {
  UNWIND step6 AS x
  WITH part, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share, step: 7}) AS step7
}
UNWIND step1 + step2 + step3 + step4 + step5 + step6 + step7 AS x
WITH element, x.site AS s, x.share AS share, x.step AS step
WITH element, s, sum(share) AS share, min(step) AS steps
WHERE share >= $minimum AND NOT s:Boundary
WITH s, element, share, steps ORDER BY share DESC, element
WITH s, collect({element: element, share: share, steps: steps})[0] AS most
RETURN s.id AS customer, s.name AS name, s.stage AS stage, s.country AS country,
       most.steps AS steps, most.element AS element, most.share AS share
ORDER BY share DESC, customer
