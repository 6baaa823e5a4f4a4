/** What this build is called: version, and a hash of the code that plays. Two commits of one version are two builds. */
import { createHash } from "node:crypto"
import { readFileSync, readdirSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const { version } = createRequire(import.meta.url)("outlive/package.json") as { version: string }

/** Of each package, the folder of its entry. */
const PLAYED = ["core", "programs", "workers", "drivers", "explore", "models", "campaign"]

export function fingerprint(): string {
  const hash = createHash("sha256")
  for (const name of PLAYED) {
    const folder = dirname(fileURLToPath(import.meta.resolve(`@outlive/${name}`)))
    // The engine's builds, each with the checksum of its layout in it, lie one folder up.
    for (const place of name === "core" ? [join(folder, ".."), folder] : [folder]) addFolder(hash, place)
  }
  return `${version}+${hash.digest("hex").slice(0, 12)}`
}

function addFolder(hash: ReturnType<typeof createHash>, folder: string): void {
  const files = readdirSync(folder, { recursive: true }).map((file) => String(file).replaceAll("\\", "/"))
  for (const file of files.filter((name) => name.endsWith(".js")).sort())
    hash.update(`${file}\n`).update(readFileSync(join(folder, file)))
}
