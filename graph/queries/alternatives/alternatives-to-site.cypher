// title: Who else makes what a site makes
// why: Other sites that deliver the same materials today, outside a country to do without: what
//   they deliver in all, against what the site delivers. Spare capacity is not known here.
// parameter: site | text | s_kuantan | sites | Site to replace
// parameter: without | text | CHN | countries | Leave out sites in this country
// column: material | | What the site delivers
// column: alternative | | Another site that delivers it
// column: name | | Its name
// column: country | | Where it stands
// column: controlling_country | | From where it is controlled
// column: tonnes | t/yr | What it delivers, in the basis of the material
// column: relative_size | ratio | The same, by what the site to replace delivers
// column: touched_share | share | Of that, content that touched China, mass mean
// key: material, alternative
// example: site=sep_my
// row: ndpr_oxide | sep_us | Sep Us | USA | USA | 25 | 0.25 | 0
// row: other_oxide | sep_us | Sep Us | USA | USA | 75 | 0.255102 | 0
MATCH (x:Site {id: $site})-[f:SUPPLIES]->(:Site)
WITH x, f.material AS material, sum(f.tonnes) AS needed
MATCH (s:Site)-[g:SUPPLIES]->(:Site)
WHERE g.material = material AND s.id <> x.id AND s.country <> $without
  AND s.stage = x.stage AND NOT s:Boundary
WITH material, needed, s, sum(g.tonnes) AS tonnes, sum(g.tonnes * g.china_share_mean) AS touched
RETURN material, s.id AS alternative, s.name AS name, s.country AS country,
       s.controlling_country AS controlling_country, tonnes,
       tonnes / needed AS relative_size, touched / tonnes AS touched_share
ORDER BY material, tonnes DESC, alternative
