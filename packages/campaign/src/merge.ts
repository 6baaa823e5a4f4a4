/** Puts files of results together. Reads them as streams: what it keeps is one `Tally`. */
import { CampaignError } from "./errors.js"
import { linesOf } from "./lines.js"
import { assertBelongs, isHeader, parseLine } from "./result.js"
import { Tally } from "./tally.js"

/** The sum of all files, in whatever order they come. @throws CampaignError when one is of another campaign or build, or holds no results */
export async function mergeFiles(paths: Iterable<string>): Promise<Tally> {
  let tally: Tally | undefined
  for (const path of paths) {
    let headers = 0
    for await (const { text, number } of linesOf(path)) {
      if (text === "") continue
      const where = `${path}:${number}`
      const line = parseLine(text, where)
      if (isHeader(line)) {
        headers++
        tally ??= new Tally(line)
        assertBelongs(line, tally.header, where)
      } else if (headers === 0)
        throw new CampaignError("NO_RESULT", `Cannot merge ${where}: a shard stands before the header of its campaign`)
      else tally!.add(line, where)
    }
    if (headers === 0) throw new CampaignError("NO_RESULT", `Cannot merge ${path}: there are no results in it`)
  }
  if (!tally) throw new CampaignError("NO_RESULT", "Cannot merge no files: name some")
  return tally
}
