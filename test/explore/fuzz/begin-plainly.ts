/** Some threads access memory plainly before they do anything else; some of those go by what they read there. */
import type { Instruction, Program } from "../reference/language.js"
import type { Random } from "./random.js"

export function beginningPlainly(program: Program, random: Random): Program {
  const cell = () => random.below(program.cells)
  const to = () => random.below(program.registers)
  const store = (): Instruction => ({
    do: "store",
    cell: cell(),
    plain: true,
    value: { constant: 1 + random.below(2) },
  })
  const first = (): readonly Instruction[] => {
    const register = to()
    const load: Instruction = { do: "load", cell: cell(), plain: true, to: register }
    switch (random.below(4)) {
      case 0:
        return [store()]
      case 1:
        return [load]
      case 2:
        return [load, { ...store(), value: { register } } as Instruction]
      default:
        return [load, { do: "unless", register, equals: random.below(2), by: 1 }, store()]
    }
  }
  return { ...program, threads: program.threads.map((code) => (random.chance(0.6) ? [...first(), ...code] : code)) }
}
