/** A campaign's file while it runs: a line is appended when a shard is settled, and is the checkpoint to go on from. */
import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, statSync, writeSync } from "node:fs"
import { dirname } from "node:path"
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
   * @throws CampaignError HAS_RESULTS when it is not empty and is not to be resumed; OTHER_CAMPAIGN, OTHER_BUILD
   */
  static async open(path: string, header: Header, { resume = false } = {}): Promise<Journal> {
    const isThere = existsSync(path) && statSync(path).size > 0
    if (isThere && !resume)
      throw new CampaignError("HAS_RESULTS", `Cannot write to ${path}: it has results. --resume goes on with them`)
    const tally = new Tally(header)
    const { end, headers } = isThere ? await read(path, tally) : { end: 0, headers: 0 }
    mkdirSync(dirname(path), { recursive: true })
    const file = openSync(path, "a")
    ftruncateSync(file, end)
    const journal = new Journal(path, tally, file)
    if (headers === 0) journal.#write(header)
    return journal
  }

  /** Counts it, and writes it down. One write of a whole line: a kill leaves it there, or not. */
  settle(line: SettledLine): void {
    this.tally.add(line)
    this.#write(line)
  }

  close(): void {
    closeSync(this.#file)
  }

  #write(line: Header | SettledLine): void {
    writeSync(this.#file, `${JSON.stringify(line)}\n`)
  }
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
