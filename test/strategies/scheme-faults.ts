/** Broken twins of each reclamation scheme: what it gets wrong, as a change of the source, and the model that must notice. */
import type { Change } from "../faults/faults.js"

interface SchemeFault extends Change {
  readonly also?: readonly Change[]
  readonly id: string
  /** The schemes that have this fault then. */
  readonly schemes: readonly string[]
  readonly model: string
  readonly sentence: string
}

/** Mistakes in what all schemes share. */
const SHELL: readonly SchemeFault[] = [
  {
    id: "SS1",
    schemes: ["epochs", "quiescent", "two-counters", "one-counter"],
    model: "synchronize-2-writers",
    sentence: "one move of the epoch is taken for a grace period: whoever looked before the section may make it",
    file: "rcu/epoch.ts",
    from: "  awaitEpochs(thread, 2)\n",
    to: "  awaitEpochs(thread, 1)\n",
  },
  {
    id: "SS2",
    schemes: ["epochs", "quiescent", "two-counters", "one-counter", "reader-writer"],
    model: "across-nested",
    sentence: "the inner of two nested sections ends both: a quiescent state is reported inside a section",
    file: "exports/keeping.ts",
    from: "  if (nesting == 0) leave(thread)\n",
    to: "  leave(thread)\n",
  },
]

const EPOCHS: readonly SchemeFault[] = [
  {
    id: "SE1",
    schemes: ["epochs"],
    model: "synchronize",
    sentence: "the epoch moves on before it is looked who is in the way",
    file: "rcu/strategies/epochs.ts",
    from: "  if (laggard(epoch) != Address.None) return false\n",
    to: "  compareExchange(Header.epoch, epoch, (epoch + 1) | 0)\n  if (laggard(epoch) != Address.None) return false\n",
  },
  {
    id: "SE2",
    schemes: ["epochs"],
    model: "synchronize-2-readers",
    sentence: "the scan stops before the seat that was used first last",
    file: "rcu/strategies/epochs.ts",
    from: "  for (let i = 0; i < used; i++) {\n",
    to: "  for (let i = 1; i < used; i++) {\n",
  },
]

const QUIESCENT: readonly SchemeFault[] = [
  {
    id: "SQ1",
    schemes: ["quiescent"],
    model: "offline",
    sentence: "a thread that sleeps inside a section goes offline",
    file: "rcu/strategies/quiescent.ts",
    from: "  if (peek(thread + Thread.nesting) != 0) return 0\n",
    to: "",
  },
  {
    id: "SQ2",
    schemes: ["quiescent"],
    model: "synchronize",
    sentence: "a thread that was offline reads without coming back",
    file: "rcu/strategies/quiescent.ts",
    from: "  if (peek(thread + Thread.epoch) == 0) online(thread)\n",
    to: "",
  },
  {
    id: "SQ3",
    schemes: ["quiescent"],
    model: "read-then-wait",
    sentence: "who waits for readers stays online, and waits for itself",
    file: "rcu/epoch.ts",
    from: "  offline(thread)\n  const spins",
    to: "  const spins",
  },
]

const TWO_COUNTERS: readonly SchemeFault[] = [
  {
    id: "SC1",
    schemes: ["two-counters"],
    model: "synchronize-2-writers",
    sentence: "a reader does not look at the epoch again: it is counted in a slot that has been used anew meanwhile",
    file: "rcu/strategies/two-counters.ts",
    from: "    if (load(Header.epoch) == epoch) return",
    to: "    if (epoch) return",
  },
  {
    id: "SC2",
    schemes: ["two-counters"],
    model: "synchronize",
    sentence: "a reader leaves the counter of the present epoch, and not the one in which it is counted",
    file: "rcu/strategies/two-counters.ts",
    from: "  const epoch = peek(thread + Thread.epoch) >> 1\n",
    to: "  const epoch = load(Header.epoch)\n",
  },
]

const ONE_COUNTER: readonly SchemeFault[] = [
  {
    id: "SO1",
    schemes: ["one-counter"],
    model: "synchronize-2-readers",
    sentence: "readers count themselves by a load and a store",
    file: "rcu/strategies/one-counter.ts",
    from: "  add(Header.readers, 1)\n",
    to: "  store(Header.readers, load(Header.readers) + 1)\n",
  },
  {
    id: "SO2",
    schemes: ["one-counter"],
    model: "synchronize",
    sentence: "one reader is taken for the one who asks",
    file: "rcu/strategies/one-counter.ts",
    from: "  if (load(Header.readers) != 0) return false\n",
    to: "  if (load(Header.readers) > 1) return false\n",
  },
]

const READER_WRITER: readonly SchemeFault[] = [
  {
    id: "SR1",
    schemes: ["reader-writer"],
    model: "synchronize-2-readers",
    sentence: "a reader that lost its claim to another goes in",
    file: "rcu/strategies/reader-writer.ts",
    from: "    else if (compareExchange(Header.readers, seen, seen + 1) == seen) break\n",
    to: "    else {\n      compareExchange(Header.readers, seen, seen + 1)\n      break\n    }\n",
  },
  {
    id: "SR2",
    schemes: ["reader-writer"],
    model: "synchronize",
    sentence: "the epoch moves on under a lock that is shared",
    file: "rcu/strategies/reader-writer.ts",
    from: "  if (seen > FREE) return false\n",
    to: "  if (seen > FREE) compareExchange(Header.epoch, epoch, (epoch + 1) | 0)\n  if (seen > FREE) return false\n",
  },
]

const LEAK: readonly SchemeFault[] = [
  {
    id: "SL1",
    schemes: ["leak"],
    model: "retire-reuse",
    sentence: "what is retired is given back at once",
    file: "rcu/retire.ts",
    from: "export function retire(thread: i32, record: i32): void {\n",
    to: "export function retire(thread: i32, record: i32): void {\n  if (record) {\n    finish(thread, record, true)\n    return\n  }\n",
  },
  {
    id: "SL2",
    schemes: ["leak"],
    model: "retire-reuse",
    sentence: "the epoch moves on, with nobody to say who reads",
    file: "rcu/strategies/leak.ts",
    from: "  return false\n",
    to: "  add(Header.epoch, 1)\n  return true\n",
    also: [
      {
        file: "rcu/strategies/leak.ts",
        from: 'import { Address } from "../../layout/record"\n',
        to: 'import { Header } from "../../layout/header"\nimport { Address } from "../../layout/record"\nimport { add } from "../../words"\n',
      },
    ],
  },
]

export const SCHEME_FAULTS: readonly SchemeFault[] = [
  ...SHELL,
  ...EPOCHS,
  ...QUIESCENT,
  ...TWO_COUNTERS,
  ...ONE_COUNTER,
  ...READER_WRITER,
  ...LEAK,
]
