// title: How well each stage is known
// why: What part of the tonnes that leave a stage is reported, estimated, assumed or from memory: how
//   far an answer about that stage can be trusted.
// column: stage | | Step of the chain that delivers
// column: material | | What it delivers
// column: flows | count | Flows
// column: tonnes | t/yr | In the basis of the material
// column: reported | share | Of the tonnes, what a publication reports
// column: estimated | share | What is worked out from published figures
// column: assumed | share | What is assumed, or known from memory only
// key: stage, material
// row: mine | concentrate | 3 | 480 | 1 | 0 | 0
// row: separation | dy_oxide | 1 | 6 | 1 | 0 | 0
// row: separation | ndpr_oxide | 2 | 125 | 1 | 0 | 0
// row: separation | other_oxide | 2 | 369 | 1 | 0 | 0
// row: metal_alloy | dy_metal | 1 | 5 | 0 | 1 | 0
// row: metal_alloy | ndpr_metal | 2 | 106.25 | 0.2 | 0.8 | 0
// row: magnet | ndfeb | 4 | 375 | 0.2 | 0 | 0.8
// row: component | ndfeb | 2 | 375 | 1 | 0 | 0
MATCH (s:Site)-[f:SUPPLIES]->(:Site)
WHERE NOT s:Boundary
WITH s.stage_order AS position, s.stage AS stage, f.material AS material, count(f) AS flows,
     sum(f.tonnes) AS tonnes,
     sum(CASE WHEN f.confidence = 'reported' THEN f.tonnes ELSE 0.0 END) AS reported,
     sum(CASE WHEN f.confidence = 'estimated' THEN f.tonnes ELSE 0.0 END) AS estimated
RETURN stage, material, flows, tonnes, reported / tonnes AS reported,
       estimated / tonnes AS estimated, (tonnes - reported - estimated) / tonnes AS assumed
ORDER BY position, material
