// title: What each measure of a scenario takes away, and where
// why: Measure by measure, the sites whose deliveries it limits and how much it takes in the run:
//   which of several measures bites, and on whom.
// parameter: scenario | text | april-2025-licences | scenarios | Scenario that was run
// parameter: minimum | number | 0.0 | | Tonnes lost at a site at least
// column: lever | | Kind of measure
// column: target | | What it is aimed at
// column: from_week | week | When it begins, counted from 0
// column: to_week | week | When it ends; null where it lasts
// column: site | | Site that it limits
// column: name | | Its name
// column: stage | | Its step of the chain
// column: country | | Where it stands
// column: lost_tonnes | t | Deliveries it takes away in the run
// column: share_of_measure | share | Of all that the measure takes
// key: lever, target, from_week, to_week, site
// row: export_licence | CHN concentrate | 0 | 24 | sep_my | Sep My | separation | MYS | 60 | 0.75
// row: export_licence | CHN concentrate | 0 | 24 | magnet_jp | Magnet Jp | magnet | JPN | 20 | 0.25
// row: quota | CHN mines | 8 | 24 | mine_cn | Mine Cn | mine | CHN | 30 | 1
MATCH (:Scenario {name: $scenario})-[:APPLIES]->(m:Measure)-[l:LIMITS]->(s:Site)
WITH m, sum(l.lost_tonnes) AS total, collect({site: s, lost: l.lost_tonnes}) AS parts
UNWIND parts AS part
WITH m, total, part, part.site AS s
WHERE part.lost >= $minimum
RETURN m.lever AS lever, m.target AS target, m.from AS from_week, m.to AS to_week, s.id AS site,
       s.name AS name, s.stage AS stage, s.country AS country, part.lost AS lost_tonnes,
       CASE WHEN total > 0 THEN part.lost / total ELSE 0.0 END AS share_of_measure
ORDER BY lever, target, from_week, coalesce(to_week, 1000000), lost_tonnes DESC, site
