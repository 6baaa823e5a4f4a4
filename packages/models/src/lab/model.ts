/** A model of a structure under a scheme: operations of its threads, compared with all sequential orders. */
import type { LabFactory } from "@outlive/core/engine-js"
import { type Model, type Options, explore } from "@outlive/explore"
import { must } from "../model.js"
import { LabArena, type LabArenaOptions, labArenaBytes } from "./arena.js"
import { type History, type Operation, isSequential, told } from "./histories.js"
import type { Structure } from "./structures.js"

export interface LabModel {
  readonly name: string
  readonly claim: string
  readonly structure: string
  readonly threads: number
  build(factory: LabFactory): Model<LabArena>
}

export interface LabModelParts {
  readonly name: string
  readonly claim: string
  readonly structure: Structure
  /** Done before, by the first thread. */
  readonly before?: readonly Operation[]
  readonly threads: readonly (readonly Operation[])[]
  readonly batch?: number
}

export function labModel({ name, claim, structure, before = [], threads, batch = 1 }: LabModelParts): LabModel {
  const { roots, buckets = 1 } = structure
  const options: LabArenaOptions = { threads: threads.length, roots, buckets, batch }
  const begins: number[] = []
  for (const operation of before) structure.apply(begins, operation)
  return {
    name,
    claim,
    structure: structure.name,
    threads: threads.length,
    build: (factory) => ({
      name,
      memory: labArenaBytes(options, factory),
      setup(memory) {
        const arena = new LabArena(memory, options, factory)
        structure.create?.(arena)
        const state: number[] = []
        for (const operation of before) {
          const answer = structure.perform(arena, arena.seats[0]!, operation)
          must(
            answer === structure.apply(state, operation),
            `Cannot prepare ${name}: ${operation.join(" ")} is ${answer}`,
          )
        }
        for (const seat of arena.seats) arena.engine.offline(seat)
        return arena
      },
      threads: threads.map((operations, i) => (arena: LabArena) => {
        const seat = arena.seats[i]!
        const answers = operations.map((operation) => structure.perform(arena, seat, operation))
        arena.engine.offline(seat)
        return answers
      }),
      check(arena, answers) {
        const history: History = {
          begins,
          operations: threads,
          answers: answers as number[][],
          ends: structure.contents(arena),
        }
        must(isSequential(structure, history), `In no order of the operations: ${told(history)}`)
      },
    }),
  }
}

/** Explores it with at most so many preemptions; undefined: all orders. */
export function exploreLab(model: LabModel, factory: LabFactory, most: number | undefined, options: Options = {}) {
  const search: Options =
    most === undefined ? { strategy: "exhaustive" } : { strategy: "preemption-bounded", maxPreemptions: most }
  return explore(model.build(factory), { races: false, ...search, ...options })
}
