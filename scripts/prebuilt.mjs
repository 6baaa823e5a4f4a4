/**
 * Builds that come along. `@outlive/strategies` has the engine with each lock and each scheme that has a name, so that whoever installs
 * `outlive` needs no compiler for them. They are of certain sources, and of no use with others: then it is as if there were none.
 *
 * An archive has many builds, one after the other, compressed as one: they differ by a lock. A build's base64, which hides what is
 * alike, is kept as the bytes that it stands for. `prebuild.mjs` makes them.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { promisify } from "node:util"
import { brotliCompress, brotliDecompressSync, constants } from "node:zlib"
import { ENGINE, folderOf, isMissing } from "./places.mjs"

const PACKAGE = "@outlive/strategies"
const INDEX = "index.json"

/** Where a map says that its sources are, in an archive: there are no paths of the machine that made it. */
const ANYWHERE = '"engine:/'
const here = () => `"${pathToFileURL(ENGINE).href}/`

/** The text of the build with this name, if it is there, of these sources. `folder`: where the archives are. */
export function prebuiltOf(name, sources, folder = placeOfArchives()) {
  const index = indexIn(folder)
  const entry = index?.sources === sources ? index.builds[name] : undefined
  if (entry === undefined) return undefined
  const bytes = brotliDecompressSync(readFileSync(join(folder, entry.archive)))
  return joined(entry.parts, bytes.subarray(entry.at))
}

/** Why there is no such build, in a sentence. */
export function whyNotPrebuilt(name, sources, folder = placeOfArchives()) {
  const index = indexIn(folder)
  if (index === undefined) return `${PACKAGE}, which has builds of the known locks and schemes, is not installed either`
  if (index.sources !== sources)
    return `${PACKAGE} ${index.version} has builds of other sources than these: install it and outlive in the same version`
  return `${PACKAGE} has no build "${name}": it has the known locks and schemes, each by itself`
}

/** Undefined when the package is not there, or in this repository was not packed yet. */
export function indexIn(folder) {
  if (folder === undefined || !existsSync(join(folder, INDEX))) return undefined
  return JSON.parse(readFileSync(join(folder, INDEX), "utf8"))
}

/**
 * Writes `builds`, each `{ name, archive, text }`; `head` goes into the index, with the sources that they are of. What was in the folder is
 * taken away. @returns `{ archive, count, bytes, packed }` of each archive, sizes in bytes
 * @throws Error for a build that has no base64 in it, or names a source that is not the engine's
 */
export async function writeArchives(folder, head, builds) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const index = { ...head, builds: {} }
  const written = []
  for (const archive of new Set(builds.map((build) => build.archive))) {
    const entries = builds
      .filter((build) => build.archive === archive)
      .map(({ name, text }) => ({ name, parts: partsOf(name, text) }))
    let at = 0
    for (const { name, parts } of entries) {
      index.builds[name] = { archive, at, parts: lengthsOf(parts) }
      at += parts.reduce((sum, { length }) => sum + length, 0)
    }
    written.push({ archive, count: entries.length, bytes: Buffer.concat(entries.flatMap(({ parts }) => parts)) })
  }
  const sizes = await Promise.all(
    written.map(async ({ archive, bytes, ...more }) => {
      const packed = await compressed(bytes)
      writeFileSync(join(folder, archive), packed)
      return { archive, ...more, bytes: bytes.length, packed: packed.length }
    }),
  )
  // Last: an archive that is not whole is in no index.
  writeFileSync(join(folder, INDEX), JSON.stringify(index))
  return sizes
}

/** Text, the bytes that its base64 stands for, text. */
function partsOf(name, text) {
  const [base64] = /[A-Za-z0-9+/]{200,}={0,2}/.exec(text) ?? []
  if (base64 === undefined) throw new Error(`Cannot keep ${name}: it has neither its bytes nor its map in base64`)
  const at = text.indexOf(base64)
  const [head, tail] = [text.slice(0, at), text.slice(at + base64.length)]
  const bytes = Buffer.from(base64, "base64")
  const data = isMap(head) ? Buffer.from(bytes.toString().replaceAll(here(), ANYWHERE)) : bytes
  if (isMap(head) && data.includes("file:"))
    throw new Error(`Cannot keep ${name}: its map names a source that is not the engine's`)
  const parts = [Buffer.from(head), data, Buffer.from(tail)]
  if (joined(lengthsOf(parts), Buffer.concat(parts)) !== text)
    throw new Error(`Cannot keep ${name}: it would be another`)
  return parts
}

function lengthsOf(parts) {
  return parts.map(({ length }) => length)
}

/** The text again, for this machine. */
function joined(lengths, bytes) {
  let at = 0
  const [head, data, tail] = lengths.map((length) => bytes.subarray(at, (at += length)))
  const own = isMap(head.toString()) ? Buffer.from(data.toString().replaceAll(ANYWHERE, here())) : data
  return head.toString() + own.toString("base64") + tail.toString()
}

function isMap(head) {
  return head.endsWith("data:application/json;base64,")
}

/** Looks back over the whole archive: there are builds that are nearly the same. The best quality takes half a minute for a tenth less. */
function compressed(bytes) {
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 9,
    [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  }
  return promisify(brotliCompress)(bytes, { params })
}

function placeOfArchives() {
  try {
    return join(folderOf(PACKAGE), "built")
  } catch (error) {
    if (!isMissing(error)) throw error
    return undefined
  }
}
