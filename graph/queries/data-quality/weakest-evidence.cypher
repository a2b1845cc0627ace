// title: The largest flows that nobody has published
// why: Flows that are only assumed, the weightiest first: where one more source would change
//   most. The weight is the share of all tonnes of the same material.
// parameter: material | text | any | materials | Material, or any
// column: origin | | Site that delivers
// column: origin_name | | Its name
// column: target | | Customer
// column: target_name | | Its name
// column: material | | What is delivered
// column: tonnes | t/yr | In the basis of the material
// column: share_of_material | share | Of all tonnes of the material
// column: confidence | | How the figure is known
// key: origin, target, material
// row: magnet_jp | Magnet Jp | motor_us | Motor Us | ndfeb | 270 | 0.36 | assumed
// row: feed_zz | Feed Zz | sep_us | Sep Us | concentrate | 20 | 0.04 | memory
// row: magnet_jp | Magnet Jp | fin_us | Fin Us | ndfeb | 30 | 0.04 | assumed
MATCH (:Site)-[f:SUPPLIES]->(:Site)
WHERE $material = 'any' OR f.material = $material
WITH f.material AS material, sum(f.tonnes) AS total,
     collect(CASE WHEN f.confidence IN ['assumed', 'memory'] THEN f ELSE null END) AS weak
UNWIND weak AS f
WITH material, total, f, startNode(f) AS s, endNode(f) AS t
RETURN s.id AS origin, s.name AS origin_name, t.id AS target, t.name AS target_name,
       material, f.tonnes AS tonnes, f.tonnes / total AS share_of_material,
       f.confidence AS confidence
ORDER BY share_of_material DESC, origin, target, material
