/** A program of the little language as a model: each thread becomes JavaScript text, each operation in a place of its own. */
import { relax } from "@outlive/explore"
import type { AsyncModel, Model } from "@outlive/explore"
import type { Instruction, Operand, Place, Program } from "../reference/language.js"
import { WAIT_RESULTS } from "../reference/language.js"
import { outcomeOf } from "../reference/enumerate.js"

interface State {
  readonly cells: Int32Array
  readonly bytes: Uint8Array
  /** For plain accesses: they are seen. */
  readonly data: Int32Array
}

type Thread = (state: State) => number[]

export function compile(program: Program): Model<State> {
  return {
    memory: program.cells * 4,
    setup: (memory, tools) => ({
      cells: new Int32Array(memory, 0, program.cells),
      bytes: new Uint8Array(memory),
      data: tools.view(Int32Array, 0, program.cells),
    }),
    threads: program.threads.map((code) => compileThread(code, program.registers)),
    outcome: ({ cells }, results) => outcomeOf([...cells], results as number[][]),
  }
}

/** The same in buffers of its own: one for all cells, made by `setup`. */
export function compileOwn(program: Program): Model<State> {
  const { memory: _, ...rest } = compile(program)
  return { ...rest, setup: () => ownState(program) }
}

/** The same with asynchronous threads, which await each operation, and wait with `waitAsync`. */
export function compileAsync(program: Program): AsyncModel<State> {
  const threads = program.threads.map((code) => compileThread(code, program.registers, true))
  return { ...compileOwn(program), threads }
}

function ownState({ cells }: Program): State {
  const buffer = new SharedArrayBuffer(cells * 4)
  const all = new Int32Array(buffer)
  return { cells: all, bytes: new Uint8Array(buffer), data: all }
}

/** A loop over the place, as in a generator that was compiled for an old browser. */
function compileThread(code: readonly Instruction[], registers: number, awaits = false): Thread {
  const cases = code.map((instruction, at) => {
    const text = compileInstruction(instruction)
    const asAsync = text.replace(/Atomics\.wait\((.*)\)\)/, "await (Atomics.waitAsync($1).value))")
    return `case ${at}: ${awaits ? `${asAsync} await null;` : text} at++; continue`
  })
  const text = `return ${awaits ? "async " : ""}({ cells, bytes, data }) => {
    const r = new Array(${registers}).fill(0)
    for (let at = 0; ;) switch (at) {
      ${cases.join("\n      ")}
      default: return r
    }
  }`
  return (new Function("relax", "WAIT_RESULTS", text) as (...parameters: unknown[]) => Thread)(relax, WAIT_RESULTS)
}

function compileInstruction(instruction: Instruction): string {
  switch (instruction.do) {
    case "load":
      if (instruction.plain) return `r[${instruction.to}] = data[${instruction.cell}];`
      return `r[${instruction.to}] = Atomics.load(${place(instruction)});`
    case "store":
      if (instruction.plain) return `data[${instruction.cell}] = ${operand(instruction.value)};`
      return `Atomics.store(${place(instruction)}, ${operand(instruction.value)});`
    case "add":
    case "exchange":
      return `r[${instruction.to}] = Atomics.${instruction.do}(${place(instruction)}, ${operand(instruction.value)});`
    case "compareExchange": {
      const { cell, expected, value, to } = instruction
      return `r[${to}] = Atomics.compareExchange(cells, ${cell}, ${expected}, ${operand(value)});`
    }
    case "wait": {
      const { cell, expected, times, to } = instruction
      const result = `Atomics.wait(cells, ${cell}, ${expected}${times ? ", 10" : ""})`
      return `r[${to}] = WAIT_RESULTS.indexOf(${result});`
    }
    case "notify":
      return `r[${instruction.to}] = Atomics.notify(cells, ${instruction.cell}, ${instruction.count});`
    case "unless":
      return `if (r[${instruction.register}] !== ${instruction.equals}) at += ${instruction.by};`
    case "jump":
      return `at += ${instruction.by};`
    case "relax":
      return "relax();"
  }
}

function place({ cell, byte }: Place): string {
  return byte === undefined ? `cells, ${cell}` : `bytes, ${cell * 4 + byte}`
}

function operand(value: Operand): string {
  return "constant" in value ? String(value.constant) : `r[${value.register}]`
}
