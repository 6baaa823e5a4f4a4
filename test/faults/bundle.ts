/** Makes of a TypeScript module of the tests one that plain Node can load: a child process has no vitest. */
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { build } from "esbuild"

/** Below `node_modules`, so that packages are found from there. */
const CACHE = fileURLToPath(new URL("../../node_modules/.cache/outlive-trials", import.meta.url))

/** URL of a module that does what the given one does. */
export async function bundleTrial(module: URL): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(module)],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    write: false,
    plugins: [ownUrl],
  })
  return keep(outputFiles[0]!.text)
}

/** Keeps a text in a file named after its content, and returns its URL. */
function keep(text: string): string {
  const path = join(CACHE, `${createHash("sha256").update(text).digest("hex").slice(0, 24)}.mjs`)
  if (!existsSync(path)) {
    mkdirSync(CACHE, { recursive: true })
    // Whole or not at all: another process may be looking for it.
    const unfinished = `${path}.${process.pid}`
    writeFileSync(unfinished, text)
    renameSync(unfinished, path)
  }
  return pathToFileURL(path).href
}

/** `import.meta.url` stays that of the source: the programs that a race starts are found beside it. */
const ownUrl = {
  name: "own-url",
  setup(building: Parameters<NonNullable<Parameters<typeof build>[0]["plugins"]>[number]["setup"]>[0]) {
    building.onLoad({ filter: /\/test\/.*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href)),
      loader: "ts",
    }))
  },
}
