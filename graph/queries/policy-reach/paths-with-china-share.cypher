// title: Goods whose China share is at least a threshold
// why: What a rule catches that asks for a licence as soon as a good made abroad has this share
//   of Chinese content. The share on a flow is that of the whole path behind it, from the mine
//   on, for the element with the highest.
// parameter: threshold | number | 0.001 | | Share from which the rule catches a flow
// parameter: by | text | location | location, control | Share by location of the sites, or by who controls them
// parameter: stage | text | any | stages | Step of the chain that delivers, or any
// column: origin | | Site that delivers
// column: origin_name | | Its name
// column: origin_country | | Where it stands
// column: target | | Customer
// column: target_name | | Its name
// column: target_country | | Where it stands
// column: material | | What is delivered
// column: tonnes | t/yr | In the basis of the material
// column: share | share | China's share of the element with the highest
// column: mean_share | share | China's share by location, mass mean over all elements
// column: element | | The element with the highest share by location
// key: origin, target, material
// example: stage=magnet
// row: magnet_jp | Magnet Jp | JPN | motor_us | Motor Us | USA | ndfeb | 270 | 1 | 0.622642 | Dy
// row: magnet_jp | Magnet Jp | JPN | fin_us | Fin Us | USA | ndfeb | 30 | 1 | 0.622642 | Dy
MATCH (s:Site)-[f:SUPPLIES]->(t:Site)
WHERE s.country <> 'CHN' AND t.country <> 'CHN' AND NOT t:Boundary AND f.material <> 'swarf'
  AND ($stage = 'any' OR s.stage = $stage)
WITH s, f, t,
     CASE $by WHEN 'control' THEN f.china_controlled_share ELSE f.china_share END AS share
WHERE share >= $threshold
RETURN s.id AS origin, s.name AS origin_name, s.country AS origin_country,
       t.id AS target, t.name AS target_name, t.country AS target_country,
       f.material AS material, f.tonnes AS tonnes, share,
       f.china_share_mean AS mean_share, f.china_share_element AS element
ORDER BY tonnes DESC, origin, target, material
