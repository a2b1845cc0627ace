// One file with the editor, and beside it the licences of what is in it.
import { readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const TARGET = "../../ui/components/cypher_editor/";

const { metafile } = await build({
  entryPoints: ["editor.js"],
  outfile: TARGET + "codemirror.js",
  bundle: true,
  minify: true,
  metafile: true,
  charset: "utf8",
  format: "esm",
  target: "es2021",
  legalComments: "none",
});

const inside = Object.keys(metafile.inputs)
  .map(path => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1])
  .filter(Boolean);
const told = [...new Set(inside)].sort().map(name => {
  const folder = `node_modules/${name}/`;
  const { version, license } = JSON.parse(readFileSync(folder + "package.json", "utf8"));
  return `${name} ${version}, ${license}\n\n${readFileSync(folder + "LICENSE", "utf8").trim()}\n`;
});
writeFileSync(
  TARGET + "LICENSES.txt",
  "codemirror.js is built from tools/editor and holds these packages:\n\n" + told.join("\n" + "-".repeat(72) + "\n\n"),
);
