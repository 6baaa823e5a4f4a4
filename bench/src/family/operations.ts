/** What is measured of the fence family, and over which sizes. */

/** One curve: the time of the whole as its size grows. */
export interface Curve {
  readonly name: string
  readonly title: string
  readonly sizes: readonly number[]
  /** What its size counts. */
  readonly unit: string
  /** What is promised: the exponent of the growth is below this. */
  readonly mostExponent: number
  readonly promise: string
}

const DECADES = [10, 100, 1_000, 10_000]
/** Half way between linear and quadratic: n log n over these decades grows as n^1.15, and caches end on the way. */
const LINEAR = 1.5

export const CURVES: readonly Curve[] = [
  {
    name: "arrayLife",
    title: "array of n: create, arm, signal",
    sizes: DECADES,
    unit: "members",
    mostExponent: LINEAR,
    promise: "linear",
  },
  {
    name: "mergeOfArrays",
    title: "merge of n/10 arrays of 10",
    sizes: DECADES,
    unit: "leaves",
    mostExponent: LINEAR,
    promise: "n log n",
  },
  {
    name: "mergeDuplicates",
    title: "merge of n fences on 10 contexts",
    sizes: DECADES,
    unit: "leaves",
    mostExponent: LINEAR,
    promise: "n log n",
  },
  {
    name: "chainWalk",
    title: "chain of n pending links: walk",
    sizes: DECADES,
    unit: "links",
    mostExponent: LINEAR,
    promise: "linear",
  },
  {
    name: "chainRelease",
    title: "chain of n links: build, release",
    sizes: DECADES,
    unit: "links",
    mostExponent: LINEAR,
    promise: "linear",
  },
  {
    name: "findPending",
    title: "findSeqno, half way down n pending links",
    sizes: DECADES,
    unit: "links",
    mostExponent: LINEAR,
    promise: "linear",
  },
  {
    name: "findCollected",
    title: "findSeqno below a signaled prefix of n, collected",
    sizes: DECADES,
    unit: "links",
    mostExponent: 0.2,
    promise: "constant",
  },
  {
    name: "reservationWalk",
    title: "reservation of n fences: iterate without a lock",
    sizes: [1, 10, 100, 1_000],
    unit: "fences",
    mostExponent: LINEAR,
    promise: "linear",
  },
  {
    name: "reservationWalkWriters",
    title: "the same, while another thread replaces fences",
    sizes: [1, 10, 100, 1_000],
    unit: "fences",
    mostExponent: LINEAR,
    promise: "linear",
  },
  {
    name: "syncobjWait",
    title: "wait for n syncobjs that are complete",
    sizes: [1, 10, 100],
    unit: "syncobjs",
    mostExponent: LINEAR,
    promise: "linear",
  },
  {
    name: "schedulerJobs1",
    title: "n jobs of 1 entity: submit, run, finish",
    sizes: DECADES,
    unit: "jobs",
    mostExponent: LINEAR,
    promise: "linear",
  },
  {
    name: "schedulerJobs4",
    title: "n jobs of 4 entities: submit, run, finish",
    sizes: DECADES,
    unit: "jobs",
    mostExponent: LINEAR,
    promise: "linear",
  },
]

export const variantName = (engine: string, curve: string, size: number) => `${engine} ${curve} ${size}`
