// title: From whom else a site could buy
// why: For each material that a site buys, who delivers it to others and not yet to it, outside a
//   country to do without: the list to call before a supplier is lost.
// parameter: site | text | mg_mp_fw | sites | Site that buys
// parameter: without | text | CHN | countries | Leave out sellers in this country
// column: material | | What the site buys
// column: tonnes_bought | t/yr | How much, in the basis of the material
// column: largest_share | share | Of that, from its largest supplier today
// column: seller | | A site that delivers the material to others
// column: name | | Its name
// column: country | | Where it stands
// column: controlling_country | | From where it is controlled
// column: tonnes | t/yr | What it delivers to others
// column: touched_share | share | Of that, content that touched China, mass mean
// key: material, seller
// example: site=metal_vn
// row: ndpr_oxide | 100 | 1 | sep_us | Sep Us | USA | USA | 25 | 0
MATCH (t:Site {id: $site})<-[f:SUPPLIES]-(now:Site)
WHERE f.material <> 'swarf'
WITH t, f.material AS material, sum(f.tonnes) AS bought, max(f.share_of_input) AS largest,
     collect(now.id) AS known, collect(DISTINCT now.stage) AS stages
MATCH (s:Site)-[g:SUPPLIES]->(:Site)
WHERE g.material = material AND NOT s.id IN known AND s.id <> t.id AND s.country <> $without
  AND NOT s:Boundary AND s.stage IN stages
WITH material, bought, largest, s, sum(g.tonnes) AS tonnes,
     sum(g.tonnes * g.china_share_mean) AS touched
RETURN material, bought AS tonnes_bought, largest AS largest_share, s.id AS seller, s.name AS name,
       s.country AS country, s.controlling_country AS controlling_country, tonnes,
       touched / tonnes AS touched_share
ORDER BY material, tonnes DESC, seller
