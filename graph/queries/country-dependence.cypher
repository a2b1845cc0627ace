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
