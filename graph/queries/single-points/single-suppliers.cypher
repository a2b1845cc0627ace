// title: Customers with one supplier
// why: Sites that get all, or nearly all, of a material from one other site: where one stop
//   cannot be made good by the others they buy from today.
// parameter: threshold | number | 0.95 | | Share of the material that one supplier delivers at least
// parameter: stage | text | any | stages | Step of the chain of the customer, or any
// column: customer | | Site that depends
// column: customer_name | | Its name
// column: stage | | Its step of the chain
// column: customer_country | | Where it stands
// column: material | | What it buys
// column: supplier | | From whom
// column: supplier_name | | The supplier's name
// column: supplier_country | | Where the supplier stands
// column: share | share | Of all the customer gets of the material
// column: tonnes | t/yr | In the basis of the material
// key: customer, material, supplier
// row: ev_us | Ev Us | end_use | USA | ndfeb | motor_us | Motor Us | USA | 1 | 300
// row: metal_vn | Metal Vn | metal_alloy | VNM | ndpr_oxide | sep_my | Sep My | MYS | 1 | 100
// row: magnet_jp | Magnet Jp | magnet | JPN | ndpr_metal | metal_vn | Metal Vn | VNM | 1 | 85
// row: jet_us | Jet Us | end_use | USA | ndfeb | fin_us | Fin Us | USA | 1 | 75
// row: metal_us | Metal Us | metal_alloy | USA | ndpr_oxide | sep_us | Sep Us | USA | 1 | 25
// row: magnet_us | Magnet Us | magnet | USA | ndpr_metal | metal_us | Metal Us | USA | 1 | 21.25
// row: metal_vn | Metal Vn | metal_alloy | VNM | dy_oxide | sep_my | Sep My | MYS | 1 | 6
// row: magnet_jp | Magnet Jp | magnet | JPN | dy_metal | metal_vn | Metal Vn | VNM | 1 | 5
MATCH (s:Site)-[f:SUPPLIES]->(t:Site)
WHERE f.share_of_input >= $threshold AND f.material <> 'swarf'
  AND NOT s:Boundary AND NOT t:Boundary
  AND ($stage = 'any' OR t.stage = $stage)
RETURN t.id AS customer, t.name AS customer_name, t.stage AS stage, t.country AS customer_country,
       f.material AS material, s.id AS supplier, s.name AS supplier_name,
       s.country AS supplier_country, f.share_of_input AS share, f.tonnes AS tonnes
ORDER BY tonnes DESC, customer, material, supplier
