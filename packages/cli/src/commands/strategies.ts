/** `outlive strategies`: the locks there are, as looked at and explored, and the reclamation schemes, as measured. */
import { pathToFileURL } from "node:url"
import { type EngineFactory, type LockSurvey, SURVEYED, surveyLock } from "@outlive/models"
import { defineCommand } from "citty"
import { isFile } from "../../../../scripts/brought.mjs"
import { LAB_SCHEMES, LOCKS, buildStrategy, lockOf } from "../../../../scripts/strategies.mjs"
import { columns } from "../columns.js"
import { EXIT } from "../exit-codes.js"
import { bytesOf, externalRows, rwRows, toldExternal, toldRw } from "../lock-tables.js"
import { COMMON, refuseUnknown, wordsOption } from "../options.js"
import { Progress } from "../progress.js"
import { quoted } from "../quoted.js"
import { type SchemeRow, surveyOf, toldSchemes } from "../scheme-table.js"

const args = {
  lock: {
    type: "positional",
    description: "A lock, or a file that holds one; without it, and without --scheme, all that there are",
    required: false,
  },
  scheme: {
    type: "string",
    description: "A reclamation scheme, or a file that holds one for the lab",
    valueHint: "name",
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
    description:
      "Locks as explored, reclamation schemes as measured; exit code 1 if a lock that should not lets two in",
  },
  args,
  async run({ args: given, rawArgs }) {
    refuseUnknown(rawArgs, args)
    const all = given.lock === undefined && given.scheme === undefined
    const chosen = all ? LOCKS : given.lock === undefined ? [] : [lockOf(given.lock)]
    const progress = new Progress()
    const locks: Row[] = []
    for (const { id, name, file, about, excludes } of chosen) {
      const lock = name ?? file!
      progress.show(`exploring ${lock}`)
      const survey = surveyLock(await stepwiseWith(lock))
      locks.push({ lock, id, about, ...survey })
      if (excludes !== false && !survey.excludes) process.exitCode = EXIT.failed
    }
    const show = (text: string) => progress.show(text)
    const external = all ? await externalRows(show) : []
    const rw = all ? await rwRows(show) : []
    if ([...external, ...rw].some((row) => !row.excludes)) process.exitCode = EXIT.failed
    const schemes: SchemeRow[] = []
    for (const scheme of all
      ? LAB_SCHEMES.map(({ name }) => name)
      : given.scheme === undefined
        ? []
        : wordsOption("scheme", given.scheme)) {
      progress.show(`measuring ${scheme}`)
      schemes.push(await surveyOf(scheme))
    }
    progress.clear()
    const text = [
      locks.length > 0 && told(locks),
      external.length > 0 && toldExternal(external),
      rw.length > 0 && toldRw(rw),
      locks.length + external.length + rw.length > 0 && boundOf(given.lock),
      schemes.length > 0 && toldSchemes(schemes),
    ]
    const result = { mostPreemptions: SURVEYED.maxPreemptions, locks, external, rw, schemes }
    process.stdout.write(given.json === true ? `${JSON.stringify(result)}\n` : `${text.filter(Boolean).join("\n\n")}\n`)
  },
})

/** What "excludes" means, and how to know more. `lock`: the only one that was looked at, by its name or its file. */
function boundOf(lock: string | undefined): string {
  const { maxPreemptions } = SURVEYED
  const more =
    lock === undefined ? "--lock NAME mutex-3" : isFile(lock) ? quoted(lock) : `--lock ${quoted(lock)} mutex-3`
  return `excludes, overtaken: in orders with at most ${maxPreemptions} preemptions. That is no proof: outlive explore ${more} looks further.`
}

async function stepwiseWith(lock: string): Promise<EngineFactory> {
  const file = await buildStrategy(lock, { target: "js", flavour: "stepwise" })
  return ((await import(pathToFileURL(file).href)) as { instantiate: EngineFactory }).instantiate
}

const COLUMNS = ["lock", "excludes", "bytes", "of thread", "overtaken", "parks", "tries", "dead holder", "dead waiter"]

function told(rows: readonly Row[]): string {
  const yes = (is: boolean) => (is ? "yes" : "no")
  const cells = rows.map((row) => [
    row.lock,
    yes(row.excludes),
    String(bytesOf(row.words)),
    String(bytesOf(row.wordsOfThread)),
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
