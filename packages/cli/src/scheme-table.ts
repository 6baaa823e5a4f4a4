/** The reclamation schemes of the lab, measured: one line each, and none left out because something does not apply. */
import { type LabBuild, type SchemeSurvey, surveyScheme } from "@outlive/models"
import { pathToFileURL } from "node:url"
import { buildLab, labSchemeOf } from "../../../scripts/strategies.mjs"
import { columns } from "./columns.js"

export interface SchemeRow extends SchemeSurvey {
  readonly scheme: string
  readonly id: number
  readonly kind: string
  readonly engine: string
  readonly about: string
  /** Other names that are understood. */
  readonly also: readonly string[]
}

/** Builds it, and measures. */
export async function surveyOf(nameOrFile: string): Promise<SchemeRow> {
  const {
    id,
    name,
    file,
    about,
    also = [],
    kind = "?",
    engine = "not applicable: it is a scheme of the lab",
  } = labSchemeOf(nameOrFile)
  const path = await buildLab(nameOrFile, { target: "wasm", flavour: "release" })
  const { bytes } = (await import(pathToFileURL(path).href)) as { bytes: LabBuild }
  return { scheme: name ?? file!, id, kind, engine, about, also, ...surveyScheme(bytes) }
}

const TITLES = [
  "scheme",
  "protects by",
  "quiet",
  "stalled",
  "goes on",
  "dead",
  "cleared up",
  "idle",
  "offline",
  "engine",
]

export function toldSchemes(rows: readonly SchemeRow[]): string {
  const cells = rows.map((row) => [
    row.scheme,
    row.kind,
    ...[row.quiet, row.stalled, row.goneOn, row.dead, row.settled, row.idle, row.offline].map(String),
    row.engine.startsWith("not applicable") ? "n/a" : row.engine,
  ])
  const notes = [
    "Retired nodes that had not been given back, at most, in 8,000 updates of a cell with batches of 32: with nobody reading;",
    "with a reader that stalls, and when it goes on; with a dead one, and when it is cleared up after; with an idle thread, and",
    "when it is offline.",
  ]
  const width = Math.max(...rows.map(({ scheme }) => scheme.length))
  const abouts = rows.map(
    ({ scheme, about, also }) =>
      `${scheme.padEnd(width)}  ${about}${also.length > 0 ? `; also ${also.join(", ")}` : ""}`,
  )
  const reasons = rows
    .filter(({ engine }) => engine.startsWith("not applicable"))
    .map(({ scheme, engine }) => `${scheme.padEnd(width)}  whole engine: ${engine}`)
  return [columns(TITLES, cells), "", ...notes, "", ...abouts, "", ...reasons].join("\n")
}
