// title: Where one foreign country supplies more than a ceiling
// why: The EU's aim that no third country supplies more than 65% of its need at any stage, asked of
//   every buying country and material. Direct purchases only: what stood behind the seller is not
//   looked at.
// parameter: ceiling | number | 0.65 | | Share from which the ceiling is broken
// parameter: buyer | text | any | countries | Country that buys, or any
// column: buyer | | Country that buys
// column: stage | | Step of the chain of its plants
// column: material | | What they buy
// column: supplier_country | | Foreign country that supplies too much
// column: share | share | Of all they get of the material
// column: tonnes | t/yr | The same, in the basis of the material
// column: suppliers | count | Sites that supply it
// key: buyer, stage, material, supplier_country
// row: JPN | magnet | dy_metal | VNM | 1 | 5 | 1
// row: JPN | magnet | ndpr_metal | VNM | 1 | 85 | 1
// row: USA | separation | concentrate | AUS | 0.8 | 80 | 1
// row: USA | component | ndfeb | JPN | 0.8 | 300 | 1
// row: VNM | metal_alloy | dy_oxide | MYS | 1 | 6 | 1
// row: VNM | metal_alloy | ndpr_oxide | MYS | 1 | 100 | 1
MATCH (s:Site)-[f:SUPPLIES]->(t:Site)
WHERE NOT t:Boundary AND f.material <> 'swarf' AND ($buyer = 'any' OR t.country = $buyer)
WITH t.country AS buyer, t.stage AS stage, t.stage_order AS position, f.material AS material,
     s.country AS supplier_country,
     sum(f.tonnes) AS tonnes, count(DISTINCT s) AS suppliers
WITH buyer, stage, position, material, sum(tonnes) AS need,
     collect({country: supplier_country, tonnes: tonnes, suppliers: suppliers}) AS parts
UNWIND parts AS part
WITH buyer, stage, position, material, need, part
WHERE part.country <> buyer AND part.country <> 'ZZZ' AND part.tonnes > $ceiling * need
RETURN buyer, stage, material, part.country AS supplier_country, part.tonnes / need AS share,
       part.tonnes AS tonnes, part.suppliers AS suppliers
ORDER BY buyer, position, material, supplier_country
