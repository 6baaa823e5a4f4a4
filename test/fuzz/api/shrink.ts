/** Drops calls of a batch for as long as the same fault comes of it. */
import type { BatchOptions, Fault } from "./play.js"

/** The same fault: in another place of the batch, of another handle, it is the same. */
export function keyOf({ name, what }: Fault): string {
  return `${name.replaceAll(/#\d+/g, "")} ${what}`
}

/** The steps that are enough; at most so many are tried (ddmin, Zeller & Hildebrandt 2002). */
export async function shrink(
  options: BatchOptions,
  key: string,
  play: (options: BatchOptions) => Promise<readonly { readonly key: string }[]>,
  mostTries = 2_000,
): Promise<number[]> {
  let steps = Array.from({ length: options.calls }, (_, step) => step)
  let tries = 0
  const fails = async (only: readonly number[]) => {
    if (++tries > mostTries) return false
    return (await play({ ...options, only: new Set(only) })).some((fault) => fault.key === key)
  }
  for (let parts = 2; steps.length > 1;) {
    const size = Math.ceil(steps.length / parts)
    const rests = Array.from({ length: parts }, (_, part) => without(steps, part * size, size))
    const smaller = await firstThat(rests, fails)
    if (smaller) [steps, parts] = [smaller, Math.max(2, parts - 1)]
    else if (size === 1 || tries > mostTries) break
    else parts = Math.min(steps.length, parts * 2)
  }
  return steps
}

function without(steps: readonly number[], start: number, size: number): number[] {
  return steps.filter((_, i) => i < start || i >= start + size)
}

async function firstThat<T>(list: readonly T[], fits: (value: T) => Promise<boolean>): Promise<T | undefined> {
  for (const value of list) if (await fits(value)) return value
  return undefined
}
