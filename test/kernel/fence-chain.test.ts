/** "dma-buf-fence-chain", the kernel's suite for chains: upstream's cases, by upstream's names. */
import { once } from "node:events"
import { Worker } from "node:worker_threads"
import { type Fence, FenceChain } from "@outlive/core"
import { expect } from "vitest"
import { Random } from "@outlive/workers"
import { PROVES } from "../prove.js"
import { world } from "../unit/world.js"
import { type Configuration, suite } from "./suite.js"

const SEED = 20_261_123
const RACERS = 3

/** `n` mock fences, and a chain with a link for each. */
function chains(configuration: Configuration, n: number, seqnoOf: (i: number) => bigint = (i) => BigInt(i + 1)) {
  const w = world({ ...configuration, fences: 2 * n + 64, containers: n + 16, callbacks: n + 64 })
  const fences: Fence[] = []
  const links: FenceChain[] = []
  for (let i = 0; i < n; i++) {
    fences.push(w.timeline.fence())
    links.push(FenceChain.create(w.thread, { previous: links[i - 1], fence: fences[i]!, seqno: seqnoOf(i) }))
  }
  return {
    ...w,
    fences,
    links,
    tail: links[n - 1]!,
    end() {
      for (const fence of fences) fence.signal()
      for (const link of links) link.drop()
      for (const fence of fences) fence.drop()
      w.close()
      expect(w.heap.accounts().containers.inUse).toBe(0)
    },
  }
}

/** Whether `findSeqno` finds exactly this link. */
function finds(from: Fence, seqno: bigint, link: Fence): boolean {
  using found = (from as FenceChain).findSeqno(seqno)
  return found !== undefined && found.address === link.address
}

/** The numbers below n, in any order (Fisher-Yates). */
function shuffled(n: number): number[] {
  const random = new Random(SEED)
  const order = Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const k = random.below(i + 1)
    ;[order[i], order[k]] = [order[k]!, order[i]!]
  }
  return order
}

/** A thread sleeps on the tail while the fences are signaled in this order. */
async function waitWhileSignaling(configuration: Configuration, order: (n: number) => number[]): Promise<void> {
  const n = 4_096
  const { heap, fences, tail, end } = chains(configuration, n)
  const worker = new Worker(new URL("programs/wait-one.mjs", import.meta.url), {
    workerData: { heap: heap.share(), fence: tail.share() },
  })
  const exited = once(worker, "exit")
  await once(worker, "message")
  for (const i of order(n)) fences[i]!.signal()
  const [outcome] = (await once(worker, "message")) as [string]
  await exited
  expect(outcome).toBe("signaled")
  end()
}

const upTo = (n: number) => Array.from({ length: n }, (_, i) => i)

suite(
  { name: "fence-chain", upstream: 11, forCi: ["find_race"] },
  {
    sanitycheck(configuration) {
      const { fences, end } = chains(configuration, 1)
      fences[0]!.signal()
      end()
    },
    find_seqno(configuration) {
      const { links, tail, end } = chains(configuration, 64)
      tail.findSeqno(0n)?.drop()
      links.forEach((link, i) => {
        const seqno = BigInt(i + 1)
        expect(finds(tail, seqno, link), `${seqno} from the tail`).toBe(true)
        expect(finds(link, seqno, link), `${seqno} from itself`).toBe(true)
        expect(() => link.findSeqno(seqno + 1n), "the future").toThrow(expect.objectContaining({ code: "EINVAL" }))
        using before = link.findSeqno(seqno - 1n)
        if (i > 0) expect(before?.address).toBe(links[i - 1]!.address)
      })
      end()
    },
    find_signaled(configuration) {
      const { fences, links, tail, end } = chains(configuration, 2)
      fences[0]!.signal()
      const found = tail.findSeqno(1n)
      expect([undefined, links[0]!.address]).toContain(found?.address)
      found?.drop()
      end()
    },
    find_out_of_order(configuration) {
      const { fences, links, tail, end } = chains(configuration, 3)
      fences[1]!.signal()
      // One must wait for all up to the point; the middle link is collected on the way.
      expect(finds(tail, 2n, links[0]!)).toBe(true)
      end()
    },
    find_gap(configuration) {
      const { links, tail, end } = chains(configuration, 64, (i) => BigInt(2 * i + 2))
      links.forEach((link, i) => {
        expect(finds(tail, BigInt(2 * i + 1), link), "in the gap").toBe(true)
        expect(finds(link, BigInt(2 * i + 2), link), "the point itself").toBe(true)
      })
      end()
    },
    find_race: (configuration) => findRace(configuration, PROVES ? 250 : 20),
    signal_forward(configuration) {
      const { fences, links, end } = chains(configuration, 64)
      fences.forEach((fence, i) => {
        fence.signal()
        expect(links[i]!.isSignaled(), `link ${i}`).toBe(true)
        if (i + 1 < links.length) expect(links[i + 1]!.isSignaled(), `link ${i + 1}`).toBe(false)
      })
      end()
    },
    signal_backward(configuration) {
      const { fences, links, end } = chains(configuration, 64)
      for (let i = fences.length - 1; i >= 0; i--) {
        fences[i]!.signal()
        if (i > 0) expect(links[i]!.isSignaled(), `link ${i}`).toBe(false)
      }
      for (const link of links) expect(link.isSignaled()).toBe(true)
      end()
    },
    wait_forward: (configuration) => waitWhileSignaling(configuration, upTo),
    wait_backward: (configuration) => waitWhileSignaling(configuration, (n) => upTo(n).toReversed()),
    wait_random: (configuration) => waitWhileSignaling(configuration, shuffled),
  },
  {
    "find_race for 5 s": (configuration) => {
      // Once for each engine: what is compared there is how it ends. Upstream's time in `npm run prove`.
      const isFull = configuration.flavour === "release" && configuration.fenceLock === "inline"
      return isFull ? findRace(configuration, PROVES ? 5_000 : 200) : undefined
    },
  },
)

/** Threads look for random points of a chain and signal random fences of it, but for the last. */
async function findRace(configuration: Configuration, ms: number): Promise<void> {
  const { heap, fences, tail, end } = chains(configuration, 4_096)
  const workers = Array.from(
    { length: RACERS },
    (_, i) =>
      new Worker(new URL("programs/find-race.mjs", import.meta.url), {
        workerData: {
          heap: heap.share(),
          tail: tail.share(),
          fences: fences.map((f) => f.share()),
          seed: SEED + i,
          ms,
        },
      }),
  )
  const reports = await Promise.all(
    workers.map(async (worker) => {
      const exited = once(worker, "exit")
      const [report] = (await once(worker, "message")) as [{ found: number; complete: number; errors: string[] }]
      await exited
      return report
    }),
  )
  const signaled = fences.filter((fence) => fence.hasSignaled()).length
  console.log(
    `find_race ${configuration.engine} ${configuration.flavour} ${configuration.fenceLock}: ${signaled} fences signaled, ${reports.reduce((n, r) => n + r.found + r.complete, 0)} searches, seed ${SEED}`,
  )
  expect(reports.flatMap((r) => r.errors)).toEqual([])
  expect(tail.isSignaled()).toBe(false)
  end()
}
