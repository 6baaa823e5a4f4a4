/** From words to the race that they ask for: of `outlive race`, of the lines that it prints, and of a campaign's definition. */
import { type GivenSettings, SCENARIOS } from "@outlive/workers"
import { UsageError } from "./exit-codes.js"
import { checkEngine } from "./options.js"
import { type Said, isWait, raceFrom } from "./race-options.js"
import { type Subject, type Words, raceOver, subjectOf, wordsOf } from "./subject.js"

export interface AskedRace {
  readonly given: GivenSettings
  readonly subject: Subject
  /** What is said by other words than a race's options: for the line that repeats it. */
  readonly said: Said
}

/** @throws UsageError, RangeError for what cannot be, or not together */
export async function askedRace(parsed: Readonly<Record<string, unknown>>): Promise<AskedRace> {
  const asked = raceFrom(parsed)
  const { lock, ...rest } = parsed as Words
  const words = { ...rest, ...(lock === undefined || isWait(lock) ? {} : { lock }) }
  refuseScenario(words)
  const subject = await subjectOf(words)
  if (subject.model !== undefined) throw new UsageError("Cannot race over a model: it can be explored")
  if (asked.engineUrl !== undefined) await checkEngine("engine-module", asked.engineUrl)
  const trace = typeof parsed["trace"] === "string" ? parsed["trace"] : undefined
  if (trace !== undefined && (asked.flavour === "release" || asked.engineUrl !== undefined))
    throw new UsageError(
      "Option --trace is for checked engines of this package: leave out --flavour and --engine-module",
    )
  const over = { ...(await raceOver(subject, asked, trace !== undefined)), ...(await entriesFor(trace)) }
  const also = trace === undefined ? [] : [`--trace=${trace}`]
  return {
    given: { ...asked, ...over },
    subject,
    said: { words: [...wordsOf(words), ...also], sets: [...Object.keys(over), ...ownLock(subject, asked)] },
  }
}

/** A scenario is named by its option. @throws UsageError that says so */
function refuseScenario({ what }: Words): void {
  const known = SCENARIOS.some(({ name }) => name === what)
  if (known) throw new UsageError(`There is no program "${what}", but a scenario: outlive race --scenario ${what}`)
}

/** Who brings a lock need not say how the package's waits, unless they have. */
function ownLock({ lock, foreign }: Subject, asked: GivenSettings): string[] {
  return (lock ?? foreign) !== undefined && asked.lock === undefined ? ["lock"] : []
}

/** What makes traces is loaded when one is asked for. */
async function entriesFor(trace: string | undefined): Promise<GivenSettings> {
  return trace === undefined ? {} : { traceEntries: (await import("./trace-file.js")).TRACE_ENTRIES }
}
