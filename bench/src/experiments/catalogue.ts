/** The experiments that have a name of their own on the command line: what they ask, and what we expect. */
import { availableParallelism } from "node:os"
import { OURS, anchorsOf } from "../native/anchors.js"
import { BESIDE, NATIVE, TWIN } from "../native/beside.js"
import { PEERS, TASKS } from "../peers/peers.js"
import { THINGS, type Thing } from "../scale/things.js"
import type { Experiment, Hypothesis, Value } from "./experiment.js"

type Axes = Readonly<Record<string, readonly Value[]>>

/** The locks that are compared when none is named: one that overtakes, and two that do not. */
const LOCKS = ["spin-or-sleep", "ticket", "mcs"]

const has = (axes: Axes, axis: string, ...values: Value[]) => values.every((value) => axes[axis]?.includes(value))

export function locksExperiment(given: Axes): Experiment {
  const axes: Axes = { lock: LOCKS, ...given }
  const fifo = ["ticket", "mcs"].filter((lock) => has(axes, "lock", "spin-or-sleep", lock))
  return {
    name: "locks",
    title: "Locks: how fast, how fair, at what price",
    question:
      "What does each lock cost, by threads, by section and by work outside of it; who has to wait, and for how long?",
    over: "locks",
    axes,
    hypotheses: fifo.flatMap((lock) =>
      (axes["threads"] ?? [availableParallelism()])
        .filter((threads) => Number(threads) > 1)
        .map((threads): Hypothesis => ({
          says: `${lock}, ${threads} threads: nobody has the lock many times in a row`,
          metric: "mostInARow",
          of: { lock, threads },
          over: { lock: "spin-or-sleep", threads },
          atMost: 0.5,
        })),
    ),
  }
}

export function fencesExperiment(given: Axes): Experiment {
  return {
    name: "fences",
    title: "Fences: a lock of their own, one that they share, or none",
    question:
      "What does it cost to issue and signal fences, and to remove callbacks, under a lock of their own, under one that they share, and without any; by locks and by threads?",
    over: "fences",
    axes: {
      placement: ["inline", "external", "lock-free"],
      lock: LOCKS.slice(0, 1),
      threads: [1, 2],
      task: ["issue", "remove"],
      ...given,
    },
  }
}

export function pairsExperiment(given: Axes): Experiment {
  const axes: Axes = { lock: LOCKS, ...given }
  return {
    name: "pairs",
    title: "Locks, in terms of each other",
    question: "What does a turn with each lock cost in terms of another, so exactly that a load does not matter?",
    over: "pairs",
    axes: { ...axes, beside: axes["beside"] ?? axes["lock"]!.slice(0, 1) },
  }
}

export function schemesExperiment(given: Axes): Experiment {
  return {
    name: "reclamation",
    title: "Reclamation",
    question:
      "What does each scheme cost, and how much garbage does it keep, by structure, by the share of reads and by how long a reader stalls?",
    over: "reclamation",
    axes: given,
  }
}

export function wakeExperiment(given: Axes): Experiment {
  const axes: Axes = { way: ["parked", "spinning", "asynchronous"], waiters: [1, 10, 100, 1_000], ...given }
  const one = has(axes, "waiters", 1)
  return {
    name: "wake",
    title: "From signal to waiter",
    question:
      "How long does it take from signal() until a waiter runs, when it spins, sleeps, or has a promise; and with how many beside it?",
    over: "wake",
    axes,
    hypotheses: [
      ...(one && has(axes, "way", "parked", "spinning")
        ? [
            {
              says: "Who sleeps knows at least three times later than who spins",
              metric: "p50",
              of: { way: "parked", waiters: 1 },
              over: { way: "spinning", waiters: 1 },
              atLeast: 3,
            },
          ]
        : []),
      ...(has(axes, "way", "asynchronous") && has(axes, "waiters", 1, 1_000)
        ? [
            {
              says: "A thousand promises take less than a thousand times as long as one",
              metric: "last",
              of: { way: "asynchronous", waiters: 1_000 },
              over: { way: "asynchronous", waiters: 1 },
              atMost: 1_000,
            },
          ]
        : []),
    ],
  }
}

export function channelsExperiment(given: Axes): Experiment {
  const axes: Axes = {
    way: ["Channel", "FenceChannel", "Cell", "postMessage", "ringbuf.js"],
    task: ["stream", "round trip"],
    bytes: [64, 1_024],
    ...given,
  }
  return {
    name: "channels",
    title: "Messages from thread to thread",
    question:
      "What does a message cost through the package's channels, beside postMessage and a ring that never waits?",
    over: "channels",
    axes,
    hypotheses: ["stream", "round trip"].map((task): Hypothesis => ({
      says: `${task}: a Channel takes less than half as long as postMessage`,
      metric: "ns",
      of: { way: "Channel", task },
      over: { way: "postMessage", task },
      atMost: 0.5,
    })),
  }
}

export function peersExperiment(given: Axes): Experiment {
  const axes: Axes = { peer: PEERS, task: TASKS, turns: [0], ...given }
  const [ours, ...others] = PEERS
  // A promise, because that is what all of them have.
  const compared = has(axes, "peer", ours) && has(axes, "task", "promise") ? others : []
  return {
    name: "peers",
    title: "Beside what a user would take instead",
    question:
      "What do the package's mutex and semaphore cost beside Atomics by hand, the platform's locks, and the package `multithreading`; and do wakeups get lost?",
    over: "peers",
    axes,
    hypotheses: compared
      .filter((peer) => has(axes, "peer", peer) && peer !== "Atomics by hand")
      .map((peer): Hypothesis => ({
        says: `A promised lock that nobody else wants takes less time than with ${peer}`,
        metric: "ns",
        of: { peer: ours, task: "promise" },
        over: { peer, task: "promise" },
        atMost: 1,
      })),
  }
}

export function nativeExperiments(): Experiment[] {
  return (["lock", "read section"] as const).map((of) => ({
    name: `native-${of.replace(" ", "-")}`,
    title: `A ${of}, beside native ones`,
    question: `What does a ${of} cost from JavaScript, beside those that C programs use?`,
    over: "native",
    axes: { of: [of], by: [OURS, ...anchorsOf(of)] },
  }))
}

/** What was promised: from JavaScript half of what C does when nobody is in the way, and nine tenths when threads are. */
const PROMISED = { alone: 0.5, contended: 0.9 }

export function nativeLocksExperiment(given: Axes): Experiment {
  const axes: Axes = { lock: Object.keys(BESIDE), threads: [1, 2], ...given, by: [TWIN, OURS, ...NATIVE] }
  return {
    name: "native-locks",
    title: "Locks in each other's way, beside native ones",
    question:
      "How much do threads get done under each lock from JavaScript, in terms of the same algorithm in C; and beside the locks that C programs use?",
    over: "native-locks",
    axes,
    hypotheses: axes["lock"]!.flatMap((lock) =>
      axes["threads"]!.map((threads): Hypothesis => {
        const atLeast = Number(threads) === 1 ? PROMISED.alone : PROMISED.contended
        return {
          says: `${lock}, ${threads} thread${threads === 1 ? "" : "s"}: ours gets at least ${atLeast} of what C does`,
          metric: "perSecond",
          of: { lock, by: OURS, threads },
          over: { lock, by: TWIN, threads },
          atLeast,
        }
      }),
    ),
  }
}

/** What each is called, how many there are if nothing is said, and what must hold of many. */
const MANY: Readonly<
  Record<Thing, { readonly title: string; readonly counts: readonly number[]; readonly says?: string }>
> = {
  fences: {
    title: "Many live fences",
    counts: [10_000, 100_000, 1_000_000],
    says: "One of many fences is made in at most twice the time of one of few",
  },
  promises: {
    title: "Many pending promises",
    counts: [10_000, 100_000],
    says: "One of many waits is begun in at most twice the time of one of few",
  },
  threads: { title: "Many threads", counts: [4, 16, 64, 256] },
  modules: {
    title: "Many modules",
    counts: [10, 100, 1_000],
    says: "One of many modules is loaded in at most twice the time of one of few",
  },
}

/** One for each thing: `of` and `count` are theirs. */
export function scaleExperiments(given: Axes): Experiment[] {
  const engine = given["engine"] ?? ["wasm", "js"]
  return ((given["of"] ?? THINGS) as readonly Thing[]).map((of): Experiment => {
    const { title, counts: usual, says } = MANY[of]
    const counts = given["count"] ?? usual
    return {
      name: `scale-${of}`,
      title,
      question: `What does one of many ${of} cost, in time and in memory, and does it cost more than one of few?`,
      over: "scale",
      axes: { engine: of === "threads" ? engine.slice(0, 1) : engine, of: [of], count: counts },
      ...(says === undefined || counts.length < 2
        ? {}
        : {
            hypotheses: [
              { says, metric: "makeNs", of: { count: counts.at(-1)! }, over: { count: counts[0]! }, atMost: 2 },
            ],
          }),
    }
  })
}
