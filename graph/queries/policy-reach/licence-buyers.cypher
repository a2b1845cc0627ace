// title: Whom a licence on a material reaches at once
// why: The direct buyers abroad of a material that a country puts under an export licence, and how
//   much of what they get of it they would have to ask for.
// parameter: material | text | ndfeb | materials | Material under licence
// parameter: country | text | CHN | countries | Country that asks for the licence
// parameter: minimum | number | 0.0 | | Share of the buyer's input at least
// column: buyer | | Site abroad that buys
// column: name | | Its name
// column: stage | | Its step of the chain
// column: country | | Where it stands
// column: sellers | count | Sites in the country it buys from
// column: tonnes | t/yr | What it would ask for, in the basis of the material
// column: share_of_input | share | Of all the buyer gets of the material
// column: share_of_exports | share | Of all the country sends abroad of it
// key: buyer
// example: material=concentrate
// row: sep_my | Sep My | separation | MYS | 1 | 240 | 0.6 | 1
MATCH (s:Site)-[f:SUPPLIES {material: $material}]->(t:Site)
WHERE s.country = $country AND t.country <> $country
WITH t, count(s) AS sellers, sum(f.tonnes) AS tonnes, sum(f.share_of_input) AS share
WITH sum(tonnes) AS total,
     collect({buyer: t, sellers: sellers, tonnes: tonnes, share: share}) AS parts
UNWIND parts AS part
WITH total, part, part.buyer AS t
WHERE NOT t:Boundary AND part.share >= $minimum
RETURN t.id AS buyer, t.name AS name, t.stage AS stage, t.country AS country,
       part.sellers AS sellers, part.tonnes AS tonnes, part.share AS share_of_input,
       part.tonnes / total AS share_of_exports
ORDER BY tonnes DESC, buyer
