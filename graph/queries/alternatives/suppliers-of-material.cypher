// title: Who supplies a material outside China
// why: Every site outside a country that delivers a material, how much of the world's and of what is
//   left without that country, what of it touched China all the same, and how well that is known.
// parameter: material | text | dy_oxide | materials | Material to buy
// parameter: without | text | CHN | countries | Country to do without
// parameter: by | text | location | location, control | Leave out sites in the country, or those controlled from it
// column: site | | Site that delivers it
// column: name | | Its name
// column: stage | | Its step of the chain
// column: country | | Where it stands
// column: controlling_country | | From where it is controlled
// column: tonnes | t/yr | What it delivers, in the basis of the material
// column: share | share | Of all that its stage delivers
// column: share_of_rest | share | Of all that its stage delivers without the country
// column: touched_share | share | Of what it delivers, content that touched China, mass mean
// column: reported_share | share | Of what it delivers, flows that a publication reports
// column: confidence | | How the weakest figure of the site itself is known
// key: site
// example: material=ndpr_oxide
// row: sep_my | Sep My | separation | MYS | AUS | 100 | 0.8 | 0.8 | 0.6 | 1 | reported
// row: sep_us | Sep Us | separation | USA | USA | 25 | 0.2 | 0.2 | 0 | 1 | reported
MATCH (s:Site)-[f:SUPPLIES {material: $material}]->(:Site)
WHERE NOT s:Boundary
WITH s, sum(f.tonnes) AS tonnes, sum(f.tonnes * f.china_share_mean) AS touched,
     sum(CASE WHEN f.confidence = 'reported' THEN f.tonnes ELSE 0.0 END) AS reported,
     CASE $by WHEN 'control' THEN s.controlling_country ELSE s.country END <> $without AS outside
WITH s.stage_order AS position, sum(tonnes) AS total, sum(CASE WHEN outside THEN tonnes ELSE 0.0 END) AS rest,
     collect({site: s, tonnes: tonnes, touched: touched, reported: reported, outside: outside}) AS all
UNWIND all AS x
WITH position, total, rest, x, x.site AS s
WHERE x.outside
RETURN s.id AS site, s.name AS name, s.stage AS stage, s.country AS country,
       s.controlling_country AS controlling_country, x.tonnes AS tonnes, x.tonnes / total AS share,
       x.tonnes / rest AS share_of_rest, x.touched / x.tonnes AS touched_share,
       x.reported / x.tonnes AS reported_share, s.confidence AS confidence
ORDER BY position, tonnes DESC, site
