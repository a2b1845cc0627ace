// title: Which critical sites a country buys from
// why: Suppliers of a country's plants, at home and abroad, without which end uses anywhere would
//   lose most: whose stocks and second sources to ask about first.
// parameter: country | text | DEU | countries | Country of the customers
// parameter: minimum | number | 0.001 | | Share of the value of all end uses lost in a year at least
// column: supplier | | Site that supplies
// column: supplier_name | | Its name
// column: supplier_country | | Where it stands
// column: criticality | share | Of the value of all end uses, what is lost in a year without it
// column: tts_days | days | The longest outage of it that nobody notices
// column: customer | | Site in the country that buys from it
// column: customer_name | | Its name
// column: material | | What it buys
// column: share_of_input | share | Of all the customer gets of the material
// column: tonnes | t/yr | In the basis of the material
// key: supplier, customer, material
// example: country=USA
// row: magnet_us | Magnet Us | USA | 0.2 | 14 | fin_us | Fin Us | ndfeb | 0.6 | 45
// row: magnet_us | Magnet Us | USA | 0.2 | 14 | motor_us | Motor Us | ndfeb | 0.1 | 30
MATCH (s:Site)-[f:SUPPLIES]->(t:Site)
WHERE t.country = $country AND s.criticality >= $minimum AND NOT t:Boundary
  AND f.material <> 'swarf'
RETURN s.id AS supplier, s.name AS supplier_name, s.country AS supplier_country,
       s.criticality AS criticality, s.tts_days AS tts_days,
       t.id AS customer, t.name AS customer_name, f.material AS material,
       f.share_of_input AS share_of_input, f.tonnes AS tonnes
ORDER BY criticality DESC, supplier, share_of_input DESC, customer, material
