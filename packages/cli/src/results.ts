/** Files for results, opened before anything is measured: who cannot write there is told at once. */
import {
  closeSync,
  existsSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { OutputError, UsageError } from "./exit-codes.js"

export const RESULTS_FOLDER = "outlive-results"

/** A file that is open. */
export interface Output {
  readonly path: string
  /** All of it, or it is told. @throws OutputError */
  write(text: string): void
}

/** Opens a file that an option names; what is in it stays until there is something to write. @throws UsageError when that cannot be */
export function openOutput(option: string, path: string): Output {
  takeAlone(option, path)
  const isNew = !existsSync(path)
  const file = attempt(option, path, () => openSync(path, "a"))
  // Nothing came of it: an empty file is not left behind; one that another command has written to meanwhile is its own.
  const discard = () => {
    if (isNew && existsSync(path) && statSync(path).size === 0) rmSync(path, { force: true })
  }
  process.once("exit", discard)
  return {
    path: resolve(path),
    write(text) {
      process.off("exit", discard)
      writing(path, () => {
        // A pipe, or a device, has no length.
        const isFile = fstatSync(file).isFile()
        if (isFile) ftruncateSync(file)
        try {
          writeFileSync(file, text)
          closeSync(file)
        } catch (error) {
          // Half a file is none that anybody could read.
          if (isNew && isFile) rmSync(path, { force: true })
          throw error
        }
      })
    },
  }
}

/** Of each file that this command is going to write, by its real path: the option that names it. */
const taken = new Map<string, string>()

/**
 * Each output needs a file of its own: of two in one file nobody could read either. A pipe, or a device, may get both.
 * @throws UsageError when another option names the same file, by whatever path
 */
export function takeAlone(option: string, path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() === false) return
  const file = realPathOf(path)
  const other = taken.get(file)
  if (other !== undefined && other !== option)
    throw new UsageError(`Option --${option} is "${path}": --${other} is written to that file, give each its own`)
  taken.set(file, option)
}

/** Also of a file that is not there yet; where there is no folder either it cannot be opened, which is told then. */
function realPathOf(path: string): string {
  if (existsSync(path)) return realpathSync.native(path)
  const folder = dirname(resolve(path))
  return existsSync(folder) ? join(realpathSync.native(folder), basename(path)) : resolve(path)
}

/** Opens a new file for a result, named after it and the time. @throws UsageError when the folder cannot be written to */
export function openResult(name: string, folder = RESULTS_FOLDER): Output {
  openFolder("out", folder)
  const stamp = new Date().toISOString().replace(/[:.]/g, "-")
  return openOutput("out", join(folder, `${name}-${stamp}.json`))
}

/** A folder that an option names. @throws UsageError when it is none, and cannot be made */
export function openFolder(option: string, folder: string): void {
  attempt(option, folder, () => makeFolder(resolve(folder)))
}

/** Writes what cannot be opened beforehand. A single `writeSync` writes what there is room for, and says so in its result only. @throws OutputError */
export function writing(path: string, body: () => void): void {
  try {
    body()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new OutputError(`${path} cannot be written (${code ?? String(error)})`)
  }
}

/** Step by step: Node's own way down, `recursive`, never returns where a folder is refused as if its parent were missing (/proc). */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  mkdirSync(folder)
}

/** As it is written to such a file. */
export const asText = (result: unknown) => `${JSON.stringify(result, null, 2)}\n`

function attempt<T>(option: string, path: string, body: () => T): T {
  try {
    return body()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`Option --${option} is "${path}": it cannot be written (${code ?? String(error)})`)
  }
}
