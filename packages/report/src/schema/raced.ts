/** What was raced and explored: races, what becomes of fences under each lifetime, orders of steps that fail. */
import { type Static, Type } from "@sinclair/typebox"
import type { DeepReadonly } from "./readonly.js"

const Texts = Type.Array(Type.String())
const Counts = Type.Record(Type.String(), Type.Number())
const Message = Type.Object({ thread: Type.String(), message: Type.String() })

/** A race as `outlive race` tells it; what else it holds is not looked at. */
export const RaceSchema = Type.Object({
  settings: Type.Object({
    scenario: Type.String(),
    roles: Counts,
    seed: Type.Number(),
    engine: Type.String(),
    flavour: Type.String(),
    lifetime: Type.String(),
    perturbation: Type.Boolean(),
  }),
  /** The command that runs it again. */
  repeat: Type.String(),
  elapsedMs: Type.Number(),
  operations: Type.Number(),
  counts: Counts,
  unseen: Texts,
  violations: Type.Array(Type.Object({ thread: Type.String(), claim: Type.String(), message: Type.String() })),
  oopses: Type.Number(),
  oopsesByCode: Counts,
  story: Type.Optional(
    Type.Object({ thread: Type.String(), code: Type.String(), message: Type.String(), story: Texts }),
  ),
  deaths: Type.Array(Message),
  leaks: Texts,
  lost: Texts,
  interrupted: Type.Boolean(),
  /** Why it ended before its time. */
  ended: Type.Optional(Type.String()),
  passed: Type.Boolean(),
})

/** What became of one fence type under one lifetime. */
export const CellSchema = Type.Object({
  type: Type.String(),
  lifetime: Type.String(),
  /** "merged", or another form of the driver. */
  form: Type.String(),
  /** Worst first: "safe", "crash", "bound", … */
  outcomes: Texts,
  /** The same in a few words: "crash put, name". */
  text: Type.String(),
  messages: Texts,
  /** Why there is no such cell. */
  cannot: Type.Optional(Type.String()),
  repeat: Type.Optional(Type.String()),
})

const StepSchema = Type.Object({
  thread: Type.Integer({ minimum: 0 }),
  /** "lock 0 → 1". */
  text: Type.String(),
  /** The cell that it touches; missing: none. */
  cell: Type.Optional(Type.String()),
  /** What is in the cell after it. */
  after: Type.Optional(Type.String()),
  /** `file:line`. */
  at: Type.String(),
  /** Another thread ran before, although that one could have gone on. */
  switched: Type.Boolean(),
})

/** A model, and what exploring it has shown; a failing one with the order of steps that fails. */
export const ExplorationSchema = Type.Object({
  model: Type.String(),
  /** "pass", or what went wrong. */
  verdict: Type.String(),
  claim: Type.Optional(Type.String()),
  /** What went wrong, in words. */
  message: Type.Optional(Type.String()),
  executions: Type.Number(),
  ms: Type.Number(),
  strategy: Type.String(),
  threadNames: Texts,
  exhaustive: Type.Optional(Type.Boolean()),
  cutShort: Type.Optional(Type.Array(Type.Object({ message: Type.String() }))),
  /** The command that runs this order again. */
  repeat: Type.Optional(Type.String()),
  trace: Type.Optional(Type.Array(StepSchema)),
  /** For a data race: the two places, as indices into `trace`. */
  racing: Type.Optional(Type.Array(Type.Integer({ minimum: 0 }))),
})

export type Race = DeepReadonly<Static<typeof RaceSchema>>
export type LifetimeCell = DeepReadonly<Static<typeof CellSchema>>
export type ScheduleStep = DeepReadonly<Static<typeof StepSchema>>
export type Exploration = DeepReadonly<Static<typeof ExplorationSchema>>
