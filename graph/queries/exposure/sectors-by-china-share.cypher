// title: Which sectors hold most that touched China
// why: Cars, wind, defence and the others beside each other: how much of each element they take,
//   what of it touched China, and for how many of their end uses none of it did.
// parameter: abroad | text | yes | yes, no | Only end uses outside China
// column: sector | | Sector of the end uses
// column: element | | Element
// column: end_uses | count | End uses that receive it
// column: untouched | count | Of these, end uses where nothing touched China
// column: tonnes | t/yr oxide equivalent | What they receive
// column: share_of_element | share | Of all that end uses of all sectors looked at receive
// column: china_share | share | Of what they receive, what touched China
// key: sector, element
// row: EV | Dy | 1 | 0 | 5.4 | 0.9 | 1
// row: EV | NdPr | 1 | 0 | 100 | 0.8 | 0.54
// row: defence | Dy | 1 | 0 | 0.6 | 0.1 | 1
// row: defence | NdPr | 1 | 0 | 25 | 0.2 | 0.24
UNWIND ['NdPr', 'Dy', 'Tb', 'Sm'] AS element
WITH element, toLower(element) + '_t' AS content, 'china_share_' + toLower(element) AS traced
MATCH (:Site)-[f:SUPPLIES]->(use:EndUse)
WHERE NOT use:Boundary AND f[content] > 0 AND ($abroad = 'no' OR use.country <> 'CHN')
WITH element, use, sum(f[content]) AS tonnes, sum(f[content] * coalesce(f[traced], 0.0)) AS touched
WITH element, coalesce(use.sector, 'not named') AS sector, count(use) AS end_uses,
     sum(CASE WHEN touched > 0 THEN 0 ELSE 1 END) AS untouched,
     sum(tonnes) AS tonnes, sum(touched) AS touched
WITH element, sum(tonnes) AS total,
     collect({sector: sector, end_uses: end_uses, untouched: untouched, tonnes: tonnes,
              touched: touched}) AS parts
UNWIND parts AS part
RETURN part.sector AS sector, element, part.end_uses AS end_uses, part.untouched AS untouched,
       part.tonnes AS tonnes, part.tonnes / total AS share_of_element,
       part.touched / part.tonnes AS china_share
ORDER BY sector, element
