// title: Who is hit first
// why: Sites in the order in which they begin to lose, stage by stage: the path along which a stop
//   travels, and how many weeks each country has.
// parameter: scenario | text | april-2025-licences | scenarios | Scenario that was run
// parameter: stage | text | any | stages | Step of the chain, or any
// parameter: country | text | any | countries | Country, or any
// column: first_loss_week | week | When it begins, counted from 0
// column: site | | Site
// column: name | | Its name
// column: stage | | Its step of the chain
// column: country | | Where it stands
// column: lost_share | share | Of what it makes in the run
// column: worst_share | share | Of what it makes in its worst week
// key: site
// row: 0 | sep_my | Sep My | separation | MYS | 0.5 | 0.5
// row: 4 | magnet_jp | Magnet Jp | magnet | JPN | 0.5 | 0.6
// row: 6 | ev_us | Ev Us | end_use | USA | 0.25 | 0.5
// row: 12 | jet_us | Jet Us | end_use | USA | 0.125 | 0.25
MATCH (:Scenario {name: $scenario})-[h:HITS]->(s:Site)
WHERE h.first_loss_week IS NOT NULL AND NOT s:Boundary
  AND ($stage = 'any' OR s.stage = $stage) AND ($country = 'any' OR s.country = $country)
RETURN h.first_loss_week AS first_loss_week, s.id AS site, s.name AS name, s.stage AS stage,
       s.country AS country, h.lost_share AS lost_share,
       reduce(worst = 0.0, x IN h.lost_share_by_week | CASE WHEN x > worst THEN x ELSE worst END)
         AS worst_share
ORDER BY first_loss_week, s.stage_order, site
