/**
 * This build beside that of another checkout, process by process in turn: whether anything is slower here. The other one is measured
 * twice: how far it is from itself is what the machine does.
 */
import { existsSync } from "node:fs"
import { join, resolve } from "node:path"
import { believed, runRounds } from "../bench/dist/rounds.js"
import { LEAST_PAIRS, median, ratioByRound } from "../bench/dist/statistics.js"

const SEED = 1
const ARMS = ["here", "there", "there again"]

export function fail(message) {
  console.error(message)
  process.exit(2)
}

/** Words of an option, all of them known. */
export function wordsOf(values, option, known) {
  const words = values[option].split(",")
  const unknown = words.find((word) => !known.includes(word))
  if (unknown !== undefined) fail(`Option --${option} has "${unknown}": it takes ${known.join(", ")}`)
  return words
}

export function wholeOf(values, option) {
  const value = Number(values[option])
  if (!Number.isSafeInteger(value) || value < 1)
    fail(`Option --${option} is "${values[option]}": a whole number from 1 is needed`)
  return value
}

/** The checkout that was named; `needs`: what it must have been built to. */
export function otherCheckout(positionals, needs, usage) {
  const [path, ...more] = positionals
  if (path === undefined || more.length > 0) fail(`Name one other checkout, built: ${usage}`)
  const other = resolve(path)
  if (!existsSync(join(other, needs))) fail(`${path} has no ${needs}: build it first`)
  return other
}

/**
 * Prints a table with a row for each of the names. `run(isHere, name, signal)`: one process. `figures`: what is told of it, and by what it is judged; the
 * smaller the better. Sets the exit code: 1 slower, 3 nothing can be said of one, 130 interrupted.
 */
export async function compareInTurn({ names, rounds, figures, run }) {
  const stop = new AbortController()
  process.once("SIGINT", () => stop.abort())
  const isSeen = process.stderr.isTTY
  const variants = names.flatMap((name) =>
    ARMS.map((arm) => ({ name: `${arm} ${name}`, run: (signal) => run(arm === "here", name, signal) })),
  )
  const onProgress = (text) => isSeen && process.stderr.write(`\r\u001B[K${text}`)
  const measured = runRounds(variants, { rounds, signal: stop.signal, onProgress })
  const result = await measured.catch((error) => fail(error.message))
  if (isSeen) process.stderr.write("\r\u001B[K")
  const runs = believed(result)
  console.log(`Quiet processes: ${runs.length} of ${result.measurements.length}.\n`)
  const judgedAs = figures.judgedAs === undefined ? [] : [figures.judgedAs]
  const head = ["", `${figures.unit} there`, "here ÷ there", ...judgedAs, "there ÷ itself", ""]
  console.log(`${lineOf(head)}\n${lineOf(head.map(() => "---"))}`)
  const rows = names.map((name) => rowOf(runs, name, figures))
  for (const { text } of rows) console.log(text)
  const saysNothing = rows.some(({ open }) => open) ? 3 : 0
  process.exitCode = stop.signal.aborted ? 130 : rows.some(({ slower }) => slower) ? 1 : saysNothing
}

const lineOf = (cells) => `| ${cells.join(" | ")} |`

function rowOf(runs, name, { told, judged }) {
  const [here, there, again] = ARMS.map((arm) => `${arm} ${name}`)
  const ratio = ratioByRound(runs, [here, there], told, SEED)
  const judging = ratioByRound(runs, [here, there], judged, SEED)
  const chance = ratioByRound(runs, [again, there], judged, SEED)
  if (Math.min(ratio.pairs, chance.pairs) < LEAST_PAIRS) {
    const none = `nothing can be said: fewer than ${LEAST_PAIRS} quiet pairs`
    return { open: true, slower: false, text: lineOf([name, "", "", ...(judged === told ? [] : [""]), "", none]) }
  }
  const cell = (of) => `${of.median.toFixed(3)} (${of.low.toFixed(3)}–${of.high.toFixed(3)})`
  const slower = judging.low > Math.max(1, chance.high)
  const verdict = slower ? "slower" : judging.high < Math.min(1, chance.low) ? "quicker" : ""
  const usual = median(runs.filter(({ variant }) => variant === there).map((one) => one.figures[told])).toFixed(2)
  const cells = [cell(ratio), ...(judged === told ? [] : [cell(judging)]), cell(chance)]
  return { open: false, slower, text: lineOf([name, usual, ...cells, verdict]) }
}

/** Builds that are so many times as slow as the other one, measured so often: what has to be said of them. */
export function selfTest() {
  const runsOf = (factor, rounds) =>
    ARMS.flatMap((arm) =>
      Array.from({ length: rounds }, (_, round) => {
        // Processes differ by a few per cent, as they do.
        const ns = 10 * (1 + ((round * 7 + arm.length) % 5) / 100) * (arm === "here" ? factor : 1)
        return { variant: `${arm} twin`, round, figures: { ns } }
      }),
    )
  const cases = [
    { factor: 1.2, rounds: 12, says: "slower", slower: true, open: false },
    { factor: 1, rounds: 12, says: "", slower: false, open: false },
    { factor: 0.8, rounds: 12, says: "quicker", slower: false, open: false },
    { factor: 1.2, rounds: LEAST_PAIRS - 1, says: "nothing can be said", slower: false, open: true },
  ]
  for (const { factor, rounds, says, slower, open } of cases) {
    const row = rowOf(runsOf(factor, rounds), "twin", { told: "ns", judged: "ns" })
    const said = row.text.split("|").at(-2).trim()
    const isSaid = says === "" ? said === "" : said.startsWith(says)
    if (!isSaid || row.slower !== slower || row.open !== open)
      fail(`${factor} times as slow, ${rounds} rounds: "${said}" instead of "${says}"`)
  }
  console.log(`builds in turn: self-test ok, ${cases.length} cases`)
}
