/** One thread of a race over the lab: all structures in turn, at random, and what it sees must make sense. */
import { parentPort, workerData } from "node:worker_threads"
import { openLab } from "@outlive/core/engine-js"
import { AT_ACCESSES, delayer, perturbedAtomics } from "../perturbation.js"
import { Random } from "../random.js"
import { StartLine } from "../start-line.js"
import { buildFrom } from "./build.js"
import { LARGEST_KEY, type LabReport, type LabTask, ROOTS, makerOf, numberOf, valueOf } from "./task.js"

const task = workerData as LabTask
const { index, sizes } = task
const random = new Random(task.seed, index)
const words = new Int32Array(task.shared)
const over = words.subarray(StartLine.WORDS)
const taken = words.subarray(StartLine.WORDS + 1)
const violations: string[] = []
const tallies = [0, 1, 2].map(() => Array.from({ length: LARGEST_KEY + 1 }, () => 0))
let putIn = 0
let takenOut = 0

const build = await buildFrom(task.engineUrl)
const host = {
  oops(code: number, ...details: number[]) {
    throw new Error(`oops ${code} (${details.map((d) => (d >>> 0).toString(16)).join(", ")})`)
  },
  turn() {},
}
const atomics = task.perturbed ? perturbedAtomics(delayer(random, AT_ACCESSES)) : Atomics
const engine = openLab(build, task.memory, host, atomics)
const seat = engine.seatAt(index)
const at = (root: number) => engine.rootAt(root)

/** The latest value of each maker that was seen in the cell, and in the queue: they do not go back. */
const seenInCell: number[] = []
const seenInQueue: number[] = []

function wrong(what: string): void {
  violations.push(what)
  Atomics.store(over, 0, 1)
}

function inOrder(where: string, seen: number[], value: number): void {
  const maker = makerOf(value)
  if (maker < 0 || maker >= sizes.threads || numberOf(value) > task.operations)
    wrong(`${where}: ${value.toString(16)} was never put in`)
  else if (numberOf(value) < (seen[maker] ?? 0)) wrong(`${where}: values of thread ${maker} go back`)
  else seen[maker] = numberOf(value)
}

function takesOnce(where: string, value: number): void {
  takenOut++
  const place = makerOf(value) * (task.operations + 1) + numberOf(value)
  if (place < 0 || place >= taken.length) wrong(`${where}: ${value.toString(16)} was never put in`)
  else if (Atomics.add(taken, place, 1) !== 0) wrong(`${where}: ${value.toString(16)} is taken out twice`)
}

/** Under `leak` there is none left some time. */
function puts(outcome: number): boolean {
  if (outcome === 1) putIn++
  return outcome === 1
}

const sets = [
  [at(ROOTS.list), engine.insert, engine.remove, engine.contains],
  [at(ROOTS.hash), engine.insertHash, engine.removeHash, engine.containsHash],
  [at(ROOTS.tree), engine.insertTree, engine.removeTree, engine.containsTree],
] as const

const PLACES = ["cell", "stack", "queue", "list", "hash", "tree"] as const

function once(n: number): void {
  const which = random.below(PLACES.length)
  const adds = random.oneIn(2)
  const value = valueOf(index, n)
  if (which === 0) {
    if (adds) return void engine.writeCell(seat, at(ROOTS.cell), value)
    const seen = engine.readCell(seat, at(ROOTS.cell))
    if (seen !== 0) inOrder("cell", seenInCell, seen)
  } else if (which === 1) {
    if (adds) return void puts(engine.push(seat, at(ROOTS.stack), value))
    const popped = engine.pop(seat, at(ROOTS.stack))
    if (popped !== 0) takesOnce("stack", popped)
  } else if (which === 2) {
    if (adds) return void puts(engine.enqueue(seat, at(ROOTS.queue), value))
    const oldest = engine.dequeue(seat, at(ROOTS.queue))
    if (oldest === 0) return
    takesOnce("queue", oldest)
    inOrder("queue", seenInQueue, oldest)
  } else {
    const [root, insert, remove, contains] = sets[which - 3]!
    const key = 1 + random.below(LARGEST_KEY)
    const tally = tallies[which - 3]!
    if (adds) tally[key]! += insert(seat, root, key) === 1 ? 1 : 0
    else if (random.oneIn(2)) tally[key]! -= remove(seat, root, key)
    else contains(seat, root, key)
  }
}

let operations = 0
const line = new StartLine(sizes.threads, words.subarray(0, StartLine.WORDS))
line.cross()
try {
  for (; operations < task.operations && Atomics.load(over, 0) === 0; operations++) {
    once(operations + 1)
    if ((operations & 15) === 15) engine.offline(seat)
  }
  engine.offline(seat)
} catch (error) {
  wrong((error as Error).message)
}
const report: LabReport = { index, operations, violations, tallies, putIn, takenOut }
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has none; windows do
parentPort!.postMessage(report)
