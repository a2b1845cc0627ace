// title: Ways from a mine to an end use without China
// why: Chains of sites that bring an element from a mine to an end use without the country left
//   out, those that carry the largest part first. At each stage the 100 largest ways so far are
//   followed. A site whose place is not known counts as outside.
// parameter: end_use | text | eu_gm_ev | end_uses | End use to reach
// parameter: element | text | NdPr | elements | Element to bring there
// parameter: without | text | CHN | countries | Country to do without
// parameter: by | text | location | location, control | Leave out sites in the country, or those controlled from it
// parameter: minimum | number | 0.001 | | A delivery counts as a way from this share of the customer's input on
// column: path | | Names of the sites, mine first
// column: way | | Ids of the sites, mine first
// column: countries | | Where they stand
// column: share | share | Of the element in the end use, what comes this way
// column: tonnes | t/yr oxide equivalent | The same in tonnes
// column: sites | graph | The sites, to draw
// column: flows | graph | The flows, to draw
// key: way
// example: end_use=jet_us
// row: Mine Au → Sep Us → Metal Us → Magnet Us → Fin Us → Jet Us | mine_au sep_us metal_us magnet_us fin_us jet_us | AUS → USA → USA → USA → USA → USA | 0.48 | 12
// row: Mine Au → Sep My → Metal Vn → Magnet Jp → Fin Us → Jet Us | mine_au sep_my metal_vn magnet_jp fin_us jet_us | AUS → MYS → VNM → JPN → USA → USA | 0.16 | 4
MATCH (use:EndUse {id: $end_use})
WITH use, 'share_of_input_' + toLower($element) AS part, toLower($element) + '_t' AS content
CALL () {
  MATCH (m:Mine)
  WHERE NOT m:Boundary
    AND CASE $by WHEN 'control' THEN m.controlling_country ELSE m.country END <> $without
  RETURN collect(m) AS reached0
}
CALL (part, reached0) {
  UNWIND reached0 AS s
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0
    AND CASE $by WHEN 'control' THEN t.controlling_country ELSE t.country END <> $without
  RETURN collect(DISTINCT t) AS reached1
}
CALL (part, reached1) {
  UNWIND reached1 AS s
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0
    AND CASE $by WHEN 'control' THEN t.controlling_country ELSE t.country END <> $without
  RETURN collect(DISTINCT t) AS reached2
}
CALL (part, reached2) {
  UNWIND reached2 AS s
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0
    AND CASE $by WHEN 'control' THEN t.controlling_country ELSE t.country END <> $without
  RETURN collect(DISTINCT t) AS reached3
}
CALL (part, reached3) {
  UNWIND reached3 AS s
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0
    AND CASE $by WHEN 'control' THEN t.controlling_country ELSE t.country END <> $without
  RETURN collect(DISTINCT t) AS reached4
}
CALL (part, reached4) {
  UNWIND reached4 AS s
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0
    AND CASE $by WHEN 'control' THEN t.controlling_country ELSE t.country END <> $without
  RETURN collect(DISTINCT t) AS reached5
}
CALL (part, reached5) {
  UNWIND reached5 AS s
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0
    AND CASE $by WHEN 'control' THEN t.controlling_country ELSE t.country END <> $without
  RETURN collect(DISTINCT t) AS reached6
}
CALL (reached0, reached1, reached2, reached3, reached4, reached5, reached6) {
  UNWIND reached0 + reached1 + reached2 + reached3 + reached4 + reached5 + reached6 AS s
  RETURN collect(DISTINCT s.id) AS allowed
}
WITH use, part, content, allowed,
     [{sites: [use], flows: [], share: 1.0, key: use.id}] AS ways0
CALL (part, allowed, ways0) {
  UNWIND ways0 AS way
  WITH part, allowed, way, head(way.sites) AS t
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0 AND s.id IN allowed
  WITH way, s, f, way.share * f[part] AS share, s.id + ' ' + way.key AS key
  ORDER BY share DESC, key LIMIT 100
  RETURN collect({sites: [s] + way.sites, flows: [f] + way.flows, share: share, key: key}) AS ways1
}
CALL (part, allowed, ways1) {
  UNWIND ways1 AS way
  WITH part, allowed, way, head(way.sites) AS t
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0 AND s.id IN allowed
  WITH way, s, f, way.share * f[part] AS share, s.id + ' ' + way.key AS key
  ORDER BY share DESC, key LIMIT 100
  RETURN collect({sites: [s] + way.sites, flows: [f] + way.flows, share: share, key: key}) AS ways2
}
CALL (part, allowed, ways2) {
  UNWIND ways2 AS way
  WITH part, allowed, way, head(way.sites) AS t
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0 AND s.id IN allowed
  WITH way, s, f, way.share * f[part] AS share, s.id + ' ' + way.key AS key
  ORDER BY share DESC, key LIMIT 100
  RETURN collect({sites: [s] + way.sites, flows: [f] + way.flows, share: share, key: key}) AS ways3
}
CALL (part, allowed, ways3) {
  UNWIND ways3 AS way
  WITH part, allowed, way, head(way.sites) AS t
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0 AND s.id IN allowed
  WITH way, s, f, way.share * f[part] AS share, s.id + ' ' + way.key AS key
  ORDER BY share DESC, key LIMIT 100
  RETURN collect({sites: [s] + way.sites, flows: [f] + way.flows, share: share, key: key}) AS ways4
}
CALL (part, allowed, ways4) {
  UNWIND ways4 AS way
  WITH part, allowed, way, head(way.sites) AS t
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0 AND s.id IN allowed
  WITH way, s, f, way.share * f[part] AS share, s.id + ' ' + way.key AS key
  ORDER BY share DESC, key LIMIT 100
  RETURN collect({sites: [s] + way.sites, flows: [f] + way.flows, share: share, key: key}) AS ways5
}
CALL (part, allowed, ways5) {
  UNWIND ways5 AS way
  WITH part, allowed, way, head(way.sites) AS t
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0 AND s.id IN allowed
  WITH way, s, f, way.share * f[part] AS share, s.id + ' ' + way.key AS key
  ORDER BY share DESC, key LIMIT 100
  RETURN collect({sites: [s] + way.sites, flows: [f] + way.flows, share: share, key: key}) AS ways6
}
CALL (part, allowed, ways6) {
  UNWIND ways6 AS way
  WITH part, allowed, way, head(way.sites) AS t
  MATCH (t)<-[f:SUPPLIES]-(s:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0 AND s.id IN allowed
  WITH way, s, f, way.share * f[part] AS share, s.id + ' ' + way.key AS key
  ORDER BY share DESC, key LIMIT 100
  RETURN collect({sites: [s] + way.sites, flows: [f] + way.flows, share: share, key: key}) AS ways7
}
CALL (use, content) {
  MATCH (use)<-[f:SUPPLIES]-(:Site)
  RETURN sum(f[content]) AS received
}
UNWIND ways1 + ways2 + ways3 + ways4 + ways5 + ways6 + ways7 AS way
WITH way, received, head(way.sites) AS first
WHERE first:Mine
RETURN reduce(text = '', s IN way.sites |
              CASE WHEN text = '' THEN s.name ELSE text + ' → ' + s.name END) AS path,
       way.key AS way,
       reduce(text = '', s IN way.sites |
              CASE WHEN text = '' THEN s.country ELSE text + ' → ' + s.country END) AS countries,
       way.share AS share, way.share * received AS tonnes,
       way.sites AS sites, way.flows AS flows
ORDER BY share DESC, way
