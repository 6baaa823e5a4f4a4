// ../../tmp/fz.ts
import { explore } from "@outlive/explore"

// test/explore/fuzz/random.ts
var Random = class {
  #state
  constructor(seed) {
    this.#state = seed | 0
  }
  /** In [0, 1). */
  next() {
    this.#state = (this.#state + 1831565813) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  /** In 0 … below - 1. */
  below(below) {
    return Math.floor(this.next() * below)
  }
  chance(probability) {
    return this.next() < probability
  }
  pick(from2) {
    return from2[this.below(from2.length)]
  }
}

// test/explore/fuzz/generate.ts
var REGISTERS = 3
var SCRATCH = REGISTERS - 1
var SHAPES = [
  [3, 3],
  [4, 4],
  [5, 5],
  [6, 4],
  [2, 2, 2],
  [3, 2, 2],
  [3, 3, 2],
  [1, 4, 3],
  [1, 1, 1, 4],
  [2, 2, 2, 1],
  [1, 1, 1, 1, 2],
]
function generate(seed) {
  const random = new Random(seed)
  const cells = 1 + random.below(3)
  const taste = { waits: random.chance(0.35), locks: random.chance(0.2), endless: random.chance(0.3) }
  const threads = random.pick(SHAPES).map((size) => new Body(random, cells, taste).statements(size))
  return { cells: taste.locks ? cells + 2 : cells, registers: REGISTERS, threads }
}
var Body = class {
  #random
  #cells
  #taste
  constructor(random, cells, taste) {
    this.#random = random
    this.#cells = cells
    this.#taste = taste
  }
  statements(size) {
    const code = []
    let left = size
    while (left > 0) {
      if (this.#taste.locks && left >= 3 && this.#random.chance(0.5)) {
        code.push(...this.#section(left - 2))
        left = 0
      } else if (left >= 2 && this.#random.chance(0.25)) {
        const inside = this.#random.chance(0.7) ? 1 : 2
        code.push(...this.#branch(inside))
        left -= inside + (code.length > 0 ? 0 : 1)
      } else {
        code.push(this.#operation())
        left--
      }
    }
    return code
  }
  /** Instructions that run only if a register has some value. */
  #branch(size) {
    const inside = []
    for (let i = 0; i < size; i++) inside.push(this.#operation())
    return [
      { do: "unless", register: this.#random.below(SCRATCH), equals: this.#random.below(3), by: inside.length },
      ...inside,
    ]
  }
  /** A critical section. The cells after the ordinary ones are locks: the first is spun on, the second slept on. */
  #section(size) {
    const inside = []
    for (let i = 0; i < size; i++) inside.push(this.#operation())
    const spin = this.#cells
    const futex = this.#cells + 1
    const kind = this.#random.below(4)
    if (kind === 0) return [...lockSpinning(spin), ...inside, ...unlockSpinning(spin)]
    if (kind === 1) return [...lockSleeping(futex), ...inside, ...unlockSleeping(futex)]
    const [outer, inner] =
      kind === 2 ? [lockSpinning(spin), lockSleeping(futex)] : [lockSleeping(futex), lockSpinning(spin)]
    const unlocks =
      kind === 2 ? [unlockSleeping(futex), unlockSpinning(spin)] : [unlockSpinning(spin), unlockSleeping(futex)]
    return [...outer, ...inner, ...inside.slice(0, 1), ...unlocks.flat()]
  }
  #operation() {
    const random = this.#random
    const cell = random.below(this.#cells)
    const to = random.below(SCRATCH)
    if (this.#taste.waits && random.chance(0.4)) {
      if (random.chance(0.5)) return { do: "notify", cell, count: 1 + random.below(2), to }
      const times = !this.#taste.endless || random.chance(0.5)
      return { do: "wait", cell, expected: random.below(2), times, to }
    }
    switch (random.below(10)) {
      case 0:
      case 1:
      case 2:
        return { do: "load", cell, to }
      case 3:
      case 4:
      case 5:
        return { do: "store", cell, value: this.#operand() }
      case 6:
        return { do: "add", cell, value: this.#operand(), to }
      case 7:
        return { do: "exchange", cell, value: this.#operand(), to }
      default:
        return { do: "compareExchange", cell, expected: random.below(3), value: this.#operand(), to }
    }
  }
  #operand() {
    return this.#random.chance(0.7) ? { constant: this.#random.below(3) } : { register: this.#random.below(SCRATCH) }
  }
}
function lockSpinning(cell) {
  return [
    { do: "compareExchange", cell, expected: 0, value: { constant: 1 }, to: SCRATCH },
    { do: "unless", register: SCRATCH, equals: 1, by: 2 },
    { do: "relax" },
    { do: "jump", by: -4 },
  ]
}
function unlockSpinning(cell) {
  return [{ do: "store", cell, value: { constant: 0 } }]
}
function lockSleeping(cell) {
  return [
    { do: "compareExchange", cell, expected: 0, value: { constant: 1 }, to: SCRATCH },
    { do: "unless", register: SCRATCH, equals: 1, by: 2 },
    { do: "wait", cell, expected: 1, times: false, to: SCRATCH },
    { do: "jump", by: -4 },
  ]
}
function unlockSleeping(cell) {
  return [
    { do: "store", cell, value: { constant: 0 } },
    { do: "notify", cell, count: 1, to: SCRATCH },
  ]
}

// test/explore/fuzz/compile.ts
import { relax } from "@outlive/explore"

// test/explore/reference/language.ts
var WAIT_RESULTS = ["ok", "not-equal", "timed-out"]

// test/explore/reference/machine.ts
function initialState({ cells, registers, threads }) {
  const thread = { at: 0, registers: new Array(registers).fill(0), round: [] }
  const state = { memory: new Array(cells).fill(0), threads: threads.map(() => thread), queue: [], depth: 0 }
  return threads.reduce((sofar, _, index) => runUnseen(threads, sofar, index), state)
}
function hasEnded({ threads }, state, thread) {
  return state.threads[thread].at >= threads[thread].length
}
function canStep(program, state, thread) {
  if (hasEnded(program, state, thread)) return false
  const { at, asleep, heldBy } = state.threads[thread]
  if (asleep !== void 0 && asleep.notifiedBy === void 0) {
    const instruction = program.threads[thread][at]
    return instruction.do === "wait" && instruction.times
  }
  return heldBy === void 0 || heldBy.some(([cell, value]) => state.memory[cell] !== value)
}
function step(program, state, thread) {
  const [next, effect] = perform(program.threads[thread][state.threads[thread].at], state, thread)
  return [runUnseen(program.threads, { ...next, depth: state.depth + 1 }, thread), effect]
}
function perform(instruction, state, thread) {
  const { memory } = state
  const self = state.threads[thread]
  const guarded = self.heldBy?.map(([cell]) => cell) ?? []
  const none = { thread, reads: guarded, writes: void 0, queue: void 0, because: void 0 }
  const valueOf = (operand2) => ("constant" in operand2 ? operand2.constant : self.registers[operand2.register])
  const read = (cell, to, result = memory[cell]) => {
    const round = [...self.round, [cell, memory[cell]]]
    return [goOn(state, thread, to, result, round), { ...none, reads: [...guarded, cell] }]
  }
  const write = (cell, to, value, reads) => {
    const now = goOn(state, thread, to, memory[cell], [])
    return [
      { ...now, memory: memory.map((old, index) => (index === cell ? value : old)) },
      { ...none, reads: [...guarded, ...reads], writes: cell },
    ]
  }
  switch (instruction.do) {
    case "load":
      return read(instruction.cell, instruction.to)
    case "store":
      return write(instruction.cell, void 0, valueOf(instruction.value), [])
    case "add": {
      const { cell, to, value } = instruction
      return write(cell, to, (memory[cell] + valueOf(value)) | 0, [cell])
    }
    case "exchange":
      return write(instruction.cell, instruction.to, valueOf(instruction.value), [instruction.cell])
    case "compareExchange": {
      const { cell, expected, value, to } = instruction
      return memory[cell] === expected ? write(cell, to, valueOf(value), [cell]) : read(cell, to)
    }
    case "wait": {
      const { cell, expected, to } = instruction
      if (self.asleep !== void 0) return wakeUp(state, thread, to, none)
      if (memory[cell] !== expected) return read(cell, to, 1)
      const queued = { ...state, queue: [...state.queue, thread] }
      const sleeping = { ...self, asleep: { cell }, heldBy: void 0, round: [] }
      const effect = { ...none, reads: [...guarded, cell], queue: { cell, kind: "enqueue" } }
      return [withThread(queued, thread, omitHeld(sleeping)), effect]
    }
    case "notify": {
      const { cell, count, to } = instruction
      const woken = state.queue.filter((other) => state.threads[other].asleep.cell === cell).slice(0, count)
      const queue = state.queue.filter((other) => !woken.includes(other))
      const threads = state.threads.map((other, index) =>
        woken.includes(index) ? { ...other, asleep: { cell, notifiedBy: state.depth } } : other,
      )
      const kind = woken.length > 0 ? "notify" : "notify-none"
      const now = goOn({ ...state, threads, queue }, thread, to, woken.length, [])
      return [now, { ...none, queue: { cell, kind } }]
    }
    default:
      throw new Error(`Nobody can see "${instruction.do}"`)
  }
}
function wakeUp(state, thread, to, none) {
  const { cell, notifiedBy } = state.threads[thread].asleep
  const queue = state.queue.filter((other) => other !== thread)
  const timedOut = notifiedBy === void 0
  const now = goOn({ ...state, queue }, thread, to, timedOut ? 2 : 0, [])
  return [now, { ...none, queue: timedOut ? { cell, kind: "time-out" } : void 0, because: notifiedBy }]
}
function goOn(state, thread, to, result, round) {
  const { at, registers } = state.threads[thread]
  const now = to === void 0 ? registers : registers.map((old, index) => (index === to ? result : old))
  return withThread(state, thread, { at: at + 1, registers: now, round })
}
function withThread(state, thread, now) {
  return { ...state, threads: state.threads.map((old, index) => (index === thread ? now : old)) }
}
function omitHeld({ heldBy: _, ...rest }) {
  return rest
}
function runUnseen(threads, state, thread) {
  let { at, registers, round, heldBy, asleep } = state.threads[thread]
  for (let instruction; (instruction = threads[thread][at]) !== void 0; at++) {
    if (instruction.do === "jump") at += instruction.by
    else if (instruction.do === "unless") {
      if (registers[instruction.register] !== instruction.equals) at += instruction.by
    } else if (instruction.do === "relax") {
      if (round.length > 0) heldBy = round
      round = []
    } else break
  }
  return withThread(state, thread, { at, registers, round, ...(heldBy && { heldBy }), ...(asleep && { asleep }) })
}

// test/explore/reference/enumerate.ts
function enumerate(program, most = Infinity) {
  const outcomes = /* @__PURE__ */ new Map()
  const classes2 = /* @__PURE__ */ new Set()
  let executions = 0
  const threads = program.threads.map((_, thread) => thread)
  function visit(state, events) {
    if (executions > most) return
    const enabled = threads.filter((thread) => canStep(program, state, thread))
    for (const thread of enabled) {
      const [next, effect] = step(program, state, thread)
      visit(next, [...events, { ...effect, clock: clockOf(effect, events, threads.length) }])
    }
    if (enabled.length > 0) return
    executions++
    const ended = threads.every((thread) => hasEnded(program, state, thread))
    const outcome = ended
      ? outcomeOf(
          state.memory,
          state.threads.map(({ registers }) => registers),
        )
      : "stuck"
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    classes2.add(classOf(events, threads))
  }
  visit(initialState(program), [])
  return { outcomes, executions, classes: classes2.size, complete: executions <= most }
}
function outcomeOf(memory, registers) {
  return [memory, ...registers].map((values) => values.join(" ")).join(" | ")
}
function clockOf(effect, events, threads) {
  const clock = new Array(threads).fill(0)
  events.forEach((event, depth) => {
    if (event.thread !== effect.thread && effect.because !== depth && !areDependent(event, effect)) return
    for (let thread = 0; thread < threads; thread++) clock[thread] = Math.max(clock[thread], event.clock[thread])
  })
  clock[effect.thread]++
  return clock
}
function classOf(events, threads) {
  const ofThread = (thread) => events.filter((event) => event.thread === thread)
  return threads
    .map((thread) =>
      ofThread(thread)
        .map(({ clock }) => clock.join())
        .join(" "),
    )
    .join(" | ")
}
function areDependent(a, b) {
  if (a.writes !== void 0 && (a.writes === b.writes || b.reads.includes(a.writes))) return true
  if (b.writes !== void 0 && a.reads.includes(b.writes)) return true
  if (a.queue === void 0 || b.queue === void 0 || a.queue.cell !== b.queue.cell) return false
  return queueKeepsOrder(a.queue.kind, b.queue.kind)
}
function queueKeepsOrder(a, b) {
  if (a === "notify" || b === "notify") return true
  if (a === "notify-none" || b === "notify-none") return a !== b
  return a === "enqueue" && b === "enqueue"
}

// test/explore/fuzz/compile.ts
function compile(program) {
  return {
    memory: program.cells * 4,
    setup: (memory) => new Int32Array(memory),
    threads: program.threads.map((code) => compileThread(code, program.registers)),
    outcome: (cells, results) => outcomeOf([...cells], results),
  }
}
function compileThread(code, registers) {
  const cases = code.map((instruction, at) => `case ${at}: ${compileInstruction(instruction)} at++; continue`)
  const text = `return (cells) => {
    const r = new Array(${registers}).fill(0)
    for (let at = 0; ;) switch (at) {
      ${cases.join("\n      ")}
      default: return r
    }
  }`
  return new Function("relax", "WAIT_RESULTS", text)(relax, WAIT_RESULTS)
}
function compileInstruction(instruction) {
  switch (instruction.do) {
    case "load":
      return `r[${instruction.to}] = Atomics.load(cells, ${instruction.cell});`
    case "store":
      return `Atomics.store(cells, ${instruction.cell}, ${operand(instruction.value)});`
    case "add":
    case "exchange":
      return `r[${instruction.to}] = Atomics.${instruction.do}(cells, ${instruction.cell}, ${operand(instruction.value)});`
    case "compareExchange": {
      const { cell, expected, value, to } = instruction
      return `r[${to}] = Atomics.compareExchange(cells, ${cell}, ${expected}, ${operand(value)});`
    }
    case "wait": {
      const { cell, expected, times, to } = instruction
      const result = `Atomics.wait(cells, ${cell}, ${expected}${times ? ", 10" : ""})`
      return `r[${to}] = WAIT_RESULTS.indexOf(${result});`
    }
    case "notify":
      return `r[${instruction.to}] = Atomics.notify(cells, ${instruction.cell}, ${instruction.count});`
    case "unless":
      return `if (r[${instruction.register}] !== ${instruction.equals}) at += ${instruction.by};`
    case "jump":
      return `at += ${instruction.by};`
    case "relax":
      return "relax();"
  }
}
function operand(value) {
  return "constant" in value ? String(value.constant) : `r[${value.register}]`
}

// ../../tmp/fz.ts
var from = Number(process.argv[2] ?? 1)
var n = Number(process.argv[3] ?? 300)
var tRef = 0
var tDpor = 0
var diffs = 0
var counted = 0
var stuck = 0
var incomplete = 0
var execs = 0
var classDiff = 0
var blocked = 0
var naiveDiff = 0
var caught = 0
var classes = 0
for (let seed = from; seed < from + n; seed++) {
  const p = generate(seed)
  let t = performance.now()
  const ref = enumerate(p, 6e3)
  tRef += performance.now() - t
  if (!ref.complete) {
    incomplete++
    continue
  }
  t = performance.now()
  const r = explore(compile(p), { spins: "off", races: false, shrink: false })
  tDpor += performance.now() - t
  execs += ref.executions
  if (ref.outcomes.has("stuck")) {
    stuck++
    if (r.verdict === "pass") {
      diffs++
      console.log("seed", seed, "stuck not found")
    }
    continue
  }
  if (r.verdict !== "pass") {
    diffs++
    console.log("seed", seed, r.verdict, r.message)
    continue
  }
  counted++
  blocked += r.blocked
  classes += ref.classes
  const a = [...ref.outcomes.keys()].sort().join("\n"),
    b = [...r.outcomes.keys()].sort().join("\n")
  if (a !== b) {
    diffs++
    console.log("seed", seed, "outcomes", ref.outcomes.size, r.outcomes.size)
  }
  if (r.executions !== ref.classes) {
    classDiff++
    if (classDiff < 6)
      console.log(
        "seed",
        seed,
        "classes",
        ref.classes,
        "dpor",
        r.executions,
        "naive",
        ref.executions,
        JSON.stringify(p),
      )
  }
  if (seed % 10 === 0) {
    const nv = explore(compile(p), { strategy: "naive", spins: "off", races: false })
    if (nv.executions !== ref.executions) {
      naiveDiff++
      if (naiveDiff < 4) console.log("seed", seed, "naive", nv.verdict, nv.executions, ref.executions)
    }
  }
  const u = explore(compile(p), { spins: "off", races: false, faults: { dropInitialsCheck: true } })
  if (u.verdict === "pass" && u.outcomes.size !== ref.outcomes.size) caught++
}
console.log({
  n,
  counted,
  stuck,
  incomplete,
  diffs,
  classDiff,
  naiveDiff,
  caught,
  execs,
  classes,
  blocked,
  tRef,
  tDpor,
})
