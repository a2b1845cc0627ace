// title: Plants that an element reaches through one country only
// why: Plants and end uses elsewhere to which no chain of sites leads from a mine without passing
//   through one country: they have no other way for this element today, whoever their suppliers are.
//   A stock or a recycler is no mine.
// parameter: country | text | CHN | countries | Country that all ways pass
// parameter: element | text | Dy | elements | Element to bring there
// parameter: stage | text | any | stages | Step of the chain of the plant, or any
// parameter: minimum | number | 0.001 | | A delivery counts as a way from this share of the customer's input on
// column: site | | Plant or end use
// column: name | | Its name
// column: stage | | Its step of the chain
// column: country | | Where it stands
// column: suppliers | count | Direct suppliers of the element
// column: tonnes | t/yr oxide equivalent | What it receives of the element today
// key: site
// example: country=VNM, element=NdPr
// row: magnet_jp | Magnet Jp | magnet | JPN | 1 | 100
WITH 'share_of_input_' + toLower($element) AS part
CALL () {
  MATCH (m:Mine)
  WHERE NOT m:Boundary AND m.country <> $country
  RETURN collect(m) AS reached0
}
CALL (part, reached0) {
  UNWIND reached0 AS s
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0
    AND t.country <> $country
  RETURN collect(DISTINCT t) AS reached1
}
CALL (part, reached1) {
  UNWIND reached1 AS s
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0
    AND t.country <> $country
  RETURN collect(DISTINCT t) AS reached2
}
CALL (part, reached2) {
  UNWIND reached2 AS s
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0
    AND t.country <> $country
  RETURN collect(DISTINCT t) AS reached3
}
CALL (part, reached3) {
  UNWIND reached3 AS s
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0
    AND t.country <> $country
  RETURN collect(DISTINCT t) AS reached4
}
CALL (part, reached4) {
  UNWIND reached4 AS s
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0
    AND t.country <> $country
  RETURN collect(DISTINCT t) AS reached5
}
CALL (part, reached5) {
  UNWIND reached5 AS s
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0
    AND t.country <> $country
  RETURN collect(DISTINCT t) AS reached6
}
CALL (part, reached6) {
  UNWIND reached6 AS s
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] >= $minimum AND f[part] > 0
    AND t.country <> $country
  RETURN collect(DISTINCT t) AS reached7
}
WITH reached1 + reached2 + reached3 + reached4 + reached5 + reached6 + reached7 AS reached
MATCH (s:Site)-[f:SUPPLIES]->(t:Site)
WHERE NOT t:Boundary AND t.country <> $country AND NOT t IN reached
  AND f[toLower($element) + '_t'] > 0 AND f.material <> 'swarf'
  AND ($stage = 'any' OR t.stage = $stage)
WITH t, count(DISTINCT s) AS suppliers, sum(f[toLower($element) + '_t']) AS tonnes
RETURN t.id AS site, t.name AS name, t.stage AS stage, t.country AS country, suppliers, tonnes
ORDER BY t.stage_order, tonnes DESC, site
