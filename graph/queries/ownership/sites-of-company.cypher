// title: What a company owns and runs
// why: Every site that names a company as owner or operator, with its stake and what share of the
//   stage it makes. Names are as the sources write them: look for other spellings too.
// parameter: company | text | Lynas Rare Earths | companies | Company
// column: site | | Site
// column: name | | Its name
// column: stage | | Its step of the chain
// column: country | | Where it stands
// column: controlling_country | | From where it is controlled
// column: status | | Whether it runs
// column: part | | Owner or operator
// column: stake | share | The company's part, where it is known
// column: ndpr_t | t/yr oxide equivalent | NdPr that leaves the site for a later stage
// column: share_of_stage | share | Of all NdPr that leaves this stage
// key: site, part
// example: company=Southern Ores
// row: mine_au | Mine Au | mine | AUS | AUS | operating | owner | null | 60 | 0.5
// row: sep_my | Sep My | separation | MYS | AUS | operating | operator | null | 100 | 0.8
// row: sep_my | Sep My | separation | MYS | AUS | operating | owner | null | 100 | 0.8
CALL () {
  MATCH (s:Site)-[f:SUPPLIES]->(t:Site)
  WHERE NOT s:Boundary AND t.stage_order > s.stage_order
  WITH s.stage AS stage, sum(f.ndpr_t) AS ndpr_t
  RETURN collect({stage: stage, ndpr_t: ndpr_t}) AS stages
}
MATCH (:Company {name: $company})<-[o:OWNED_BY|OPERATED_BY]-(s:Site)
OPTIONAL MATCH (s)-[f:SUPPLIES]->(t:Site)
WHERE t.stage_order > s.stage_order
WITH stages, o, s, sum(coalesce(f.ndpr_t, 0.0)) AS ndpr_t
WITH o, s, ndpr_t, reduce(total = 0.0, x IN stages |
       CASE WHEN x.stage = s.stage THEN total + x.ndpr_t ELSE total END) AS total
RETURN s.id AS site, s.name AS name, s.stage AS stage, s.country AS country,
       s.controlling_country AS controlling_country, s.status AS status,
       CASE type(o) WHEN 'OWNED_BY' THEN 'owner' ELSE 'operator' END AS part, o.stake AS stake,
       ndpr_t, CASE WHEN total > 0 THEN ndpr_t / total ELSE 0.0 END AS share_of_stage
ORDER BY s.stage_order, site, part
