// title: Who says so
// why: The publications behind a site's figures.
// parameter: site | text | s_kuantan | sites | Site asked about
// column: site | | Site
// column: confidence | | How its weakest figure is known
// column: source | | Name of the publication in this data set
// column: title | | Its title
// column: publisher | | Who published it
// column: date | | When
// column: kind | | Kind of publication
// column: url | | Where it is found
// key: source
// example: site=sep_my
// row: sep_my | reported | usgs_mcs2026 | Mineral Commodity Summaries 2026 | U.S. Geological Survey | 2026-02 | official statistics | null
MATCH (s:Site {id: $site})-[:CITES]->(p:Source)
RETURN s.id AS site, s.confidence AS confidence, p.id AS source, p.title AS title,
       p.publisher AS publisher, p.date AS date, p.kind AS kind, p.url AS url
ORDER BY source
