/** A program as text, a line per thread, for reports. */
import type { Instruction, Operand, Place, Program } from "../reference/language.js"

export function show(program: Program): string {
  return program.threads.map((code, thread) => `  T${thread}: ${code.map(showInstruction).join("; ")}`).join("\n")
}

function showInstruction(instruction: Instruction): string {
  switch (instruction.do) {
    case "load":
      if (instruction.plain) return `r${instruction.to} = plain [${instruction.cell}]`
      return `r${instruction.to} = [${showPlace(instruction)}]`
    case "store":
      if (instruction.plain) return `plain [${instruction.cell}] = ${showOperand(instruction.value)}`
      return `[${showPlace(instruction)}] = ${showOperand(instruction.value)}`
    case "add":
    case "exchange":
      return `r${instruction.to} = ${instruction.do}(${showPlace(instruction)}, ${showOperand(instruction.value)})`
    case "compareExchange": {
      const { cell, expected, value, to } = instruction
      return `r${to} = cas(${cell}, ${expected}, ${showOperand(value)})`
    }
    case "wait": {
      const { cell, expected, times, to } = instruction
      return `r${to} = wait(${cell}, ${expected}${times ? ", 10 ms" : ""})`
    }
    case "notify":
      return `r${instruction.to} = notify(${instruction.cell}, ${instruction.count})`
    case "unless":
      return `if (r${instruction.register} != ${instruction.equals}) skip ${instruction.by}`
    case "jump":
      return `skip ${instruction.by}`
    case "relax":
      return "relax"
  }
}

function showPlace({ cell, byte }: Place): string {
  return byte === undefined ? String(cell) : `${cell}.${byte}`
}

function showOperand(operand: Operand): string {
  return "constant" in operand ? String(operand.constant) : `r${operand.register}`
}
