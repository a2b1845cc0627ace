// title: Which sites have several owners
// why: Joint ventures, and what part each owner holds where that is known: who has to agree, and
//   where control can change hands without a plant being moved.
// parameter: stage | text | any | stages | Step of the chain, or any
// column: site | | Site
// column: name | | Its name
// column: stage | | Its step of the chain
// column: country | | Where it stands
// column: controlling_country | | From where it is controlled
// column: owner | | One of its owners
// column: stake | share | Its part, where it is known
// column: stakes_known | share | Sum of the stakes that are known
// key: site, owner
// row: metal_vn | Metal Vn | metal_alloy | VNM | CHN | Dragon Metals | 0.6 | 1
// row: metal_vn | Metal Vn | metal_alloy | VNM | CHN | Hanoi Metals | 0.4 | 1
MATCH (s:Site)-[o:OWNED_BY]->(:Company)
WHERE NOT s:Boundary AND ($stage = 'any' OR s.stage = $stage)
WITH s, count(o) AS owners, sum(coalesce(o.stake, 0.0)) AS known
WHERE owners > 1
MATCH (s)-[o:OWNED_BY]->(c:Company)
RETURN s.id AS site, s.name AS name, s.stage AS stage, s.country AS country,
       s.controlling_country AS controlling_country, c.name AS owner, o.stake AS stake,
       known AS stakes_known
ORDER BY s.stage_order, site, owner
