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
