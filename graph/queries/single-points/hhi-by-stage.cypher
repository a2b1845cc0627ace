// title: How concentrated each stage is (HHI)
// why: The Herfindahl-Hirschman index of the countries that make the output of a stage, the sum of
//   their squared shares: 1 where one country makes all. Its inverse is the number of equal countries
//   that would be as concentrated. Metal bought and sold on as alloy counts once. Plants whose country
//   nobody knows count as one.
// parameter: by | text | location | location, control | Where plants stand, or from where they are controlled
// column: stage | | Step of the chain
// column: material | | What it makes
// column: tonnes | t/yr | All it makes, in the basis of the material
// column: hhi | index | Sum of the squared shares of countries, 0..1
// column: equal_countries | count | Inverse of the index
// column: countries | count | Countries that make any
// column: largest | | Country that makes most
// column: largest_share | share | Of all, what it makes
// key: stage, material
// row: mine | concentrate | 480 | 0.5 | 2 | 2 | AUS | 0.5
// row: separation | dy_oxide | 6 | 1 | 1 | 1 | MYS | 1
// row: separation | ndpr_oxide | 125 | 0.68 | 1.470588 | 2 | MYS | 0.8
// row: separation | other_oxide | 369 | 0.676119 | 1.47903 | 2 | MYS | 0.796748
// row: metal_alloy | dy_metal | 5 | 1 | 1 | 1 | VNM | 1
// row: metal_alloy | ndpr_metal | 106.25 | 0.68 | 1.470588 | 2 | VNM | 0.8
// row: magnet | ndfeb | 375 | 0.68 | 1.470588 | 2 | JPN | 0.8
MATCH (s:Site)-[f:SUPPLIES]->(:Site)
WHERE s.role IN ['plant', 'residual', 'recycler']
  AND (s:Mine OR (s:Processor AND f.material ENDS WITH '_oxide')
       OR (s:MetalMaker AND f.material ENDS WITH '_metal')
       OR (s:MagnetMaker AND f.material IN ['ndfeb', 'smco']))
WITH s, CASE WHEN s:Mine THEN 'concentrate' ELSE f.material END AS material, sum(f.tonnes) AS sent
OPTIONAL MATCH (s)<-[g:SUPPLIES]-(:Site)
WHERE s:MetalMaker AND g.material = material
WITH s, material, sent, sum(coalesce(g.tonnes, 0.0)) AS bought
WITH s, material, sent - bought AS made
WHERE made > 0.000000001
WITH s.stage_order AS position, s.stage AS stage, material,
     CASE $by WHEN 'control' THEN s.controlling_country ELSE s.country END AS country,
     sum(made) AS made
ORDER BY made DESC, country
WITH position, stage, material, sum(made) AS total, sum(made * made) AS squares,
     collect({country: country, made: made}) AS parts
RETURN stage, material, total AS tonnes, squares / (total * total) AS hhi,
       total * total / squares AS equal_countries, size(parts) AS countries,
       head(parts).country AS largest, head(parts).made / total AS largest_share
ORDER BY position, material
