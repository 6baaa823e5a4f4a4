/** A program by its name, or by the URL of a module that exports one. */
import { PROGRAMS } from "./all.js"
import type { AnyProgram } from "./program.js"

/** @throws RangeError that says which there are, or what the module lacks */
export async function findProgram(nameOrUrl: string): Promise<AnyProgram> {
  const ours = PROGRAMS.find(({ name }) => name === nameOrUrl)
  if (ours) return ours
  if (!nameOrUrl.startsWith("file:"))
    throw new RangeError(`There is no program "${nameOrUrl}": there are ${PROGRAMS.map(({ name }) => name).join(", ")}`)
  const module = (await import(nameOrUrl)) as { readonly program?: unknown; readonly default?: unknown }
  return assertProgram(module.program ?? module.default, nameOrUrl)
}

/** @throws RangeError that names what is missing, or what is not what it should be */
export function assertProgram(given: unknown, where: string): AnyProgram {
  const wrong = whatIsWrong(given)
  if (wrong !== undefined) throw new RangeError(`The program in ${where} ${wrong}`)
  return given as AnyProgram
}

function whatIsWrong(given: unknown): string | undefined {
  if (typeof given !== "object" || given === null)
    return `is ${String(given)}: export const program = defineProgram({ … })`
  const { name, claim, about, threads, sizes } = given as Partial<AnyProgram>
  if (typeof name !== "string" || !/^[a-z][a-z0-9-]*$/.test(name))
    return `has the name ${JSON.stringify(name)}: small letters, digits and hyphens are needed`
  if (typeof claim !== "string") return "has no claim: say in a sentence what must hold"
  if (about !== "locks" && about !== "reclamation" && about !== "fences")
    return `is about ${JSON.stringify(about)}: one of locks, reclamation, fences is needed`
  if (!Array.isArray(threads) || threads.length === 0) return "has no threads: there must be one part at least"
  for (const [i, part] of threads.entries()) {
    if (typeof part?.name !== "string") return `has no name for part ${i}`
    if (typeof part.play !== "function") return `has no function play in part "${part.name}"`
  }
  if (!Array.isArray(sizes)) return "has no sizes: in which it is explored, like [{ threads: 2, turns: 1 }]"
  for (const key of ["prepare", "check", "close"] as const) {
    const value = (given as Partial<AnyProgram>)[key]
    if (value !== undefined && typeof value !== "function") return `has a ${key} that is no function`
  }
  return undefined
}
