// title: End uses that no mine reaches without China
// why: For each element, the end uses to which no chain of sites leads from a mine without
//   passing through the country left out, and how much of what they receive touched China. A
//   site whose place is not known counts as outside; a stock is no mine, so that an end use can
//   stand here although part of what it receives never touched China.
// parameter: without | text | CHN | countries | Country to do without
// parameter: by | text | location | location, control | Leave out sites in the country, or those controlled from it
// parameter: minimum | number | 0.001 | | A delivery counts as a way from this share of the customer's input on
// column: end_use | | End use
// column: name | | Its name
// column: sector | | Its sector
// column: country | | Where it stands
// column: element | | Element that does not reach it
// column: tonnes | t/yr oxide equivalent | What it receives of the element today
// column: china_share | share | Of that, what touched China
// key: end_use, element
// row: ev_us | Ev Us | EV | USA | Dy | 5.4 | 1
// row: jet_us | Jet Us | defence | USA | Dy | 0.6 | 1
UNWIND ['NdPr', 'Dy', 'Tb', 'Sm'] AS element
WITH element, 'share_of_input_' + toLower(element) AS part, toLower(element) + '_t' AS content,
     'china_share_' + toLower(element) AS traced
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
CALL (part, reached6) {
  UNWIND reached6 AS s
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0
    AND CASE $by WHEN 'control' THEN t.controlling_country ELSE t.country END <> $without
  RETURN collect(DISTINCT t) AS reached7
}
WITH element, content, traced, reached1 + reached2 + reached3 + reached4 + reached5 + reached6 + reached7 AS reached
MATCH (use:EndUse)<-[f:SUPPLIES]-(:Site)
WHERE NOT use:Boundary AND f[content] > 0 AND NOT use IN reached
  AND CASE $by WHEN 'control' THEN use.controlling_country ELSE use.country END <> $without
WITH element, use, sum(f[content]) AS tonnes, sum(f[content] * coalesce(f[traced], 0.0)) AS touched
RETURN use.id AS end_use, use.name AS name, use.sector AS sector, use.country AS country,
       element, tonnes, touched / tonnes AS china_share
ORDER BY element, tonnes DESC, end_use
