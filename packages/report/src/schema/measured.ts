/** What was measured, whatever it was: questions, arms, all samples, and what they say. */
import { type Static, Type } from "@sinclair/typebox"
import type { DeepReadonly } from "./readonly.js"

const Numbers = Type.Record(Type.String(), Type.Number())

/** A figure that each run has. */
export const MetricSchema = Type.Object({
  /** By this name runs have it among their figures. */
  name: Type.String(),
  title: Type.String(),
  unit: Type.String(),
  /** Which is better; missing: neither. */
  better: Type.Optional(Type.Union([Type.Literal("more"), Type.Literal("less")])),
  /** Compared as well, and told of where it differs: what the first one does not show. */
  watched: Type.Optional(Type.Literal(true)),
})

/** One process. */
export const RunSchema = Type.Object({
  round: Type.Integer({ minimum: 0 }),
  figures: Numbers,
  /** How many of its threads worked at once, on average. */
  overlap: Type.Optional(Type.Number()),
  /** Foreign work meanwhile, as a share of one processor; missing: not known, which is not "none". */
  foreign: Type.Optional(Type.Number()),
  /** Every attempt was disturbed, and this one, the least, counted all the same. */
  underLoad: Type.Boolean(),
  /** Time of an operation in nanoseconds, at most so much, and how many of the timed ones took that. */
  histogram: Type.Optional(Type.Array(Type.Tuple([Type.Number(), Type.Number()]))),
  /** Something looked at again and again: milliseconds since the start, and what it was. */
  series: Type.Optional(Type.Array(Type.Tuple([Type.Number(), Type.Number()]))),
})

/** One of several that are compared: all runs in which only chance differs. */
export const ArmSchema = Type.Object({
  label: Type.String(),
  /** Where it lies on the group's axis. */
  x: Type.Optional(Type.Number()),
  /** Where it was measured: its value on each axis, also on those that have no other. Of two results only the same place is compared. */
  at: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]))),
  runs: Type.Array(RunSchema),
})

/** Arms of which one picture is made. */
export const GroupSchema = Type.Object({
  title: Type.String(),
  /**
   * `bars`: an arm each. `lines`: arms of one label are a line along the axis. `tradeoff`: the first two metrics against each other.
   * `heat`: arms of one label are a row of fields along the axis; a figure in "×" is a ratio.
   */
  picture: Type.Union([Type.Literal("bars"), Type.Literal("lines"), Type.Literal("tradeoff"), Type.Literal("heat")]),
  axis: Type.Optional(
    Type.Object({ title: Type.String(), scale: Type.Union([Type.Literal("linear"), Type.Literal("log")]) }),
  ),
  /** The first is the one that the picture shows. */
  metrics: Type.Array(MetricSchema, { minItems: 1 }),
  /** What `series` of its runs tells. */
  seriesOf: Type.Optional(MetricSchema),
  arms: Type.Array(ArmSchema),
})

/** Something that was asked, and what the samples answer. */
export const ClaimSchema = Type.Object({
  /** The answer, as a sentence. */
  text: Type.String(),
  verdict: Type.Union(
    (["shown", "hinted", "no difference shown", "held", "missed", "open"] as const).map((word) => Type.Literal(word)),
  ),
  /** Of what is compared; 1 is no difference. */
  ratio: Type.Optional(
    Type.Object({
      /** "spin ÷ mutex". */
      of: Type.String(),
      median: Type.Number(),
      low: Type.Number(),
      high: Type.Number(),
      pairs: Type.Integer({ minimum: 0 }),
      /** What the interval may be called: "95 %", or "range of 3". */
      interval: Type.String(),
    }),
  ),
})

export const ExperimentSchema = Type.Object({
  name: Type.String(),
  title: Type.String(),
  /** What was asked. */
  question: Type.String(),
  /** What one must know to read the figures. */
  notes: Type.Array(Type.String()),
  groups: Type.Array(GroupSchema),
  claims: Type.Array(ClaimSchema),
  /** Runs that do not count, because they were disturbed: kept so that anyone can look. */
  rejected: Type.Array(Type.Intersect([Type.Object({ arm: Type.String() }), RunSchema])),
  interrupted: Type.Boolean(),
  /** Conclusions were drawn from disturbed runs as well, as was asked: they are not to be published. */
  evenUnderLoad: Type.Optional(Type.Boolean()),
})

export type Metric = DeepReadonly<Static<typeof MetricSchema>>
export type Run = DeepReadonly<Static<typeof RunSchema>>
export type Arm = DeepReadonly<Static<typeof ArmSchema>>
export type Group = DeepReadonly<Static<typeof GroupSchema>>
export type Claim = DeepReadonly<Static<typeof ClaimSchema>>
export type Experiment = DeepReadonly<Static<typeof ExperimentSchema>>
