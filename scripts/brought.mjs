/**
 * What somebody brings along, by its path: what kind of thing a file is, and the module that it becomes. Locks and schemes in
 * the engine's subset are built by `strategies.mjs`; everything else is ordinary code, made into one module here.
 */
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, renameSync, statSync, writeFileSync } from "node:fs"
import { isBuiltin } from "node:module"
import { basename, dirname, join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import { fileOf, keptIn, tool } from "./places.mjs"

/** By any of what a file exports: the first that fits. A lock or a scheme that lacks something is told when it is built. */
const KINDS = [
  { kind: "program", exports: ["program"] },
  { kind: "model", exports: ["model"] },
  { kind: "role", exports: ["role"] },
  { kind: "experiment", exports: ["experiment"] },
  { kind: "driver", exports: ["fenceType"] },
  { kind: "lock", exports: ["acquire", "release", "tryAcquire"], ends: ".ts" },
  { kind: "scheme", exports: ["enter", "leave", "tryAdvance"], ends: ".ts" },
  { kind: "foreign", exports: ["create"], ends: "js" },
]
const CODE = /\.(ts|mts|js|mjs)$/

/** Whether a word names a file, and no lock, scheme, program or model of ours. */
export const isFile = (word) => /[\\/]|\.(ts|mts|js|mjs|wasm)$/.test(word)

/** `{ kind, file }` for "lock", "scheme", "program", "model", "role", "experiment", "driver", "foreign". @throws RangeError when it is none of them */
export async function kindOf(path) {
  const file = resolve(path)
  if (!existsSync(file)) throw new RangeError(`There is no file ${file}`)
  if (!statSync(file).isFile()) throw new RangeError(`Cannot read ${file}: it is no file`)
  if (file.endsWith(".wasm")) return { kind: "foreign", file }
  if (!CODE.test(file)) throw new RangeError(`Cannot read ${file}: a .ts, .js, .mjs or .wasm file is needed`)
  const found = await kindAmong(file, false)
  if (found) return { kind: found.kind, file }
  // What it exports all of may be missing, which is told, or be a package.
  await bundled(file, { plugins: [packagesByAddress] })
  const further = await kindAmong(file, true)
  if (further) return { kind: further.kind, file }
  const wanted = file.endsWith(".ts")
    ? "a lock exports acquire, a scheme enter, a program program, a model model, a role role, a driver fenceType, an experiment experiment"
    : "a lock or a scheme exports create, a program program, a model model, a role role, a driver fenceType, an experiment experiment"
  throw new RangeError(`${file} exports nothing that can be run: ${wanted}`)
}

/**
 * The first kind that a file's exports fit, as esbuild reads them: through every form that an export has, in JavaScript and TypeScript. Nothing
 * is run, for a lock is no program of Node's, and what a model does while it is loaded is recorded when that is asked for.
 */
async function kindAmong(file, inside) {
  const exported = new Set(await exportsOf(file, inside))
  return KINDS.find(({ exports, ends = "" }) => file.endsWith(ends) && exports.some((name) => exported.has(name)))
}

async function exportsOf(file, inside) {
  const { metafile } = await bundled(file, { plugins: [asFarAsThere(inside)], metafile: true, sourcemap: false })
  return Object.values(metafile.outputs).flatMap((output) => output.exports)
}

/** Whatever is not there stays outside: whoever builds, or runs, the file says so. `inside`: packages are looked into as well. */
const asFarAsThere = (inside) => ({
  name: "as-far-as-there",
  setup(build) {
    build.onResolve({ filter: /.*/ }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === asFarAsThere || kind === "entry-point") return undefined
      if (!inside && /^[^./]/.test(path)) return { path, external: true }
      const found = await build.resolve(path, { resolveDir, kind, pluginData: asFarAsThere })
      return found.errors.length > 0 || !CODE.test(found.path) ? { path, external: true } : found
    })
  },
})

/** What was made here of which file, by its URL. */
const made = new Map()

/** A text that names what was made of files, with the files' own names: nobody knows the others. */
export function byFiles(text) {
  return [...made].reduce((all, [url, path]) => all.replaceAll(url, path), text)
}

/** URL of the module that such a file becomes, with all that it imports from beside it. @throws RangeError with file and line */
export async function moduleOf(path) {
  const file = resolve(path)
  if (file.endsWith(".wasm")) return pathToFileURL(file).href
  const folder = keptIn("brought")
  const { outputFiles } = await bundled(file, { plugins: [packagesByAddress], outfile: join(folder, "out.mjs") })
  const [{ contents }] = outputFiles
  const hash = createHash("sha256").update(file).update(contents).digest("hex").slice(0, 16)
  const out = join(folder, `${basename(file).replace(CODE, "")}-${hash}.mjs`)
  if (!existsSync(out)) {
    mkdirSync(folder, { recursive: true })
    const draft = `${out}.${process.pid}`
    writeFileSync(draft, contents)
    renameSync(draft, out)
  }
  const url = pathToFileURL(out).href
  made.set(url, path)
  return url
}

/**
 * Packages stay outside, by where they are: ours as the command has them, so that both mean the same classes; others as the file would
 * find them, which is not where its module lies.
 */
const packagesByAddress = {
  name: "packages-by-address",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, async ({ path, resolveDir, kind, pluginData }) => {
      if (pluginData === packagesByAddress || kind === "entry-point") return undefined
      if (isBuiltin(path)) return { path, external: true }
      if (path.startsWith("@outlive/")) return { path: pathToFileURL(fileOf(path)).href, external: true }
      const found = await build.resolve(path, { resolveDir, kind, pluginData: packagesByAddress })
      return found.errors.length > 0 ? found : { path: pathToFileURL(found.path).href, external: true }
    })
  },
}

/** As it is to lie where `outfile` says: its map names its sources by the way from there. */
async function bundled(file, more) {
  try {
    const esbuild = await tool("esbuild", () => import("esbuild"))
    return await esbuild.build({
      entryPoints: [file],
      bundle: true,
      write: false,
      format: "esm",
      platform: "node",
      target: "es2022",
      sourcemap: "inline",
      outfile: join(dirname(file), "out.mjs"),
      logLevel: "silent",
      ...more,
    })
  } catch (error) {
    const told = (error.errors ?? []).map(({ text, location: at }) =>
      at ? `${resolve(at.file)}(${at.line},${at.column + 1}): ${text}` : text,
    )
    throw new RangeError(`Cannot read ${file}:\n${told.join("\n") || error.message}`, { cause: error })
  }
}
