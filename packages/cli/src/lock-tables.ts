/** Locks that are in builds on demand, beside the package's: external ones, and those of readers and writers. */
import {
  type EngineFactory,
  type ExternalSurvey,
  type RwSurvey,
  surveyExternalLock,
  surveyRwLock,
} from "@outlive/models"
import { pathToFileURL } from "node:url"
import { EXTERNAL_LOCKS, RW_LOCKS, buildExternalLock, buildRwLock } from "../../../scripts/strategies.mjs"
import { columns } from "./columns.js"

interface Named {
  readonly lock: string
  readonly about: string
}
export type ExternalRow = ExternalSurvey & Named
export type RwRow = RwSurvey & Named

const STEPWISE = { target: "js", flavour: "stepwise" } as const
const factoryIn = async (file: string) =>
  ((await import(pathToFileURL(file).href)) as { instantiate: EngineFactory }).instantiate

export async function externalRows(show: (text: string) => void): Promise<ExternalRow[]> {
  const rows: ExternalRow[] = []
  for (const { name, about } of EXTERNAL_LOCKS) {
    show(`exploring ${name}`)
    rows.push({ lock: name, about, ...surveyExternalLock(await factoryIn(await buildExternalLock(name, STEPWISE))) })
  }
  return rows
}

export async function rwRows(show: (text: string) => void): Promise<RwRow[]> {
  const rows: RwRow[] = []
  for (const { name, about } of RW_LOCKS) {
    show(`exploring ${name}`)
    rows.push({ lock: name, about, ...surveyRwLock(await factoryIn(await buildRwLock(name, STEPWISE))) })
  }
  return rows
}

/** Words are of 32 bits. */
export const bytesOf = (words: number) => 4 * words

const yes = (is: boolean) => (is ? "yes" : "no")
const times = (n: number, tried: number) => (n === 0 ? "never" : `${n} of ${tried}`)

export function toldExternal(rows: readonly ExternalRow[]): string {
  const titles = ["external only", "excludes", "bytes", "overtaken", "tries", ""]
  const cells = rows.map((row) => [
    row.lock,
    yes(row.excludes),
    String(bytesOf(row.words)),
    times(row.overtaken, row.triedToOvertake),
    yes(row.tries),
    row.about,
  ])
  return columns(titles, cells)
}

export function toldRw(rows: readonly RwRow[]): string {
  const titles = ["readers and writers", "excludes", "bytes", "together", "reader overtaken", "writer overtaken", ""]
  const cells = rows.map((row) => [
    row.lock,
    yes(row.excludes),
    String(bytesOf(row.words)),
    yes(row.together),
    times(row.readerOvertaken, row.tried),
    times(row.writerOvertaken, row.tried),
    row.about,
  ])
  return columns(titles, cells)
}
