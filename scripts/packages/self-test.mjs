/** Whether the checks notice: packages that are wrong in one way each, and programs that do not say what they should. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { problemsOf } from "./contents.mjs"
import { write } from "./project.mjs"
import { problemWith } from "./uses.mjs"

const ROOT = { engines: { node: ">=20" }, license: "MIT", repository: { url: "git+https://example.com/a.git" } }
const MANIFEST = {
  ...ROOT,
  name: "a",
  version: "1.0.0",
  description: "a",
  keywords: ["a"],
  exports: { ".": "./dist/index.js" },
}

/** A tarball without a fault, with `changes`: undefined takes a file away. */
function tarball(manifest = {}, changes = {}) {
  const files = {
    "README.md": "# a",
    LICENSE: "MIT",
    "CHANGELOG.md": "## 1.0.0",
    "dist/index.js": "",
    "package.json": JSON.stringify({ ...MANIFEST, ...manifest }),
    ...changes,
  }
  return new Map(Object.entries(files).filter(([, text]) => text !== undefined))
}

const TARBALLS = [
  [tarball(), undefined],
  [tarball({ dependencies: { b: "workspace:*" } }), "workspace:"],
  [tarball({ exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } } }), "dist/index.d.ts"],
  [tarball({ bin: { a: "./main.js" } }), "main.js"],
  [tarball({ engines: { node: ">=18" } }), "engines.node"],
  [tarball({ repository: undefined }), "repository"],
  [tarball({ license: "ISC" }), "licence"],
  [tarball({}, { "README.md": undefined }), "README.md"],
  [tarball({}, { "CHANGELOG.md": "## 0.9.0" }), "1.0.0"],
  [tarball({}, { "dist/.tsbuildinfo": "" }), ".tsbuildinfo"],
  [tarball({}, { "dist/index.js": "//# sourceMappingURL=index.js.map" }), "dist/index.js.map"],
]

const USES = [
  [{ text: "console.log(1)", prints: "1\n" }, undefined],
  [{ text: "console.log(1)", prints: "2\n" }, "did not print"],
  [{ text: "console.log(1)", says: /2/ }, "did not say"],
  [{ text: "process.exit(3)" }, "ended with 3"],
  [{ text: 'import "@outlive/nothing"' }, "ended with 1"],
]

/** @returns the exit code */
export async function selfTest() {
  const wrong = []
  for (const [files, expected] of TARBALLS) compare(wrong, problemsOf(files, ROOT).join("\n") || undefined, expected)
  const cwd = mkdtempSync(join(tmpdir(), "outlive-packages-self-"))
  write(cwd, { "package.json": '{ "type": "module" }' })
  for (const [use, expected] of USES)
    compare(wrong, await problemWith({ file: "use.mjs", command: ["node", "use.mjs"], ...use }, { cwd }), expected)
  rmSync(cwd, { recursive: true, force: true })
  console.log(wrong.length === 0 ? `self-test: ${TARBALLS.length + USES.length} cases as expected` : wrong.join("\n"))
  return wrong.length === 0 ? 0 : 1
}

function compare(wrong, seen, expected) {
  const is = expected === undefined ? seen === undefined : seen?.includes(expected)
  if (!is) wrong.push(`expected ${expected ?? "nothing"}, and was told: ${seen ?? "nothing"}`)
}
