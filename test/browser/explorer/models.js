/** Models that are explored in a page and in Node: `relax` is that of the explorer at hand. */
const add = (cells) => void Atomics.add(cells, 0, 1)
const lost = (cells) => {
  const seen = Atomics.load(cells, 0)
  Atomics.store(cells, 0, seen + 1)
}
const sleeps = (cells) => Atomics.wait(cells, 0, 0)
const wakes = (cells) => {
  Atomics.store(cells, 0, 1)
  Atomics.notify(cells, 0)
}
/** Recognized by where it looks: nothing says that it waits. */
const spins = (cells) => {
  while (Atomics.compareExchange(cells, 0, 0, 1) !== 0);
  cells[1]++
  Atomics.store(cells, 0, 0)
}
/** Of two places that look at the same, neither is a round of the other. */
const looksTwice = (cells) => Atomics.load(cells, 0) + Atomics.load(cells, 0)

function model(name, threads, check) {
  const setup = (memory) => new Int32Array(memory)
  return { name, memory: 8, setup, threads, ...(check && { check }) }
}

export const modelsWith = (relax) => [
  model("adds", [add, add, add], (cells) => cells[0] === 3),
  model("a lost update", [lost, lost], (cells) => cells[0] === 2),
  model("sleeps", [sleeps, wakes]),
  model("nobody wakes", [sleeps, add]),
  model("spins", [spins, spins, spins], (cells) => cells[1] === 3),
  model("looks twice", [looksTwice, add, add]),
  model("relaxes", [
    (cells) => {
      while (Atomics.load(cells, 0) === 0) relax()
    },
    add,
  ]),
]

/** Of a page only: Node has no such name. */
export const startsWorker = model("starts a worker", [add, () => new Worker("nothing.js")])

/** What is the same wherever a model is explored; and where the page says that something went wrong. */
export function exploreAll({ explore, replay, report, reportHtml, relax }) {
  return modelsWith(relax).map((one) => {
    const result = explore(one)
    const { verdict, executions, blocked, schedule } = result
    const again = schedule === undefined ? undefined : replay(one, schedule).verdict
    const told = { text: report(result), html: reportHtml(result).length > 1_000 }
    return { name: one.name, verdict, executions, blocked, schedule, again, told }
  })
}

/** In a page: which of its own functions are there again when all has been explored. */
export function keptBy(explorer) {
  const all = () => [
    Math.random,
    Date,
    setTimeout,
    MessageChannel,
    performance.now,
    SharedArrayBuffer,
    Int32Array,
    Atomics.wait,
  ]
  const before = all()
  exploreAll(explorer)
  return all().map((one, i) => one === before[i])
}

/** In a page: what is said of a model that starts a worker. */
export function saidOfWorker({ explore }) {
  try {
    return explore(startsWorker).verdict
  } catch (error) {
    return error.code
  }
}
