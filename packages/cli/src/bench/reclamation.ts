/** What `outlive bench reclamation` is asked: which structures, under which schemes. */
import { LAB_STRUCTURES } from "@outlive/bench"
import { LAB_SCHEMES, labSchemeOf } from "../../../../scripts/strategies.mjs"
import { UsageError } from "../exit-codes.js"
import { choiceOption, numberOption, wordsOption } from "../options.js"

/** Keys in a structure; as many are not. */
const SIZES = [1, 6_000] as const
const USUAL_SIZE = "1000"
/** The package's own, which others are held against: always there, and first. */
const BASE = "epochs"

interface Given {
  readonly scheme?: string | undefined
  readonly structure?: string | undefined
}

/** As axes of an experiment: of schemes all, if none is named. @throws UsageError, RangeError */
export function reclamationAxes({ scheme, structure }: Given): Record<string, (string | number)[]> {
  const schemes = scheme === undefined ? LAB_SCHEMES.map(({ name }) => name) : schemesIn(scheme)
  return {
    scheme: [BASE, ...schemes.filter((name) => name !== BASE)],
    ...(structure === undefined ? {} : structuresIn(structure)),
  }
}

/** By their own names: what papers call them is the same. */
function schemesIn(text: string): string[] {
  const all = wordsOption("scheme", text).map((word) => labSchemeOf(word).name ?? word)
  if (new Set(all).size < all.length) throw new UsageError(`Option --scheme is "${text}": each scheme once`)
  return all
}

/** "list:1000,tree:1000", "list:100,list:1000". */
function structuresIn(text: string): { structure: string[]; size: number[] } {
  const all = wordsOption("structure", text).map((word) => {
    const [name = "", size = USUAL_SIZE, ...more] = word.split(":")
    if (more.length > 0) throw new UsageError(`Option --structure is "${text}": a name and a number, as list:1000`)
    return [choiceOption<string>("structure", name, LAB_STRUCTURES), numberOption("structure", size, ...SIZES)] as const
  })
  const structure = [...new Set(all.map(([name]) => name))]
  const size = [...new Set(all.map(([, keys]) => keys))]
  // What differs in both is no comparison; and what is the same twice is measured twice anyway.
  if (structure.length * size.length !== all.length)
    throw new UsageError(
      `Option --structure is "${text}": several structures of one size, or one of several, each once`,
    )
  return { structure, size }
}
