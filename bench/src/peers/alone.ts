/** A lock that nobody else wants. */
import type { ChildReport } from "../child.js"
import { median } from "../statistics.js"
import type { PeerName } from "./peers.js"
import { peerIn, share } from "./share.js"

const LEAST_SAMPLES = 15
/** Turns of a sample: the clock ticks in tenths of a microsecond. */
const PASS = 1_000
const WARM_UP_SHARE = 0.3
const nothing = () => {}

/** Its medians, and its quickest moments: whatever else runs only ever slows down, so those tell smaller differences. */
export async function alone(
  name: PeerName,
  task: "alone" | "promise",
  ms: number,
): Promise<Pick<ChildReport, "overlap" | "threads" | "figures">> {
  const { shared } = share()
  const { turn, turnSync } = await peerIn(name, shared, 0)
  const pass =
    task === "promise"
      ? async () => {
          for (let i = 0; i < PASS; i++) await turn(nothing)
        }
      : () => {
          for (let i = 0; i < PASS; i++) turnSync!(nothing)
        }
  const samples: number[] = []
  for (const until = performance.now() + WARM_UP_SHARE * ms; performance.now() < until;) await pass()
  for (const end = performance.now() + ms; samples.length < LEAST_SAMPLES || performance.now() < end;) {
    const start = performance.now()
    await pass()
    samples.push((1e6 * (performance.now() - start)) / PASS)
  }
  return {
    overlap: 1,
    threads: 1,
    figures: { ns: median(samples), quickest: Math.min(...samples), turns: samples.length * PASS },
  }
}
