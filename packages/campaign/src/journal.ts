/** A campaign's file while it runs: a line is appended when a shard is settled, and is the checkpoint to go on from. */
import { closeSync, existsSync, fstatSync, ftruncateSync, mkdirSync, openSync, statSync, writeFileSync } from "node:fs"
import { dirname, resolve } from "node:path"
import { CampaignError } from "./errors.js"
import { linesOf } from "./lines.js"
import { type Header, type SettledLine, assertBelongs, isHeader, parseLine } from "./result.js"
import { Tally } from "./tally.js"

export class Journal {
  readonly path: string
  readonly tally: Tally
  readonly #file: number

  private constructor(path: string, tally: Tally, file: number) {
    this.path = path
    this.tally = tally
    this.#file = file
  }

  /**
   * Opens a file for this campaign. With `resume`, what is in it counts, and a last line that was cut off by a kill is removed.
   * @throws CampaignError HAS_RESULTS when it is not empty and is not to be resumed; OTHER_CAMPAIGN, OTHER_BUILD, NOT_WRITTEN
   */
  static async open(path: string, header: Header, { resume = false } = {}): Promise<Journal> {
    const seen = statSync(path, { throwIfNoEntry: false })
    // A folder is refused by the system, when it is opened to be written.
    const isThere = seen !== undefined && !seen.isDirectory() && seen.size > 0
    if (isThere && !resume)
      throw new CampaignError(
        "HAS_RESULTS",
        `Cannot write to ${path}: it has results. --resume goes on with them, --out takes another file`,
      )
    const tally = new Tally(header)
    const { end, headers } = isThere ? await read(path, tally) : { end: 0, headers: 0 }
    makeFolder(dirname(resolve(path)))
    const file = openSync(path, "a")
    // Only what is cut off: another process may be writing, and a device has no length.
    if (fstatSync(file).size > end) ftruncateSync(file, end)
    const journal = new Journal(path, tally, file)
    if (headers === 0) journal.#write(header)
    return journal
  }

  /** Counts it, and writes it down. One write of a whole line: a kill leaves it there, or not. @throws CampaignError NOT_WRITTEN */
  settle(line: SettledLine): void {
    this.tally.add(line)
    this.#write(line)
  }

  close(): void {
    closeSync(this.#file)
  }

  #write(line: Header | SettledLine): void {
    try {
      // A single `writeSync` writes what there is room for, and says so in its result only.
      writeFileSync(this.#file, `${JSON.stringify(line)}\n`)
    } catch (error) {
      const why = (error as NodeJS.ErrnoException).code ?? String(error)
      throw new CampaignError(
        "NOT_WRITTEN",
        `${this.path} cannot be written (${why}). What is in it counts: --resume goes on`,
      )
    }
  }
}

/** Step by step: Node's own way down, `recursive`, never returns where a folder is refused as if its parent were missing (/proc). */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder))
  mkdirSync(folder)
}

async function read(path: string, tally: Tally): Promise<{ end: number; headers: number }> {
  let last = 0
  let headers = 0
  for await (const { text, number, end } of linesOf(path)) {
    const where = `${path}:${number}`
    const line = parseLine(text, where)
    if (isHeader(line)) {
      headers++
      assertBelongs(line, tally.header, where)
    } else tally.add(line, where)
    last = end
  }
  return { end: last, headers }
}
