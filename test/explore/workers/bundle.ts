/** Makes a module of models loadable by worker threads, which know no TypeScript. */
import { mkdtempSync, rmSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { build } from "esbuild"

/** Below the root, so that packages are found from there. */
const PARENT = fileURLToPath(new URL("../../../node_modules/", import.meta.url))

export interface Bundle {
  readonly url: string
  remove(): void
}

export async function bundle(source: URL): Promise<Bundle> {
  const dir = mkdtempSync(join(PARENT, ".models-"))
  const outfile = join(dir, "models.mjs")
  await build({
    entryPoints: [fileURLToPath(source)],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    packages: "external",
    sourcemap: "inline",
    logLevel: "error",
  })
  return { url: pathToFileURL(outfile).href, remove: () => rmSync(dir, { recursive: true, force: true }) }
}
