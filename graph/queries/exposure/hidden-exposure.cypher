// title: Who buys nothing from China and depends on it all the same
// why: Plants and end uses whose direct suppliers all stand elsewhere, while what they receive was
//   in China before: they do not find themselves in a list of importers.
// parameter: element | text | NdPr | elements | Element to look at
// parameter: stage | text | any | stages | Step of the chain of the buyer, or any
// parameter: minimum | number | 0.1 | | Share that touched China at least
// column: site | | Site that buys
// column: name | | Its name
// column: stage | | Its step of the chain
// column: country | | Where it stands
// column: suppliers | count | Direct suppliers of the element
// column: tonnes | t/yr oxide equivalent | What it receives of the element
// column: china_share | share | Of that, what touched China before
// key: site
// row: ev_us | Ev Us | end_use | USA | 1 | 100 | 0.54
// row: magnet_jp | Magnet Jp | magnet | JPN | 1 | 100 | 0.6
// row: metal_vn | Metal Vn | metal_alloy | VNM | 1 | 100 | 0.6
// row: motor_us | Motor Us | component | USA | 2 | 100 | 0.54
// row: fin_us | Fin Us | component | USA | 2 | 25 | 0.24
// row: jet_us | Jet Us | end_use | USA | 1 | 25 | 0.24
MATCH (s:Site)-[f:SUPPLIES]->(t:Site)
WHERE t.country <> 'CHN' AND NOT t:Boundary AND f.material <> 'swarf'
  AND f[toLower($element) + '_t'] > 0 AND ($stage = 'any' OR t.stage = $stage)
WITH t, count(DISTINCT s) AS suppliers, sum(f[toLower($element) + '_t']) AS tonnes,
     sum(CASE WHEN s.country = 'CHN' THEN f[toLower($element) + '_t'] ELSE 0.0 END) AS direct,
     sum(f[toLower($element) + '_t'] * coalesce(f['china_share_' + toLower($element)], 0.0)) AS touched
WHERE direct = 0 AND touched >= $minimum * tonnes
RETURN t.id AS site, t.name AS name, t.stage AS stage, t.country AS country, suppliers, tonnes,
       touched / tonnes AS china_share
ORDER BY tonnes DESC, site
