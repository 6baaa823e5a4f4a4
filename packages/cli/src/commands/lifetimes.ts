/** `outlive lifetimes`: what becomes of every fence type under every lifetime, as races show it. */
import {
  type Cell,
  FENCE_TYPES,
  type FenceType,
  cellInWords,
  expectedOf,
  fenceTypeAt,
  isAsExpected,
  placeOf,
  scenariosUrlOf,
  tableInMarkdown,
  tableOf,
  titleOf,
  withTable,
} from "@outlive/drivers"
import { defineCommand } from "citty"
import { columns } from "../columns.js"
import { headOf } from "../envelope.js"
import { EXIT, UsageError } from "../exit-codes.js"
import { onInterrupt } from "../interrupt.js"
import { COMMON, numberOption, refuseUnknown } from "../options.js"
import { pageOf } from "../pages.js"
import { Progress } from "../progress.js"
import { quoted } from "../quoted.js"
import { NOTHING_SAID, type Said, repeatLine } from "../race-options.js"
import { lifetimeOf } from "../lifetime-grid.js"
import { readPage, writePage } from "../page-file.js"
import { sentencesOf } from "../sentences.js"
import { isFile, subjectOf } from "../subject.js"

const args = {
  what: {
    type: "positional",
    description: `A file with a fence type of your own (${pageOf("YOUR-OWN-DRIVER.md")}); without it: those of this package`,
    required: false,
  },
  ...COMMON,
  driver: { type: "string", description: "Fence types of this driver only", valueHint: "name" },
  type: { type: "string", description: "Fence types whose name has this in it", valueHint: "text" },
  page: { type: "string", description: "Also put the table into this page, where its marks are", valueHint: "file" },
  seconds: { type: "string", description: "How long a cell takes at most", valueHint: "number", default: "8" },
} as const

export const lifetimes = defineCommand({
  meta: {
    name: "lifetimes",
    description: "What becomes of each driver's fences under each lifetime, as races show it",
  },
  args,
  async run({ args: given, rawArgs }) {
    refuseUnknown(rawArgs, args)
    const seed = numberOption("seed", given.seed, -0x80000000, 0x7fffffff)
    const seconds = numberOption("seconds", given.seconds, 0.5, 60, false)
    const own = given.what === undefined ? undefined : await ownTypeIn(given.what)
    if (own !== undefined && (given.driver ?? given.type) !== undefined)
      throw new UsageError(`"${given.what}" is the fence type: leave out --driver and --type`)
    const types = own === undefined ? ourTypes(given) : [own.type]
    const page = given.page === undefined ? undefined : pageAt(given.page)
    if (page !== undefined && (own !== undefined || types.length < FENCE_TYPES.length))
      throw new UsageError("Option --page puts the whole table into a page: it is not for some fence types only")
    const said = given.what === undefined ? NOTHING_SAID : { words: [given.what], sets: ["scenariosUrl", "scenario"] }
    const head = headOf("lifetimes", rawArgs)
    const progress = new Progress()
    const interrupt = onInterrupt()
    const cells: Cell[] = []
    for await (const cell of tableOf(types, {
      seed,
      seconds,
      signal: interrupt.signal,
      ...(own === undefined ? {} : { scenariosUrl: own.scenariosUrl }),
    })) {
      // One that was cut off tells nothing.
      if (cell.race?.interrupted) break
      cells.push(cell)
      progress.show(`${cell.type}, ${cell.lifetime}: ${cellInWords(cell)}`)
    }
    progress.clear()
    interrupt.release()
    if (page !== undefined && !interrupt.signal.aborted) writePage(given.page!, withTable(page, tableInMarkdown(cells)))
    const whole = {
      ...head,
      interrupted: interrupt.signal.aborted,
      lifetimes: cells.map((cell) => lifetimeOf(cell, said)),
    }
    const twins = types.length === 1 ? sentencesOf(types[0]!) + twinsOf(types[0]!, said) : ""
    const cut = whole.interrupted ? "\n\nInterrupted: this is a partial result." : ""
    process.stdout.write(given.json ? `${JSON.stringify(whole)}\n` : `${report(cells, said)}${twins}${cut}\n`)
    process.exitCode = interrupt.signal.aborted ? EXIT.interrupted : cells.every(isTold) ? EXIT.ok : EXIT.failed
  },
})

/** @throws UsageError when there is none */
function ourTypes({
  driver,
  type = "",
}: {
  readonly driver?: string | undefined
  readonly type?: string | undefined
}): readonly FenceType[] {
  const types = FENCE_TYPES.filter(
    (one) => (driver === undefined || one.driver === driver) && titleOf(one).includes(type),
  )
  if (types.length > 0) return types
  throw new UsageError(`There is no such fence type: there are ${FENCE_TYPES.map(titleOf).join(", ")}`)
}

/** The fence type that a file exports, and where its race is. @throws UsageError, RangeError */
async function ownTypeIn(what: string): Promise<{ readonly type: FenceType; readonly scenariosUrl: string }> {
  const { driver } = isFile(what) ? await subjectOf({ what }) : {}
  if (!driver) throw new UsageError(`"${what}" is no file with a fence type (${pageOf("YOUR-OWN-DRIVER.md")})`)
  return { type: await fenceTypeAt(driver), scenariosUrl: scenariosUrlOf(driver) }
}

/** A page that can take the table. Asked before anything is raced. @throws UsageError */
function pageAt(path: string): string {
  const page = readPage(path)
  try {
    withTable(page, "")
  } catch (error) {
    throw new UsageError(`Option --page is ${path}: ${(error as Error).message}`)
  }
  return page
}

const isTold = ({ cannot, outcomes }: Cell) => cannot !== undefined || outcomes.length > 0

function report(cells: readonly Cell[], said: Said): string {
  const rows = cells.map((cell) => [
    cell.type,
    cell.form === "merged" ? cell.lifetime : `${cell.lifetime}, ${cell.form}`,
    cellInWords(cell),
    cell.cannot ?? comparison(cell),
  ])
  const { story: { story = [] } = {} } = cells.find(({ race }) => race?.story)?.race ?? {}
  const replays = cells.flatMap(({ race }) => (race ? [`  ${repeatLine(race.settings, said)}`] : []))
  return [
    columns(["fence type", "lifetime", "observed", ""], rows),
    ...(story.length > 0 ? ["", "One oops, as it came about:", ...story.map((line) => `  ${line}`)] : []),
    ...(replays.length > 0 ? ["", "To repeat:", ...replays] : []),
  ].join("\n")
}

/** What can be broken in it, and how that is raced. */
function twinsOf(type: FenceType, said: Said): string {
  const about = said.words.length > 0 ? said.words : [`--driver=${titleOf(type)}`]
  const rows = Object.entries(type.faults).map(([fault, what]) => {
    const { lifetime, variation } = placeOf(type, fault)
    const under = lifetime === "independent" ? [] : [`--lifetime=${lifetime}`]
    return [what, ["outlive", "race", ...about, ...under, `--variation=${variation}`].map(quoted).join(" ")]
  })
  return rows.length === 0 ? "" : `\n\n${columns(["a broken twin", "raced by"], rows)}`
}

/** Outcomes that say nothing by themselves. */
const NEEDS_WORDS: ReadonlySet<string> = new Set(["wrong", "hang", "leak"])

/** What was expected of it; of one that nobody knows, what it was told. */
function comparison(cell: Cell): string {
  const expected = expectedOf(cell)
  if (!expected) return cell.outcomes.some((outcome) => NEEDS_WORDS.has(outcome)) ? (cell.messages[0] ?? "") : ""
  if (isAsExpected(cell, expected)) return "as expected"
  return `expected ${expected.outcomes.join(", ")}: ${expected.reason ?? cell.messages[0] ?? "see the race"}`
}
