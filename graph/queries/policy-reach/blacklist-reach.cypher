// title: Whom a blacklisted owner deals with
// why: All who buy from or sell to the sites of one company, as owner or operator: what stops when
//   nobody may deal with it any more, and how much of the partner's trade in the material that is.
// parameter: company | text | Shenghe Resources | companies | Company on the list
// parameter: minimum | number | 0.0 | | Share of the partner's trade in the material at least
// column: site | | Site of the company
// column: direction | | Whether the partner buys from it or sells to it
// column: partner | | The other site
// column: partner_name | | Its name
// column: partner_stage | | Its step of the chain
// column: partner_country | | Where it stands
// column: material | | What changes hands
// column: tonnes | t/yr | In the basis of the material
// column: share | share | Of all the partner gets, or sends, of the material
// key: site, direction, partner, material
// example: company=Hanoi Metals
// row: metal_vn | buys from it | magnet_jp | Magnet Jp | magnet | JPN | dy_metal | 5 | 1
// row: metal_vn | buys from it | magnet_jp | Magnet Jp | magnet | JPN | ndpr_metal | 85 | 1
// row: metal_vn | sells to it | sep_my | Sep My | separation | MYS | dy_oxide | 6 | 1
// row: metal_vn | sells to it | sep_my | Sep My | separation | MYS | ndpr_oxide | 100 | 1
MATCH (:Company {name: $company})<-[:OWNED_BY|OPERATED_BY]-(s:Site)
WITH collect(DISTINCT s) AS listed
UNWIND listed AS s
MATCH (s)-[f:SUPPLIES]-(t:Site)
WHERE NOT t IN listed AND NOT t:Boundary
WITH s, f, t, startNode(f) = s AS sells
WITH s, f, t, CASE WHEN sells THEN 'buys from it' ELSE 'sells to it' END AS direction,
     CASE WHEN sells THEN f.share_of_input ELSE f.share_of_output END AS share
WHERE share >= $minimum
RETURN s.id AS site, direction, t.id AS partner, t.name AS partner_name, t.stage AS partner_stage,
       t.country AS partner_country, f.material AS material, f.tonnes AS tonnes, share
ORDER BY share DESC, site, direction, partner, material
