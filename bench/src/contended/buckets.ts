/** Histograms as they leave a process: small, and good enough for a picture of their tail. */
import type { JsHistogram } from "hdr-histogram-js"

/** At most so much, and how many. */
export type Buckets = readonly (readonly [number, number])[]

/** So many to a decade: two that are next to each other differ by 12 %. */
const TO_A_DECADE = 20

const edgeOf = (value: number) =>
  Math.round(10 ** (Math.ceil(TO_A_DECADE * Math.log10(Math.max(1, value))) / TO_A_DECADE))

export function bucketsOf(histogram: JsHistogram): Buckets {
  const all: [number, number][] = []
  const iterator = histogram.recordedValuesIterator
  iterator.reset()
  while (iterator.hasNext()) {
    const { valueIteratedTo, countAddedInThisIterationStep } = iterator.next()
    all.push([valueIteratedTo, countAddedInThisIterationStep])
  }
  return merged([all])
}

/** Several as one. */
export function merged(all: readonly Buckets[]): Buckets {
  const counts = new Map<number, number>()
  for (const [value, count] of all.flat()) counts.set(edgeOf(value), (counts.get(edgeOf(value)) ?? 0) + count)
  return [...counts].toSorted(([a], [b]) => a - b)
}
