/**
 * Where things are: in the repository, and in a project that has installed `outlive`, whose command brings these scripts along. The
 * packages are found as any program finds them; what is built on demand is kept beside them, below `node_modules`.
 */
import { accessSync, constants, mkdirSync } from "node:fs"
import { createRequire } from "node:module"
import { homedir } from "node:os"
import { dirname, join, resolve, sep } from "node:path"

const require = createRequire(import.meta.url)

/** The folder of a package. */
export function folderOf(name) {
  return dirname(require.resolve(`${name}/package.json`))
}

/** The file that a program imports under this name: what it exports is then the same for whoever is loaded here. */
export function fileOf(name) {
  return require.resolve(name)
}

export const ENGINE = join(folderOf("@outlive/core"), "engine")

/** Where builds are kept, and everything else that is made on demand. */
export function keptIn(folder) {
  const beside = join(modulesOf(folderOf("@outlive/core")), ".cache/outlive")
  return join(
    isWritable(beside) ? beside : join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "outlive"),
    folder,
  )
}

/** `node_modules` of the project, or of this repository. */
function modulesOf(folder) {
  const parts = folder.split(sep)
  const at = parts.indexOf("node_modules")
  return at === -1 ? resolve(folder, "../../node_modules") : parts.slice(0, at + 1).join(sep)
}

/** A project may be installed by another user than the one who runs it. */
function isWritable(folder) {
  try {
    mkdirSync(folder, { recursive: true })
    accessSync(folder, constants.W_OK)
    return true
  } catch {
    return false
  }
}

/**
 * A compiler that builds on demand need. Bringing it along would make an installation large, and most never build.
 * @throws RangeError that says what to install
 */
export async function tool(name, load) {
  try {
    return await load()
  } catch (error) {
    if (!isMissing(error)) throw error
    const message = `Building this needs ${name}, which is not installed: npm install --save-dev ${name}@${versionOf(name)}`
    throw new RangeError(message, { cause: error })
  }
}

/** Whether what was thrown says that a package is not installed. */
export function isMissing(error) {
  return error?.code === "ERR_MODULE_NOT_FOUND" || error?.code === "MODULE_NOT_FOUND"
}

/** The one that these scripts are tested with. */
function versionOf(name) {
  try {
    const { dependencies, peerDependencies } = require("outlive/package.json")
    return peerDependencies[name] ?? dependencies[name]
  } catch {
    return "latest"
  }
}
