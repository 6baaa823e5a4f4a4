/** Files for results, opened before anything is measured: who cannot write there is told at once. */
import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs"
import { dirname, join, resolve } from "node:path"
import { UsageError } from "./exit-codes.js"

export const RESULTS_FOLDER = "outlive-results"

/** A file that is open. */
export interface Output {
  readonly path: string
  write(text: string): void
}

/** Opens a file that an option names; what is in it stays until there is something to write. @throws UsageError when that cannot be */
export function openOutput(option: string, path: string): Output {
  const isNew = !existsSync(path)
  const file = attempt(option, path, () => openSync(path, "a"))
  // Nothing came of it: an empty file is not left behind.
  const discard = () => {
    if (isNew) rmSync(path, { force: true })
  }
  process.once("exit", discard)
  return {
    path: resolve(path),
    write(text) {
      process.off("exit", discard)
      ftruncateSync(file)
      writeSync(file, text)
      closeSync(file)
    },
  }
}

/** Opens a new file for a result, named after it and the time. @throws UsageError when the folder cannot be written to */
export function openResult(name: string, folder = RESULTS_FOLDER): Output {
  attempt("out", folder, () => makeFolder(resolve(folder)))
  const stamp = new Date().toISOString().replace(/[:.]/g, "-")
  return openOutput("out", join(folder, `${name}-${stamp}.json`))
}

/** Step by step: Node's own way down, `recursive`, never returns where a folder is refused as if its parent were missing (/proc). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
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
