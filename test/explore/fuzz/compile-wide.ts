/** A program of accesses of every width as a model: each thread walks its instructions, and keeps what they gave back. */
import type { Model } from "@outlive/explore"
import type { Instruction, Place, Program, Result } from "../reference/wide.js"
import { outcomeOfWide, WIDTHS } from "../reference/wide.js"

export type Views = Readonly<Record<string, BigInt64Array>>

export function compileWide({ bytes, threads }: Program): Model<Views> {
  return {
    memory: bytes,
    setup: (memory) =>
      Object.fromEntries(
        Object.keys(WIDTHS).map((width) => {
          const type = (globalThis as unknown as Record<string, typeof BigInt64Array>)[`${width}Array`]!
          return [width, new type(memory, 0, bytes / type.BYTES_PER_ELEMENT)]
        }),
      ),
    threads: threads.map((code) => (views: Views) => run(code, views)),
    outcome: ({ Uint8 }, results) => outcomeOfWide(Uint8 as unknown as Uint8Array, results as Result[][]),
  }
}

function run(code: readonly Instruction[], views: Views): Result[] {
  const results: Result[] = []
  for (let at = 0; at < code.length; at++) {
    const instruction = code[at]!
    if (instruction.do !== "unless") results.push(perform(instruction, views))
    else if (results.at(-1) !== instruction.result) at += instruction.by
  }
  return results
}

export function perform(instruction: Exclude<Instruction, { do: "unless" }>, views: Views): Result {
  const { width } = instruction
  const view = views[width]!
  const index = indexOf(instruction)
  // Of the narrow ones, numbers go in and come out.
  const into = (value: bigint) => (WIDTHS[width][0] === 8 ? value : (Number(value) as unknown as bigint))
  switch (instruction.do) {
    case "load":
      return BigInt(Atomics.load(view, index))
    case "compareExchange":
      return BigInt(Atomics.compareExchange(view, index, into(instruction.expected), into(instruction.value)))
    case "wait":
      return instruction.times
        ? Atomics.wait(view, index, into(instruction.expected), 10)
        : Atomics.wait(view, index, into(instruction.expected))
    case "notify":
      return BigInt(Atomics.notify(view, index, instruction.count))
    default:
      return BigInt(Atomics[instruction.do](view, index, into(instruction.value)))
  }
}

export function indexOf({ width, at }: Place): number {
  return at / WIDTHS[width][0]
}
