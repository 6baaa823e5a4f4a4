/** What must be in a tarball, and what must not: what its manifest says, and what people and registries look for. */
import { readFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"

/** Sentences that say what is wrong; none when all is well. `root`: the manifest that all packages agree with. */
export function problemsOf(files, root) {
  const text = files.get("package.json")
  if (text === undefined) return ["has no package.json"]
  const manifest = JSON.parse(text)
  const problems = []
  const say = (when, problem) => when && problems.push(problem)
  say(text.includes("workspace:"), "asks for a package by workspace:, which no registry knows")
  for (const name of ["README.md", "LICENSE", "CHANGELOG.md"]) say(!files.has(name), `has no ${name}`)
  for (const key of ["description", "keywords", "repository", "license"])
    say(manifest[key] === undefined, `has no ${key} in its package.json`)
  say(
    manifest.engines?.node !== root.engines.node,
    `says engines.node ${manifest.engines?.node}, and ${root.engines.node} is tested`,
  )
  say(manifest.license !== root.license, `has another licence than ${root.license}`)
  say(manifest.repository?.url !== root.repository.url, `has another repository than ${root.repository.url}`)
  const changes = files.get("CHANGELOG.md") ?? ""
  say(!changes.includes(`## ${manifest.version}`), `does not tell of ${manifest.version} in its CHANGELOG.md`)
  for (const target of targetsOf(manifest)) say(!files.has(target), `leads to ${target}, which is not in it`)
  for (const name of files.keys())
    say(/(^|\/)(\.tsbuildinfo|\.fingerprint|tsconfig\.json|node_modules)(\/|$)/.test(name), `has ${name} in it`)
  for (const [name, content] of files) {
    const map = /^\/\/# sourceMappingURL=(\S+\.map)\s*$/m.exec(name.endsWith("js") ? content : "")?.[1]
    const beside = map === undefined ? undefined : [...name.split("/").slice(0, -1), map].join("/")
    say(beside !== undefined && !files.has(beside), `names ${beside} in ${name}, and has none`)
  }
  return problems
}

/** Every file that the manifest leads to. */
function targetsOf({ exports = {}, bin = {} }) {
  const leaves = (value) => (typeof value === "string" ? [value] : Object.values(value ?? {}).flatMap(leaves))
  return [...leaves(exports), ...leaves(bin)].map((path) => path.replace(/^\.\//, ""))
}

/** The files of a tarball, by their names within the package: a header of 512 bytes, then the text, filled up to the next 512. */
export function filesIn(tarball) {
  const bytes = gunzipSync(readFileSync(tarball))
  const files = new Map()
  const field = (at, from, length) => bytes.toString("utf8", at + from, at + from + length).replace(/\0[\s\S]*$/, "")
  for (let at = 0; at + 512 <= bytes.length && bytes[at] !== 0;) {
    const size = Number.parseInt(field(at, 124, 12), 8)
    const name = [field(at, 345, 155), field(at, 0, 100)].filter(Boolean).join("/")
    files.set(name.replace(/^package\//, ""), bytes.toString("utf8", at + 512, at + 512 + size))
    at += 512 + Math.ceil(size / 512) * 512
  }
  return files
}
