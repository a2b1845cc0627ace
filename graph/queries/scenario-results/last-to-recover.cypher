// title: Who recovers last
// why: The last week in which an end use still loses more than a share: when a backlog is gone, and
//   for whom the run ends before it is.
// parameter: scenario | text | april-2025-licences | scenarios | Scenario that was run
// parameter: threshold | number | 0.01 | | Share lost in a week that still counts as a loss
// column: end_use | | End use
// column: name | | Its name
// column: sector | | Its sector
// column: country | | Where it stands
// column: last_loss_week | week | Last week with such a loss, counted from 0
// column: loss_weeks | weeks | Weeks with such a loss
// column: recovered | | Whether the run shows a week without it afterwards
// column: lost_share | share | Of what it makes in the run
// key: end_use
// row: jet_us | Jet Us | defence | USA | 23 | 12 | false | 0.125
// row: ev_us | Ev Us | EV | USA | 17 | 12 | true | 0.25
MATCH (:Scenario {name: $scenario})-[h:HITS]->(use:EndUse)
WITH use, h, [w IN range(0, size(h.lost_share_by_week) - 1)
              WHERE h.lost_share_by_week[w] > $threshold] AS losing
WHERE size(losing) > 0
RETURN use.id AS end_use, use.name AS name, use.sector AS sector, use.country AS country,
       last(losing) AS last_loss_week, size(losing) AS loss_weeks,
       last(losing) < size(h.lost_share_by_week) - 1 AS recovered, h.lost_share AS lost_share
ORDER BY last_loss_week DESC, lost_share DESC, end_use
