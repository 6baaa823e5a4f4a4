/** `outlive report`: results, as one page that anybody can read. */
import { readFileSync, writeFileSync } from "node:fs"
import { basename, join, resolve } from "node:path"
import {
  type ChromeTrace,
  type Result,
  ResultError,
  ResultSchema,
  csv,
  markdown,
  page,
  pictures,
  readResult,
  readTrace,
} from "@outlive/report"
import { defineCommand } from "citty"
import { campaignsIn } from "../campaign/files.js"
import { UsageError } from "../exit-codes.js"
import { refuseUnknown } from "../options.js"
import { openFolder, openOutput, writing } from "../results.js"

const args = {
  files: {
    type: "positional",
    description:
      "Files of results, as the other commands write them with --json or by themselves; traces of outlive race --trace; and files of campaigns",
    required: false,
  },
  out: { type: "string", description: "The page", default: "outlive.html", valueHint: "file" },
  csv: { type: "boolean", description: "Print every sample as CSV instead" },
  markdown: { type: "boolean", description: "Print what came out as Markdown instead, for a pull request" },
  json: { type: "boolean", description: "Print the results as one JSON array instead" },
  schema: { type: "boolean", description: "Print the JSON Schema of a file of results, and read none" },
  pictures: { type: "string", description: "Also write each picture into this folder, as SVG", valueHint: "folder" },
} as const

export const report = defineCommand({
  meta: { name: "report", description: "Results of the other commands as one page of HTML, as CSV, Markdown or JSON" },
  args,
  async run({ args: given, rawArgs }) {
    refuseUnknown(rawArgs, args, Infinity)
    if (given.schema) return void process.stdout.write(`${JSON.stringify(ResultSchema, null, 2)}\n`)
    if (given._.length === 0)
      throw new UsageError("Nothing to report on: give a file of results: outlive report outlive-results/bench-….json")
    const campaigns = await campaignsIn(given._)
    const read = new Map(given._.filter((file) => !campaigns.files.has(file)).map((file) => [file, readFile(file)]))
    const traces = [...read.values()].filter(isTrace)
    const results = new Map([...read].flatMap(([file, one]) => (isTrace(one) ? [] : [[file, one] as const])))
    const all = [...results.values()]
    const asked = (["csv", "markdown", "json"] as const).filter((form) => given[form])
    if (asked.length > 1) throw new UsageError(`Options --${asked.join(" and --")} each print something else: give one`)
    if (asked.length > 0) refuseWithoutPage(rawArgs, asked[0]!)
    if (given.csv) return printCsv(given._, results)
    if (given.markdown) {
      tellLeftOut(given._, (file) => results.has(file) || campaigns.files.has(file), "Markdown has no traces")
      return void process.stdout.write(markdown(all, campaigns.all))
    }
    if (given.json) {
      tellLeftOut(given._, (file) => results.has(file), "JSON has results, and no traces or campaigns")
      return void process.stdout.write(`${JSON.stringify(all)}\n`)
    }
    const output = openOutput("out", given.out)
    if (given.pictures !== undefined) openFolder("pictures", given.pictures)
    output.write(page(all, traces, campaigns.all))
    process.stdout.write(`Page: ${output.path}\n`)
    if (given.pictures !== undefined) writePictures(given.pictures, pictures(all, traces))
  },
})

/** What is left out is told, on standard error. @throws UsageError when that is everything */
function tellLeftOut(files: readonly string[], isIn: (file: string) => boolean, why: string): void {
  const all = [...new Set(files)]
  const out = all.filter((file) => !isIn(file))
  if (out.length === 0) return
  const told = `${why}: ${out.join(", ")} ${out.length === 1 ? "is" : "are"} left out`
  if (out.length === all.length) throw new UsageError(told)
  process.stderr.write(`outlive: ${told}\n`)
}

/** @throws UsageError when no file has a sample */
function printCsv(files: readonly string[], results: ReadonlyMap<string, Result>): void {
  const names = [...results.keys()].map((file) => basename(file))
  // By its name, or by its path where two folders have a file of that name.
  const nameOf = (file: string) =>
    names.indexOf(basename(file)) === names.lastIndexOf(basename(file)) ? basename(file) : file
  const hasSamples = (file: string) =>
    (results.get(file)?.experiments ?? []).some(({ groups }) =>
      groups.some(({ arms }) => arms.some(({ runs }) => runs.length > 0)),
    )
  tellLeftOut(files, hasSamples, "CSV has samples only, which outlive bench and lab take")
  process.stdout.write(csv(new Map([...results].map(([file, result]) => [nameOf(file), result]))))
}

/** What is printed makes no page. @throws UsageError for an option that belongs to the page */
function refuseWithoutPage(rawArgs: readonly string[], form: string): void {
  for (const name of ["out", "pictures"])
    if (rawArgs.some((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`)))
      throw new UsageError(`Option --${name} does nothing with --${form}, which prints on standard output`)
}

/** @throws UsageError that names the file */
function readFile(file: string): Result | ChromeTrace {
  let text: string
  try {
    text = readFileSync(file, "utf8")
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`Cannot read ${file} (${code ?? String(error)}): give a file of results`)
  }
  try {
    return readTrace(text) ?? readResult(file, text)
  } catch (error) {
    if (error instanceof ResultError) throw new UsageError(error.message)
    throw error
  }
}

const isTrace = (one: Result | ChromeTrace): one is ChromeTrace => "traceEvents" in one

function writePictures(folder: string, all: ReadonlyMap<string, string>): void {
  for (const [name, text] of all) {
    const file = join(folder, `${name}.svg`)
    writing(file, () => writeFileSync(file, text))
  }
  process.stdout.write(`Pictures: ${resolve(folder)}\n`)
}
