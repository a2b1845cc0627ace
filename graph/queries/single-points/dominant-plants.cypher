// title: Which single plants make most of a material
// why: Plants that deliver a large part of a material, of the world's or of what is left without one
//   country: one fire, one strike or one licence, and that part is gone.
// parameter: without | text | CHN | countries | Country left out of the rest
// parameter: minimum | number | 0.25 | | Share of the rest at least
// column: stage | | Step of the chain that delivers
// column: material | | What it delivers
// column: site | | Plant
// column: name | | Its name
// column: country | | Where it stands
// column: controlling_country | | From where it is controlled
// column: tonnes | t/yr | What it delivers, in the basis of the material
// column: share_of_world | share | Of all that the stage delivers
// column: share_of_rest | share | Of all that the stage delivers outside the country
// column: customers | count | Sites it delivers to
// key: material, site
// row: mine | concentrate | mine_au | Mine Au | AUS | AUS | 240 | 0.5 | 1 | 2
// row: separation | dy_oxide | sep_my | Sep My | MYS | AUS | 6 | 1 | 1 | 1
// row: separation | ndpr_oxide | sep_my | Sep My | MYS | AUS | 100 | 0.8 | 0.8 | 1
// row: separation | other_oxide | sep_my | Sep My | MYS | AUS | 294 | 0.796748 | 0.796748 | 1
// row: metal_alloy | dy_metal | metal_vn | Metal Vn | VNM | CHN | 5 | 1 | 1 | 1
// row: metal_alloy | ndpr_metal | metal_vn | Metal Vn | VNM | CHN | 85 | 0.8 | 0.8 | 1
// row: magnet | ndfeb | magnet_jp | Magnet Jp | JPN | JPN | 300 | 0.8 | 0.8 | 2
// row: component | ndfeb | motor_us | Motor Us | USA | USA | 300 | 0.8 | 0.8 | 1
MATCH (s:Site)-[f:SUPPLIES]->(t:Site)
WHERE NOT s:Boundary AND f.material <> 'swarf' AND (t.stage_order > s.stage_order OR t:Boundary)
WITH s, f.material AS material, sum(f.tonnes) AS tonnes, count(DISTINCT t) AS customers
WITH s.stage_order AS position, s.stage AS stage, material, sum(tonnes) AS world,
     sum(CASE WHEN s.country <> $without THEN tonnes ELSE 0.0 END) AS rest,
     collect({site: s, tonnes: tonnes, customers: customers}) AS all
UNWIND all AS x
WITH position, stage, material, world, rest, x, x.site AS s
WHERE s.country <> $without AND s.role = 'plant' AND x.tonnes >= $minimum * rest
RETURN stage, material, s.id AS site, s.name AS name, s.country AS country,
       s.controlling_country AS controlling_country, x.tonnes AS tonnes,
       x.tonnes / world AS share_of_world, x.tonnes / rest AS share_of_rest,
       x.customers AS customers
ORDER BY position, material, tonnes DESC, site
