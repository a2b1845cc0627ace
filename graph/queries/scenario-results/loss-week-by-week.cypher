// title: A site's loss, week by week
// why: The curve behind one figure: when a loss begins, how deep it goes and whether it ends.
// parameter: scenario | text | april-2025-licences | scenarios | Scenario that was run
// parameter: site | text | eu_f35 | sites | Site or end use
// column: week | week | Counted from 0
// column: lost_share | share | Of what it makes in that week
// key: week
// example: site=ev_us, scenario=kuantan-outage
// row: 0 | 0
// row: 1 | 0
// row: 2 | 0.75
// row: 3 | 0.75
// row: 4 | 0.75
// row: 5 | 0.75
// row: 6 | 0
// row: 7 | 0
MATCH (:Scenario {name: $scenario})-[h:HITS]->(:Site {id: $site})
UNWIND range(0, size(h.lost_share_by_week) - 1) AS week
RETURN week, h.lost_share_by_week[week] AS lost_share
ORDER BY week
