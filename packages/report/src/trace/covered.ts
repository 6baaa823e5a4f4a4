/** Whether a moment lies in a slice of its thread. Asked of thousands of arrows: the slices are joined once, and searched. */
import type { TraceLine } from "./event.js"

interface Moment {
  readonly pid: number
  readonly tid: number
  readonly ts: number
}

/** `slack`: by so many microseconds a moment may miss. */
export function coveredBy(lines: readonly TraceLine[], slack = 0): (moment: Moment) => boolean {
  const joined = new Map<string, [from: number, to: number][]>()
  for (const { pid, tid, ts, dur = 0 } of lines.filter(({ ph }) => ph === "X").toSorted((a, b) => a.ts - b.ts)) {
    const track = `${pid}/${tid}`
    const stretches = joined.get(track) ?? []
    const last = stretches.at(-1)
    if (last !== undefined && ts <= last[1]) last[1] = Math.max(last[1], ts + dur)
    else stretches.push([ts, ts + dur])
    joined.set(track, stretches)
  }
  return ({ pid, tid, ts }) => {
    const stretches = joined.get(`${pid}/${tid}`) ?? []
    let [low, high] = [0, stretches.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (stretches[middle]![1] + slack < ts) low = middle + 1
      else high = middle
    }
    return low < stretches.length && stretches[low]![0] - slack <= ts
  }
}
