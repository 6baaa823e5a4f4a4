/** A file of results: a head that says what, where and how, and what came out. `outlive report --schema` prints this as JSON Schema. */
import { type Static, Type } from "@sinclair/typebox"
import { SCHEMA, VERSION } from "../head.js"
import { ExperimentSchema } from "./measured.js"
import { CellSchema, ExplorationSchema, RaceSchema } from "./raced.js"
import type { DeepReadonly } from "./readonly.js"

const MachineSchema = Type.Object({
  cpu: Type.String(),
  cores: Type.Integer({ minimum: 1 }),
  /** Hardware threads that share a core (SMT); left out where the system does not tell. */
  threadsPerCore: Type.Optional(Type.Integer({ minimum: 1 })),
  /** In MHz, of the fastest processor when it was asked; left out where the system does not tell. */
  clockMHz: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
  memoryGiB: Type.Number(),
  os: Type.String(),
  node: Type.String(),
  v8: Type.String(),
  /** Runnable threads in the last 1, 5 and 15 minutes, at the start. */
  loadAverage: Type.Array(Type.Number()),
  /** How foreign load is recognized: "unavailable" where it cannot be. */
  loadSource: Type.String(),
})

export const HeadSchema = Type.Object({
  schema: Type.Literal(SCHEMA),
  version: Type.Literal(VERSION),
  kind: Type.String(),
  tool: Type.Object({ name: Type.String(), version: Type.String() }),
  /** Of the source, where git can tell; with "+" when files differ from it. */
  commit: Type.Optional(Type.String()),
  /** When it was begun, as ISO 8601. */
  date: Type.String(),
  /** What was typed, as a shell reads it back. */
  command: Type.String(),
  machine: MachineSchema,
  interrupted: Type.Boolean(),
})

export const ResultSchema = Type.Intersect([
  HeadSchema,
  Type.Object({
    /** What came out, in sentences, for whoever reads nothing else. */
    answers: Type.Optional(Type.Array(Type.String())),
    experiments: Type.Optional(Type.Array(ExperimentSchema)),
    races: Type.Optional(Type.Array(RaceSchema)),
    lifetimes: Type.Optional(Type.Array(CellSchema)),
    explorations: Type.Optional(Type.Array(ExplorationSchema)),
  }),
])

export type Machine = DeepReadonly<Static<typeof MachineSchema>>
export type Head = DeepReadonly<Static<typeof HeadSchema>>
export type Result = DeepReadonly<Static<typeof ResultSchema>>
