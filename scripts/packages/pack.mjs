/** Makes a tarball of each package that is published, as `pnpm publish` would: from there on only those are looked at. */
import { mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs"
import { join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { must } from "./run.mjs"

export const ROOT = resolve(fileURLToPath(new URL("../..", import.meta.url)))
const PNPM = ["-y", "pnpm@12.21.0"]
/** Eighty builds of the engine keep two processors busy for a minute; others may want these as well. */
const PREBUILD_MS = 900_000

/** `{ name, folder, manifest }` of each package of this repository that is not private. */
export function published() {
  const folders = [...readdirSync(join(ROOT, "packages")).map((name) => join("packages", name)), "bench"]
  return folders
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(ROOT, folder, "package.json"), "utf8")) }))
    .filter(({ manifest }) => manifest.private !== true)
    .map(({ folder, manifest }) => ({ name: manifest.name, folder, manifest }))
}

/**
 * The same with `file`, where the tarball of each lies. What is in `into` is taken away first. `prebuilt`: of the builds that come along only
 * these locks, for a quick look.
 */
export async function packAll(into, { prebuilt } = {}) {
  const env = prebuilt === undefined ? {} : { OUTLIVE_PREBUILT: prebuilt.join(",") }
  rmSync(into, { recursive: true, force: true })
  mkdirSync(into, { recursive: true })
  const packages = published()
  await must("node", [join(ROOT, "scripts/prebuild.mjs")], { cwd: ROOT, env, ms: PREBUILD_MS })
  const filters = packages.flatMap(({ name }) => ["--filter", name])
  await must("npx", [...PNPM, ...filters, "-r", "pack", "--pack-destination", into], { cwd: ROOT, env })
  return packages.map((one) => {
    const { name, version } = one.manifest
    return { ...one, file: join(into, `${name.replace("@", "").replace("/", "-")}-${version}.tgz`) }
  })
}
