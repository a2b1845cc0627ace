// title: Sites controlled from another country
// why: Owners whose country is not the one where the plant stands: location and control give
//   different answers, and rules follow the one or the other.
// parameter: country | text | CHN | countries | Country that controls, or any
// column: controlling_country | | From where the site is controlled
// column: owner | | Owner as named by the sources
// column: stake | share | The owner's part, where it is known
// column: site | | Site that is controlled
// column: name | | Its name
// column: stage | | Its step of the chain
// column: country | | Where it stands
// column: status | | Whether it runs
// column: ndpr_t | t/yr oxide equivalent | NdPr that leaves the site for a later stage
// column: share_of_stage | share | Of all NdPr that leaves this stage
// key: site, owner
// row: CHN | Dragon Metals | 0.6 | metal_vn | Metal Vn | metal_alloy | VNM | operating | 100 | 0.8
// row: CHN | Hanoi Metals | 0.4 | metal_vn | Metal Vn | metal_alloy | VNM | operating | 100 | 0.8
CALL () {
  MATCH (s:Site)-[f:SUPPLIES]->(t:Site)
  WHERE NOT s:Boundary AND t.stage_order > s.stage_order
  WITH s.stage AS stage, sum(f.ndpr_t) AS ndpr_t
  RETURN collect({stage: stage, ndpr_t: ndpr_t}) AS stages
}
MATCH (s:Site)
WHERE NOT s:Boundary AND s.controlling_country <> s.country
  AND NOT s.controlling_country = 'ZZZ' AND NOT s.country = 'ZZZ'
  AND ($country = 'any' OR s.controlling_country = $country)
OPTIONAL MATCH (s)-[f:SUPPLIES]->(t:Site)
WHERE t.stage_order > s.stage_order
WITH stages, s, sum(coalesce(f.ndpr_t, 0.0)) AS ndpr_t
OPTIONAL MATCH (s)-[o:OWNED_BY]->(c:Company)
WITH s, o, c, ndpr_t,
     reduce(total = 0.0, x IN stages |
            CASE WHEN x.stage = s.stage THEN total + x.ndpr_t ELSE total END) AS total
RETURN s.controlling_country AS controlling_country, coalesce(c.name, 'not named') AS owner,
       o.stake AS stake, s.id AS site, s.name AS name, s.stage AS stage, s.country AS country,
       s.status AS status, ndpr_t, CASE WHEN total > 0 THEN ndpr_t / total ELSE 0.0 END AS share_of_stage
ORDER BY controlling_country, s.stage_order, site, owner
