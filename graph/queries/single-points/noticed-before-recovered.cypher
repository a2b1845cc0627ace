// title: Sites whose loss is noticed before it is made good
// why: Sites that cost the end uses most if they are lost, where stocks last less long than it
//   takes to build the like anew. The gap is for how long goods are missed if nobody does anything.
// parameter: minimum | number | 0.001 | | Share of the value of all end uses lost in a year at least
// parameter: stage | text | any | stages | Step of the chain, or any
// column: site | | Site that is lost
// column: name | | Its name
// column: stage | | Its step of the chain
// column: country | | Where it stands
// column: controlling_country | | From where it is controlled
// column: criticality | share | Of the value of all end uses, what is lost in a year without it
// column: first_loss_week | week | When the first end use notices, counted from 0
// column: tts_days | days | Time to survive: the longest outage that nobody notices
// column: ttr_days | days | Time to recover
// column: gap_days | days | Time to recover less time to survive
// key: site
// row: sep_my | Sep My | separation | MYS | AUS | 0.8 | 4 | 21 | 84 | 63
// row: metal_vn | Metal Vn | metal_alloy | VNM | CHN | 0.7 | 3 | 21 | 24 | 3
// row: mine_cn | Mine Cn | mine | CHN | CHN | 0.45 | 5 | 35 | 84 | 49
MATCH (s:Site)
WHERE s.criticality >= $minimum AND s.tts_days < s.ttr_days
  AND ($stage = 'any' OR s.stage = $stage)
RETURN s.id AS site, s.name AS name, s.stage AS stage, s.country AS country,
       s.controlling_country AS controlling_country, s.criticality AS criticality,
       s.first_loss_week AS first_loss_week, s.tts_days AS tts_days, s.ttr_days AS ttr_days,
       s.ttr_days - s.tts_days AS gap_days
ORDER BY criticality DESC, site
