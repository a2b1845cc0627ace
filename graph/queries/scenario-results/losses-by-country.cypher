// title: What a scenario costs each country
// why: Losses of the end uses summed by the country in which they stand and by sector: who has a
//   reason to give in, and who has none. Only end uses with a known price count in money.
// parameter: scenario | text | april-2025-licences | scenarios | Scenario that was run
// column: country | | Country of the end uses
// column: sector | | Their sector
// column: end_uses | count | End uses that lose
// column: lost_usd | USD | What they lose, where a price is known
// column: share | share | Of all that the scenario costs
// column: first_loss_week | week | When the first of them begins to lose, counted from 0
// key: country, sector
// row: USA | EV | 1 | 1250000000 | 0.714286 | 6
// row: USA | defence | 1 | 500000000 | 0.285714 | 12
MATCH (:Scenario {name: $scenario})-[h:HITS]->(use:EndUse)
WHERE h.lost_share > 0
WITH use.country AS country, coalesce(use.sector, 'not named') AS sector, count(use) AS end_uses,
     sum(coalesce(h.lost_usd, 0.0)) AS lost_usd, min(h.first_loss_week) AS first_loss_week
WITH sum(lost_usd) AS total,
     collect({country: country, sector: sector, end_uses: end_uses, usd: lost_usd,
              week: first_loss_week}) AS parts
UNWIND parts AS part
RETURN part.country AS country, part.sector AS sector, part.end_uses AS end_uses,
       part.usd AS lost_usd, CASE WHEN total > 0 THEN part.usd / total ELSE 0.0 END AS share,
       part.week AS first_loss_week
ORDER BY lost_usd DESC, country, sector
