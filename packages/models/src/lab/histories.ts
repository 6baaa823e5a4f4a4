/**
 * Whether what the threads of a model saw could have been seen one operation after the other: there is an order of all operations,
 * each thread's in its own, in which a sequential model answers the same, and is left the same.
 */

/** An operation and its argument. */
export type Operation = readonly [name: string, argument: number]

/** What a structure is without threads. */
export interface Sequential {
  /** Changes the state, and returns what is answered. */
  apply(state: number[], operation: Operation): number
}

export interface History {
  readonly begins: readonly number[]
  /** By thread. */
  readonly operations: readonly (readonly Operation[])[]
  readonly answers: readonly (readonly number[])[]
  readonly ends: readonly number[]
}

export function isSequential({ apply }: Sequential, { begins, operations, answers, ends }: History): boolean {
  const goOn = (state: readonly number[], done: readonly number[]): boolean => {
    if (done.every((count, thread) => count === operations[thread]!.length)) return String(state) === String(ends)
    return done.some((count, thread) => {
      const operation = operations[thread]![count]
      if (operation === undefined) return false
      const next = [...state]
      if (apply(next, operation) !== answers[thread]![count]) return false
      return goOn(
        next,
        done.map((other, i) => (i === thread ? other + 1 : other)),
      )
    })
  }
  return goOn(
    begins,
    operations.map(() => 0),
  )
}

/** In words, for whoever has to find out. */
export function told({ begins, operations, answers, ends }: History): string {
  const lines = operations.map((list, thread) =>
    list.map(([name, argument], i) => `${name}(${argument}) = ${answers[thread]![i]}`).join(", "),
  )
  return `[${begins.join()}], ${lines.map((line, i) => `${i}: ${line}`).join("; ")}, then [${ends.join()}]`
}
