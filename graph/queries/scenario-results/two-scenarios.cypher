// title: Two scenarios side by side
// why: What each end use loses in one run and in another: whom an answer relieves, whom it does not,
//   and who is hit only in one.
// parameter: first | text | april-2025-licences | scenarios | First scenario that was run
// parameter: second | text | kuantan-outage | scenarios | Second scenario that was run
// parameter: minimum | number | 0.001 | | Share lost in one of them at least
// column: end_use | | End use
// column: name | | Its name
// column: sector | | Its sector
// column: country | | Where it stands
// column: first_share | share | Lost in the first
// column: second_share | share | Lost in the second
// column: difference | share | Second less first
// column: first_usd | USD | Lost in the first, where a price is known
// column: second_usd | USD | Lost in the second, where a price is known
// key: end_use
// row: jet_us | Jet Us | defence | USA | 0.125 | 0 | -0.125 | 500000000 | 0
// row: ev_us | Ev Us | EV | USA | 0.25 | 0.375 | 0.125 | 1250000000 | 250000000
MATCH (c:Scenario)-[h:HITS]->(use:EndUse)
WHERE c.name IN [$first, $second]
WITH use, sum(CASE WHEN c.name = $first THEN h.lost_share ELSE 0.0 END) AS first_share,
     sum(CASE WHEN c.name = $second THEN h.lost_share ELSE 0.0 END) AS second_share,
     sum(CASE WHEN c.name = $first THEN coalesce(h.lost_usd, 0.0) ELSE 0.0 END) AS first_usd,
     sum(CASE WHEN c.name = $second THEN coalesce(h.lost_usd, 0.0) ELSE 0.0 END) AS second_usd
WHERE first_share >= $minimum OR second_share >= $minimum
RETURN use.id AS end_use, use.name AS name, use.sector AS sector, use.country AS country,
       first_share, second_share, second_share - first_share AS difference, first_usd, second_usd
ORDER BY difference, end_use
