// title: China's share of every stage
// why: Who makes what leaves each stage, by where the plant stands and by who controls it; beside
//   it the share of the same goods that touched China at this stage or before.
// column: stage | | Step of the chain that delivers
// column: material | | What it delivers
// column: basis | | What a tonne means
// column: tonnes | t/yr | All that leaves the stage for a later one or for other uses
// column: china_share | share | Made in plants in China
// column: china_controlled_share | share | Made in plants controlled from China
// column: touched_share | share | Content that touched China so far, mass mean
// key: stage, material
// row: mine | concentrate | t REO | 480 | 0.5 | 0.5 | 0.5
// row: separation | dy_oxide | t oxide | 6 | 0 | 0 | 1
// row: separation | ndpr_oxide | t oxide | 125 | 0 | 0 | 0.48
// row: separation | other_oxide | t oxide | 369 | 0 | 0 | 0.471545
// row: metal_alloy | dy_metal | t metal | 5 | 0 | 1 | 1
// row: metal_alloy | ndpr_metal | t metal | 106.25 | 0 | 0.8 | 0.48
// row: magnet | ndfeb | t finished magnet | 375 | 0 | 0 | 0.498113
// row: component | ndfeb | t finished magnet | 375 | 0 | 0 | 0.502416
MATCH (s:Site)-[f:SUPPLIES]->(t:Site)
WHERE NOT s:Boundary AND (t.stage_order > s.stage_order OR t:Boundary)
WITH s.stage_order AS position, s.stage AS stage, f.material AS material,
     sum(f.tonnes) AS tonnes,
     sum(CASE WHEN s.country = 'CHN' THEN f.tonnes ELSE 0.0 END) AS made,
     sum(CASE WHEN s.controlling_country = 'CHN' THEN f.tonnes ELSE 0.0 END) AS controlled,
     sum(f.tonnes * f.china_share_mean) AS touched
MATCH (m:Material {id: material})
RETURN stage, material, m.basis AS basis, tonnes,
       made / tonnes AS china_share,
       controlled / tonnes AS china_controlled_share,
       touched / tonnes AS touched_share
ORDER BY position, material
