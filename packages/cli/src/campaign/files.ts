/** Files of campaigns among others, for a page: those of one campaign are put together. */
import { closeSync, openSync, readSync } from "node:fs"
import { mergeFiles } from "@outlive/campaign"
import type { Campaign } from "@outlive/report"
import { refusing } from "./run.js"
import { definitionInWords } from "./words.js"

interface Found {
  readonly files: ReadonlySet<string>
  readonly all: readonly Campaign[]
}

/** @throws UsageError for one that cannot be read, or is of another build than the others of its campaign */
export async function campaignsIn(paths: readonly string[]): Promise<Found> {
  const byId = new Map<string, string[]>()
  for (const path of paths) {
    const id = /^\{"schema":"outlive-campaign\/\d+","campaign":"(\w+)"/.exec(beginningOf(path))?.[1]
    if (id !== undefined) byId.set(id, [...(byId.get(id) ?? []), path])
  }
  const all: Campaign[] = []
  for (const files of byId.values()) {
    const result = (await refusing(mergeFiles(files))).result()
    all.push({ ...result, command: `outlive campaign ${definitionInWords(result.definition)}` })
  }
  return { files: new Set([...byId.values()].flat()), all }
}

const ENOUGH = 100

/** Empty for a file that cannot be read: whoever reads all of it says why. */
function beginningOf(path: string): string {
  let file: number
  try {
    file = openSync(path, "r")
  } catch {
    return ""
  }
  try {
    const bytes = Buffer.alloc(ENOUGH)
    return bytes.toString("latin1", 0, readSync(file, bytes))
  } catch {
    return ""
  } finally {
    closeSync(file)
  }
}
