// title: Through which third countries a country's goods arrive
// why: What leaves one country and reaches a second through plants in others, by the last of them:
//   where a ban on direct sales leaves a way open, and which hubs a ban on re-exports would have to
//   reach.
// parameter: origin | text | CHN | countries | Country whose goods are followed
// parameter: destination | text | USA | countries | Country in which they arrive
// parameter: element | text | NdPr | elements | Element to follow
// column: hub_country | | Last third country on the way
// column: plants | count | Plants there that pass them on
// column: tonnes | t/yr oxide equivalent | From the first country, delivered from there to the second
// column: share_of_arrivals | share | Of all the second country gets from abroad of the element
// column: direct_tonnes | t/yr oxide equivalent | For comparison: what comes straight from the first
// key: hub_country
// row: JPN | 1 | 60 | 0.48 | 0
WITH 'share_of_input_' + toLower($element) AS part, toLower($element) + '_t' AS content
CALL (content) {
  MATCH (a:Site)-[g:SUPPLIES]->(b:Site {country: $destination})
  WHERE a.country <> $destination AND g.material <> 'swarf'
  RETURN sum(g[content]) AS arrivals,
         sum(CASE WHEN a.country = $origin THEN g[content] ELSE 0.0 END) AS direct_tonnes
}
// Step by step, for the reason that who-stops-without-a-stage gives.
CALL (part) {
  MATCH (a:Site {country: $origin})-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
    AND t.country <> $origin AND t.country <> $destination
  WITH t, sum(f[part]) AS share
  RETURN collect({site: t, share: share}) AS step1
}
CALL (part, step1) {
  UNWIND step1 AS x
  WITH part, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
    AND t.country <> $origin AND t.country <> $destination
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share}) AS step2
}
CALL (part, step2) {
  UNWIND step2 AS x
  WITH part, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
    AND t.country <> $origin AND t.country <> $destination
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share}) AS step3
}
CALL (part, step3) {
  UNWIND step3 AS x
  WITH part, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
    AND t.country <> $origin AND t.country <> $destination
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share}) AS step4
}
CALL (part, step4) {
  UNWIND step4 AS x
  WITH part, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
    AND t.country <> $origin AND t.country <> $destination
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share}) AS step5
}
CALL (part, step5) {
  UNWIND step5 AS x
  WITH part, x.site AS s, x.share AS passing
  MATCH (s)-[f:SUPPLIES]->(t:Site)
  WHERE f.material <> 'swarf' AND f[part] > 0
    AND t.country <> $origin AND t.country <> $destination
  WITH t, sum(passing * f[part]) AS share
  RETURN collect({site: t, share: share}) AS step6
}
UNWIND step1 + step2 + step3 + step4 + step5 + step6 AS x
WITH content, arrivals, direct_tonnes, x.site AS hub, x.share AS bought
WITH content, arrivals, direct_tonnes, hub, sum(bought) AS bought
MATCH (hub)-[g:SUPPLIES]->(b:Site {country: $destination})
WHERE g.material <> 'swarf' AND g[content] > 0
WITH arrivals, direct_tonnes, hub.country AS hub_country, count(DISTINCT hub) AS plants,
     sum(bought * g[content]) AS tonnes
RETURN hub_country, plants, tonnes, tonnes / arrivals AS share_of_arrivals, direct_tonnes
ORDER BY tonnes DESC, hub_country
