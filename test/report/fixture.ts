/** Results of every kind, with what is hard to show: long names, two modes, a figure that is missing, text that looks like markup. */
import type { Arm, Campaign, Exploration, Experiment, LifetimeCell, Race, Result, Run } from "@outlive/report"

const run = (round: number, figures: Record<string, number>, more: Partial<Run> = {}): Run => ({
  round,
  figures,
  overlap: 2,
  foreign: 0.02,
  underLoad: false,
  ...more,
})

/** Figures that differ from round to round, the same each time. */
const wobble = (value: number, round: number) => value * (1 + 0.03 * Math.sin(7 * round + value))

function arm(label: string, value: number, rounds: number, metric: string, x?: number): Arm {
  return {
    label,
    ...(x === undefined ? {} : { x }),
    runs: Array.from({ length: rounds }, (_, round) =>
      run(round, { [metric]: wobble(value, round), p99: 10 * value }, { underLoad: round === 1 }),
    ),
  }
}

const histogram = (least: number): [number, number][] =>
  Array.from({ length: 60 }, (_, i) => [Math.round(least * 1.12 ** i), Math.max(1, Math.round(100_000 / 1.3 ** i))])

export const micro: Experiment = {
  name: "micro",
  title: "Single operations <b>",
  question: 'What does each operation cost, & how does that compare with "C++"?',
  notes: ["A sample is the median of its process."],
  groups: [
    "hasSignaled",
    "first signal, nobody waits",
    "add + first signal + remove, through a handle that was made before",
  ].map((title, i) => ({
    title,
    picture: "bars" as const,
    metrics: [{ name: "ns", title: "one operation", unit: "ns", better: "less" as const }],
    arms: [
      arm("C++", 1 + i, 9, "ns"),
      arm("WebAssembly", 1.4 + i, 9, "ns"),
      arm("JavaScript, in a build with an uncommonly long name", 90 + 80 * i, 9, "ns"),
    ],
  })),
  claims: [
    { verdict: "held", text: "hasSignaled: at most 5 ns, and 1.4 ns measured" },
    {
      verdict: "shown",
      text: "first signal: WebAssembly is 4.1x faster than JavaScript",
      ratio: {
        of: "first signal: JavaScript ÷ WebAssembly",
        median: 4.1,
        low: 3.9,
        high: 4.4,
        pairs: 9,
        interval: "95 %",
      },
    },
    {
      verdict: "no difference shown",
      text: "no difference shown",
      ratio: { of: "inline ÷ external", median: 1.01, low: 0.97, high: 1.06, pairs: 9, interval: "95 %" },
    },
  ],
  rejected: [{ arm: "wasm hasSignaled", ...run(0, { ns: 3 }, { underLoad: true }) }],
  interrupted: false,
}

export const contended: Experiment = {
  ...micro,
  name: "contended",
  title: "Locks and fences under contention",
  groups: ["lock + unlock, one lock", "create + signal + drop, one timeline"].map((title) => ({
    title,
    picture: "lines" as const,
    axis: { title: "threads", scale: "linear" as const },
    metrics: [
      { name: "perSecond", title: "throughput", unit: "1/s", better: "more" as const },
      { name: "p99", title: "p99", unit: "ns", better: "less" as const },
    ],
    arms: ["inline", "external", "mcs"].flatMap((label, k) =>
      [1, 2, 4, 8].map((threads) => {
        const made = arm(label, (1e7 / (k + 1)) * threads, 9, "perSecond", threads)
        return { ...made, runs: made.runs.map((one) => ({ ...one, histogram: histogram(40 * (k + 1)) })) }
      }),
    ),
  })),
}

const family: Experiment = {
  ...micro,
  name: "family",
  title: "How cost grows",
  claims: [{ verdict: "missed", text: "array of n: linear, and n^1.7 measured" }],
  groups: ["array of n: create, arm, signal", "chain of n pending links: walk"].map((title) => ({
    title,
    picture: "lines" as const,
    axis: { title: "members", scale: "log" as const },
    metrics: [{ name: "us", title: "the whole", unit: "us", better: "less" as const }],
    arms: ["wasm", "js"].flatMap((label, k) =>
      [10, 100, 1_000, 10_000].map((size) => arm(label, (k + 1) * 0.1 * size, 5, "us", size)),
    ),
  })),
}

export const reclamation: Experiment = {
  ...micro,
  name: "reclamation",
  title: "Reclamation",
  claims: [],
  groups: [
    {
      title: "list of 1000, 90 % reads, a reader stalls for 10 ms",
      picture: "tradeoff",
      metrics: [
        { name: "perSecond", title: "throughput", unit: "1/s", better: "more" },
        { name: "keptPeak", title: "peak of garbage", unit: "nodes", better: "less" },
      ],
      seriesOf: { name: "kept", title: "garbage", unit: "nodes", better: "less" },
      arms: [
        "epochs",
        "quiescent",
        "two-counters",
        "one-counter",
        "leak",
        "hazard-pointers",
        "optimistic",
        "hyaline",
        "references",
      ].map((label, k) => ({
        label,
        runs: Array.from({ length: 9 }, (_, round) =>
          run(
            round,
            { perSecond: wobble(1e6 * (k + 1), round), keptPeak: Math.round(15_000 / 3 ** k) },
            {
              histogram: histogram(60 + k),
              series: Array.from({ length: 80 }, (_value, i) => [
                2 * i,
                Math.round((15_000 / 3 ** k) * Math.abs(Math.sin(i / (3 + round)))),
              ]),
            },
          ),
        ),
      })),
    },
  ],
}

export const heated: Experiment = {
  ...micro,
  name: "heated",
  title: "Where which lock is the better one",
  claims: [],
  groups: [
    {
      title: "mcs ÷ spin-or-sleep, throughput",
      picture: "heat",
      axis: { title: "threads", scale: "linear" },
      metrics: [{ name: "ratio", title: "throughput of mcs in terms of spin-or-sleep", unit: "×", better: "more" }],
      arms: [0, 100, 1_000, 10_000].flatMap((section, i) =>
        [1, 2, 4, 8].map((threads, k) => arm(`section ${section}`, 0.25 * 2 ** ((i + k) / 2), 9, "ratio", threads)),
      ),
    },
    {
      title: "throughput of mcs, everywhere",
      picture: "heat",
      axis: { title: "threads", scale: "linear" },
      metrics: [{ name: "perSecond", title: "throughput", unit: "1/s", better: "more" }],
      arms: [0, 10_000].flatMap((section, i) =>
        [1, 2, 4, 8].map((threads, k) =>
          arm(`a section of ${section} rounds`, 1e7 / 10 ** (i + k / 2), 9, "perSecond", threads),
        ),
      ),
    },
  ],
}

export const race: Race = {
  settings: {
    scenario: "fences",
    roles: { signaler: 2, unloader: 1 },
    seed: 1,
    engine: "wasm",
    flavour: "checked",
    lifetime: "issuer-bound",
    perturbation: false,
  },
  repeat: "outlive race --lifetime=issuer-bound",
  elapsedMs: 2_000,
  operations: 1_135_278,
  counts: { "signaler: signaled": 12_345, "unloader: unloaded": 67 },
  unseen: ["waiter: timed-out"],
  violations: [{ thread: "waiter-3", claim: "No wait sleeps through a signal.", message: "It slept <for ever>" }],
  oopses: 11,
  oopsesByCode: { DEAD_TEXT: 11 },
  story: {
    thread: "signaler-0",
    code: "DEAD_TEXT",
    message: "Fence 0x57f80 leads into the text of a module that is gone",
    story: [
      "signaler-0     creates fence 0x57f80",
      "unloader-5     takes its text away",
      "signaler-0     drops it: OOPS",
    ],
  },
  deaths: [],
  leaks: [],
  lost: [],
  interrupted: false,
  passed: false,
}

const lifetimes: LifetimeCell[] = ["issuer-bound", "names-only", "independent", "pinned"].flatMap((lifetime, i) =>
  ["amdgpu ring", "nouveau channel, in its legacy form"].map((type) => ({
    type,
    lifetime,
    form: "merged",
    outcomes: [["crash", "half free", "safe", "bound for ever"][i]!],
    text: ["crash put, name", "half free", "safe", "bound for ever"][i]!,
    messages: i === 0 ? ["It led into a text that had gone"] : [],
    repeat: `outlive race --driver '${type}' --lifetime ${lifetime}`,
  })),
)

export const failing: Exploration = {
  model: "signal-remove",
  verdict: "use-after-free",
  claim: "A callback that was removed does not run.",
  message: "thread 2 reads a record that has been freed",
  executions: 12,
  ms: 3.2,
  strategy: "exhaustive",
  threadNames: ["signaler of the fence", "remover"],
  repeat: "outlive replay signal-remove:0x12",
  trace: [
    { thread: 0, text: "compareExchange lock 0 → 1", cell: "lock", after: "1", at: "lock.ts:31", switched: false },
    {
      thread: 1,
      text: "load flags[a cell with a very long name that no column may clip] = 0",
      cell: "flags",
      after: "0",
      at: "signal.ts:131",
      switched: true,
    },
    { thread: 0, text: "store flags := 1", cell: "flags", after: "1", at: "signal.ts:140", switched: true },
    { thread: 1, text: "free record, 32 bytes", at: "pool.ts:90", switched: true },
  ],
  racing: [2],
}

const passing: Exploration = {
  model: "signal-add",
  verdict: "pass",
  executions: 1_200,
  ms: 40,
  strategy: "exhaustive",
  threadNames: ["a", "b"],
  exhaustive: true,
  cutShort: [],
}

export const result: Result = {
  schema: "outlive.result",
  version: 1,
  kind: "lab",
  tool: { name: "outlive", version: "0.1.0" },
  commit: "abcdef0+",
  date: "2026-11-27T10:00:00.000Z",
  command: "outlive lab --seed 1",
  machine: {
    cpu: "A CPU",
    cores: 2,
    memoryGiB: 8,
    os: "Linux 6",
    node: "20.20.2",
    v8: "11.3",
    loadAverage: [0.1, 0.2, 0.3],
    loadSource: "/proc/stat",
  },
  interrupted: false,
  answers: [
    "What crashed: fences that are bound to their issuer's module.",
    "What a lock of its own is worth here: no difference shown.",
  ],
  races: [race],
  lifetimes,
  experiments: [micro, contended, family, reclamation, heated],
  explorations: [failing, passing],
}

/** As much as a run of everything measures on a machine with eight processors. */
export const fullRun: Result = {
  ...result,
  experiments: [
    { ...micro, groups: Array.from({ length: 17 }, (_, i) => ({ ...micro.groups[i % 3]!, title: `operation ${i}` })) },
    { ...contended, groups: Array.from({ length: 3 }, () => contended.groups[0]!) },
    { ...family, groups: Array.from({ length: 12 }, () => family.groups[0]!) },
    {
      ...micro,
      groups: Array.from({ length: 7 }, () => ({
        ...micro.groups[0]!,
        arms: [...micro.groups[0]!.arms, ...micro.groups[1]!.arms],
      })),
    },
    reclamation,
  ],
}

export const campaign: Campaign = {
  campaign: "0123456789abcdef",
  build: "0.1.0+abc",
  command: "outlive campaign race --scenario=fences --seeds=1..10000",
  shards: { all: 1_000, done: 998, missing: 1, poisoned: 1 },
  seeds: { all: 10_000, done: 9_980, failed: 12 },
  operations: 1e9,
  ms: 123_456,
  findings: [
    {
      cause: "Fence # leads into <text> # of a module that is gone, and nobody has ever said so in so many words",
      seeds: 12,
      shortest: { seed: 77, size: 1_234, repeat: "outlive race --seed=77", text: "Fence 0x57f80 leads into <text> 3" },
    },
  ],
  moreCauses: 3,
  poisoned: [{ shard: 7, seeds: [71, 80], tries: 3, why: "SIGKILL", repeat: "outlive race --seed=75" }],
  passed: false,
}
