/**
 * The same programs with asynchronous threads, whose cells lie in buffers of their own, one for each eight bytes. Waits are
 * `waitAsync`, and before each operation microtasks run.
 */
import type { AsyncModel } from "@outlive/explore"
import type { Instruction, Program, Result } from "../reference/wide.js"
import { outcomeOfWide, WIDTHS } from "../reference/wide.js"
import { indexOf, perform } from "./compile-wide.js"
import type { Views } from "./compile-wide.js"

const BYTES = 8
/** A microtask later. */
const later = () => Promise.resolve()

export function compileWideAsync({ bytes, threads }: Program): AsyncModel<readonly Views[]> {
  return {
    setup: () => Array.from({ length: bytes / BYTES }, () => viewsOf(new SharedArrayBuffer(BYTES))),
    threads: threads.map((code) => (all: readonly Views[]) => run(code, all)),
    outcome: (all, results) =>
      outcomeOfWide(
        all.flatMap(({ Uint8 }) => [...(Uint8 as unknown as Uint8Array)]),
        results as Result[][],
      ),
  }
}

function viewsOf(buffer: SharedArrayBuffer): Views {
  const types = globalThis as unknown as Record<string, typeof BigInt64Array>
  return Object.fromEntries(Object.keys(WIDTHS).map((width) => [width, new types[`${width}Array`]!(buffer)]))
}

async function run(code: readonly Instruction[], all: readonly Views[]): Promise<Result[]> {
  const results: Result[] = []
  for (let at = 0; at < code.length; at++) {
    const instruction = code[at]!
    if (instruction.do === "unless") {
      if (results.at(-1) !== instruction.result) at += instruction.by
      continue
    }
    await later()
    const views = all[Math.floor(instruction.at / BYTES)]!
    const there = { ...instruction, at: instruction.at % BYTES }
    results.push(there.do === "wait" ? await wait(there, views) : perform(there, views))
  }
  return results
}

async function wait(instruction: Extract<Instruction, { do: "wait" }>, views: Views): Promise<Result> {
  const { width, expected, times } = instruction
  const value = WIDTHS[width][0] === BYTES ? expected : (Number(expected) as unknown as bigint)
  return Atomics.waitAsync(views[width]!, indexOf(instruction), value, times ? 10 : Infinity).value
}
