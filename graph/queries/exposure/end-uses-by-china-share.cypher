// title: What share of an end use touched China
// why: For every end use and element, how much of what it receives was in China at any stage
//   before, by where plants stand and, over all elements, by who controls them and with unknown
//   origin counted in.
// parameter: sector | text | any | sectors | Sector of the end use, or any
// parameter: country | text | any | countries | Where the end use stands, or any
// column: end_use | | End use
// column: name | | Its name
// column: sector | | Its sector
// column: country | | Where it stands
// column: element | | Element it receives
// column: tonnes | t/yr oxide equivalent | What it receives of the element
// column: china_share | share | Of that, what touched China
// column: china_controlled_share | share | By control, of the element with the highest
// column: china_share_possible | share | Unknown origin counted in, of the element with the highest
// key: end_use, element
// example: sector=defence
// row: jet_us | Jet Us | defence | USA | Dy | 0.6 | 1 | 1 | 1
// row: jet_us | Jet Us | defence | USA | NdPr | 25 | 0.24 | 1 | 1
UNWIND ['NdPr', 'Dy', 'Tb', 'Sm'] AS element
WITH element, toLower(element) + '_t' AS content, 'china_share_' + toLower(element) AS traced
MATCH (:Site)-[f:SUPPLIES]->(use:EndUse)
WHERE NOT use:Boundary AND f[content] > 0
  AND ($sector = 'any' OR use.sector = $sector) AND ($country = 'any' OR use.country = $country)
WITH use, element, sum(f[content]) AS tonnes, sum(f[content] * coalesce(f[traced], 0.0)) AS touched
RETURN use.id AS end_use, use.name AS name, use.sector AS sector, use.country AS country,
       element, tonnes, touched / tonnes AS china_share,
       use.china_controlled_share AS china_controlled_share,
       use.china_share_possible AS china_share_possible
ORDER BY china_share DESC, end_use, element
