/** `outlive strategies`: the locks there are, with what each is like as it was looked at and explored. */
import { pathToFileURL } from "node:url"
import { type EngineFactory, type LockSurvey, surveyLock } from "@outlive/models"
import { defineCommand } from "citty"
import { LOCKS, buildStrategy, lockOf } from "../../../../scripts/strategies.mjs"
import { columns } from "../columns.js"
import { EXIT } from "../exit-codes.js"
import { externalRows, rwRows, toldExternal, toldRw } from "../lock-tables.js"
import { COMMON, refuseUnknown } from "../options.js"
import { Progress } from "../progress.js"

const args = {
  lock: {
    type: "positional",
    description: "One of them, or a file that holds one; without it, all that the engine has",
    required: false,
  },
  json: COMMON.json,
} as const

interface Row extends LockSurvey {
  readonly lock: string
  readonly id: number
  readonly about: string
}

export const strategies = defineCommand({
  meta: {
    name: "strategies",
    description: "The locks that the engine can be built with, as explored; exit code 1 if one that should lets two in",
  },
  args,
  async run({ args: given, rawArgs }) {
    refuseUnknown(rawArgs, args)
    const chosen = given.lock === undefined ? LOCKS : [lockOf(given.lock)]
    const progress = new Progress()
    const rows: Row[] = []
    for (const { id, name, file, about, excludes } of chosen) {
      const lock = name ?? file!
      progress.show(`exploring ${lock}`)
      const survey = surveyLock(await stepwiseWith(lock))
      rows.push({ lock, id, about, ...survey })
      if (excludes !== false && !survey.excludes) process.exitCode = EXIT.failed
    }
    const show = (text: string) => progress.show(text)
    const external = given.lock === undefined ? await externalRows(show) : []
    const rw = given.lock === undefined ? await rwRows(show) : []
    if ([...external, ...rw].some((row) => !row.excludes)) process.exitCode = EXIT.failed
    progress.clear()
    const text = [told(rows), external.length > 0 && toldExternal(external), rw.length > 0 && toldRw(rw)]
    const result = { locks: rows, external, rw }
    process.stdout.write(given.json === true ? `${JSON.stringify(result)}\n` : `${text.filter(Boolean).join("\n\n")}\n`)
  },
})

async function stepwiseWith(lock: string): Promise<EngineFactory> {
  const file = await buildStrategy(lock, { target: "js", flavour: "stepwise" })
  return ((await import(pathToFileURL(file).href)) as { instantiate: EngineFactory }).instantiate
}

const COLUMNS = ["lock", "excludes", "words", "of thread", "overtaken", "parks", "tries", "dead holder", "dead waiter"]

function told(rows: readonly Row[]): string {
  const yes = (is: boolean) => (is ? "yes" : "no")
  const cells = rows.map((row) => [
    row.lock,
    yes(row.excludes),
    String(row.words),
    String(row.wordsOfThread),
    row.overtaken === 0 ? "never" : `${row.overtaken} of ${row.triedToOvertake}`,
    yes(row.parks),
    yes(row.tries),
    row.deadHolder,
    row.deadWaiter,
  ])
  const width = Math.max(...rows.map(({ lock }) => lock.length))
  const abouts = rows.map(({ lock, about }) => `${lock.padEnd(width)}  ${about}`)
  return [columns(COLUMNS, cells), "", ...abouts].join("\n")
}
