// Reads [{text, parameters}] as JSON from standard input and writes, for each, what Neo4j's parser
// and semantic analysis find wrong in it, as lists of messages.
const { readFileSync } = require('node:fs');
const { lintCypherQuery } = require('@neo4j-cypher/language-support');

const asked = JSON.parse(readFileSync(0, 'utf8'));
const told = asked.map(({ text, parameters }) =>
  lintCypherQuery(text, { parameters }).diagnostics.map((each) => each.message),
);
console.log(JSON.stringify(told));
