// title: Who buys a material from one foreign country only
// why: Sites that have several suppliers on paper and one country behind them: a measure of that
//   country stops all of them at once.
// parameter: threshold | number | 0.95 | | Share of the material from one country at least
// parameter: supplier_country | text | any | countries | That country, or any
// parameter: stage | text | any | stages | Step of the chain of the buyer, or any
// column: site | | Site that buys
// column: name | | Its name
// column: stage | | Its step of the chain
// column: country | | Where it stands
// column: material | | What it buys
// column: supplier_country | | From where
// column: suppliers | count | Suppliers there
// column: share | share | Of all it gets of the material
// column: tonnes | t/yr | In the basis of the material
// key: site, material, supplier_country
// row: metal_vn | Metal Vn | metal_alloy | VNM | ndpr_oxide | MYS | 1 | 1 | 100
// row: magnet_jp | Magnet Jp | magnet | JPN | ndpr_metal | VNM | 1 | 1 | 85
// row: metal_vn | Metal Vn | metal_alloy | VNM | dy_oxide | MYS | 1 | 1 | 6
// row: magnet_jp | Magnet Jp | magnet | JPN | dy_metal | VNM | 1 | 1 | 5
MATCH (s:Site)-[f:SUPPLIES]->(t:Site)
WHERE NOT s:Boundary AND NOT t:Boundary AND f.material <> 'swarf'
  AND s.country <> t.country AND s.country <> 'ZZZ'
  AND ($supplier_country = 'any' OR s.country = $supplier_country)
  AND ($stage = 'any' OR t.stage = $stage)
WITH t, f.material AS material, s.country AS supplier_country, count(s) AS suppliers,
     sum(f.share_of_input) AS share, sum(f.tonnes) AS tonnes
WHERE share >= $threshold
RETURN t.id AS site, t.name AS name, t.stage AS stage, t.country AS country, material,
       supplier_country, suppliers, share, tonnes
ORDER BY tonnes DESC, site, material, supplier_country
