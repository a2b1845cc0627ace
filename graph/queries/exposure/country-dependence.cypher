// title: From where a country's plants are supplied
// why: Stage by stage and material by material, which countries the plants and end uses of one
//   country buy from, itself included, and how much of that touched China on the way.
// parameter: country | text | USA | countries | Country that buys
// column: stage | | Step of the chain of the buyers
// column: material | | What they buy
// column: supplier_country | | Where the suppliers stand
// column: tonnes | t/yr | In the basis of the material
// column: share | share | Of all the buyers get of the material
// column: touched_share | share | Content that touched China, mass mean
// key: stage, material, supplier_country
// row: separation | concentrate | AUS | 80 | 0.8 | 0
// row: separation | concentrate | ZZZ | 20 | 0.2 | 0
// row: metal_alloy | ndpr_oxide | USA | 25 | 1 | 0
// row: magnet | ndpr_metal | USA | 21.25 | 1 | 0
// row: component | ndfeb | JPN | 300 | 0.8 | 0.622642
// row: component | ndfeb | USA | 75 | 0.2 | 0
// row: end_use | ndfeb | USA | 375 | 1 | 0.502416
MATCH (s:Site)-[f:SUPPLIES]->(t:Site {country: $country})
WHERE NOT t:Boundary
WITH t.stage_order AS position, t.stage AS stage, f.material AS material,
     s.country AS supplier_country, sum(f.tonnes) AS tonnes,
     sum(f.tonnes * f.china_share_mean) AS touched
WITH position, stage, material, sum(tonnes) AS total,
     collect({country: supplier_country, tonnes: tonnes, touched: touched}) AS parts
UNWIND parts AS part
RETURN stage, material, part.country AS supplier_country, part.tonnes AS tonnes,
       part.tonnes / total AS share, part.touched / part.tonnes AS touched_share
ORDER BY position, material, tonnes DESC, supplier_country
