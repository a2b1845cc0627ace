// title: What a scenario costs each end use
// why: Loss of every end use over the whole run, the dearest first, and the week in which it begins.
// parameter: scenario | text | april-2025-licences | scenarios | Scenario that was run
// parameter: sector | text | any | sectors | Sector of the end use, or any
// column: end_use | | End use
// column: name | | Its name
// column: sector | | Its sector
// column: country | | Where it stands
// column: lost_share | share | Of what it makes in the run
// column: lost_units | units | Goods it does not make
// column: lost_usd | USD | The same in money, where a price is known
// column: first_loss_week | week | When it begins, counted from 0
// column: weeks | weeks | Length of the run
// key: end_use
// row: ev_us | Ev Us | EV | USA | 0.25 | 25000 | 1250000000 | 6 | 24
// row: jet_us | Jet Us | defence | USA | 0.125 | 6.25 | 500000000 | 12 | 24
MATCH (c:Scenario {name: $scenario})-[h:HITS]->(use:EndUse)
WHERE h.lost_share > 0 AND ($sector = 'any' OR use.sector = $sector)
RETURN use.id AS end_use, use.name AS name, use.sector AS sector, use.country AS country,
       h.lost_share AS lost_share, h.lost_units AS lost_units, h.lost_usd AS lost_usd,
       h.first_loss_week AS first_loss_week, c.weeks AS weeks
ORDER BY coalesce(lost_usd, 0.0) DESC, lost_share DESC, end_use
