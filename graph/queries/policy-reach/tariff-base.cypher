// title: What a tariff falls on
// why: The goods that one country buys from another, material by material: how much a tariff falls
//   on, how much of the importer's need that is, and how many plants would have to find others.
// parameter: exporter | text | CHN | countries | Country whose goods pay the tariff
// parameter: importer | text | USA | countries | Country that asks for it
// column: stage | | Step of the chain of the importer's plants
// column: material | | What crosses the border
// column: tonnes | t/yr | How much, in the basis of the material
// column: share_of_need | share | Of all that these plants get of the material
// column: share_of_imports | share | Of what they get of it from abroad
// column: sellers | count | Sites that sell
// column: buyers | count | Sites that buy
// key: stage, material
// example: exporter=JPN
// row: component | ndfeb | 300 | 0.8 | 1 | 1 | 2
MATCH (s:Site)-[f:SUPPLIES]->(t:Site {country: $importer})
WHERE NOT t:Boundary
WITH t.stage AS stage, t.stage_order AS position, f.material AS material, sum(f.tonnes) AS need,
     sum(CASE WHEN s.country <> $importer THEN f.tonnes ELSE 0.0 END) AS imports,
     sum(CASE WHEN s.country = $exporter THEN f.tonnes ELSE 0.0 END) AS tonnes,
     count(DISTINCT CASE WHEN s.country = $exporter THEN s.id ELSE null END) AS sellers,
     count(DISTINCT CASE WHEN s.country = $exporter THEN t.id ELSE null END) AS buyers
WHERE tonnes > 0
RETURN stage, material, tonnes, tonnes / need AS share_of_need,
       CASE WHEN imports > 0 THEN tonnes / imports ELSE 0.0 END AS share_of_imports, sellers, buyers
ORDER BY position, tonnes DESC, material
