/** Drivers of somebody's own, for races: the one of docs/YOUR-OWN-DRIVER.md, and others with a mistake each. */
import { defineModule } from "@outlive/core"
import { IN_ORDER, Pipeline, SLOTS, passInOrder, scenarioOf } from "@outlive/drivers"

const NAME = { name: "inbox: a name in the module" }

function type(name, parts = {}) {
  const { ops, bind = (desk) => new Pipeline(desk, NAME), ...rest } = parts
  return {
    driver: "toy",
    name,
    about: "letters, answered in order",
    mustHold: IN_ORDER,
    faults: {},
    cells: SLOTS,
    module: () => defineModule({ name: `toy ${name}`, driverName: "toy", ...(ops ? { ops } : {}) }),
    device: passInOrder,
    bind,
    ...rest,
  }
}

const failing = (op) => ({
  [op]() {
    throw new Error(`The driver's ${op} fails`)
  },
})

class Mailbox extends Pipeline {
  issue() {
    const letter = super.issue()
    if (letter && this.desk.hasFault("too-early")) letter.signal()
    return letter
  }
}

/** Whoever stops it does not wait for its hardware. */
class Hasty extends Pipeline {
  stop() {}
}

/** Its interrupt takes the module away, when nobody has it open. */
class Suicidal extends Pipeline {
  /** It may go between a process's load and its timeline: then it is loaded anew. */
  open() {
    try {
      super.open()
    } catch (error) {
      if (error.code !== "NOT_LIVE") throw error
      this.open()
    }
  }
  work() {
    const isBusy = super.work()
    if (isBusy) this.desk.attempt("unloads a module", () => void this.desk.load().tryUnload())
    return isBusy
  }
}

/** The one who stops it has taken the module away already. */
class Twice extends Pipeline {
  stop() {
    super.stop()
    this.desk.load().tryUnload()
  }
}

/** It loses what the hardware has passed. */
class Forgetful extends Pipeline {
  process() {
    if (!this.desk.random.oneIn(4)) super.process()
    else this.words.store(5, this.words.load(1))
  }
}

/** Whoever dies while it emits keeps the others out for ever. */
class Frail extends Pipeline {
  issue() {
    return this.words.alone(EMITTING_FRAIL, this.thread, () => {
      // Most of its moments are in here.
      for (let n = 0; n < 50; n++) this.desk.stage.pause()
      return super.issue()
    })
  }
  stop() {
    this.desk.waitFor("an emission does not end", () => this.words.load(EMITTING_FRAIL) === 0)
    super.stop()
  }
}
const EMITTING_FRAIL = 20

/** Its device does nothing for as long as a hang used to take; then it goes on. */
const SLOW_MS = 2_000
const sleeper = new Int32Array(new SharedArrayBuffer(4))
let slept = 0
const slow = (hands) => {
  if (slept++ === 50) Atomics.wait(sleeper, 0, 0, SLOW_MS)
  return passInOrder(hands)
}

const types = [
  type("mailbox", {
    faults: { "too-early": "a letter is answered before it was read" },
    bind: (desk) => new Mailbox(desk, NAME),
  }),
  type("hasty", { bind: (desk) => new Hasty(desk, NAME) }),
  type("suicidal", { bind: (desk) => new Suicidal(desk, NAME) }),
  type("twice", { bind: (desk) => new Twice(desk, NAME) }),
  type("forgetful", { bind: (desk) => new Forgetful(desk, NAME) }),
  type("enable throws", { ops: failing("enableSignaling") }),
  type("poll throws", { ops: failing("pollSignaled") }),
  type("deadline throws", { ops: failing("setDeadline") }),
  type("free throws", { ops: failing("free") }),
  type("no device", { device: () => false }),
  type("slow device", { device: slow }),
  type("frail", { survives: true, bind: (desk) => new Frail(desk, NAME) }),
  type("device throws", {
    device() {
      throw new Error("The hardware is on fire")
    },
  }),
]

export const scenarios = types.map((one) => scenarioOf(`${one.driver} ${one.name}`, [one]))
