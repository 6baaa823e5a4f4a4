/** The cases that IGT's syncobj_wait and syncobj_timeline have in common: over places, or over points of timelines. */
import { expect } from "vitest"
import { Random } from "@outlive/workers"
import type { Configuration } from "./suite.js"
import {
  ALL,
  AVAILABLE,
  SUBMIT,
  SUBSETS,
  STAGES,
  type Stage,
  expected,
  outcome,
  outcomeOf,
  syncobjWorld,
} from "./syncobj-world.js"

const SHORT_MS = 5
const DELAY_MS = 10
const LONG_MS = 20_000
const ILLEGAL = 0xdeadbeef
const SEED = 20_261_123

type Case = (configuration: Configuration) => void | Promise<void>

/** Cases on points, when `point` is not 0; else on the places themselves. */
export function waitCases(point: bigint): Record<string, Case> {
  const isTimeline = point !== 0n
  const at = (n: number) => (isTimeline ? { points: Array.from({ length: n }, () => point) } : {})
  const points = (n: number) => (isTimeline ? Array.from({ length: n }, () => point) : [])
  const flagSets = Array.from({ length: isTimeline ? 8 : 4 }, (_, flags) => flags)

  /** A wait in the other kind of way, by flags. */
  const delayed =
    (flags: number, submitted: boolean): Case =>
    async (configuration) => {
      const { table, attach, soft, end } = syncobjWorld(configuration)
      const handles = [table.create(), table.create()]
      const timelines = submitted ? handles.map((handle) => attach(handle, point)) : []
      if (!submitted) soft()
      const act = () => {
        for (const timeline of timelines) timeline.increment()
        if (!submitted) table.signal(handles, points(2))
      }
      // One more wait than there is: none may return before.
      expect(outcome(() => table.waitSync(handles, { flags, ...at(2), timeoutMs: SHORT_MS }))).toBe("ETIME")
      setTimeout(act, DELAY_MS)
      expect(await outcomeOf(table.wait(handles, { flags, ...at(2), timeoutMs: LONG_MS }))).toBe("ok")
      end()
    }

  /** Objects go through all stages in a shuffled order while somebody waits for them. */
  const complex =
    (flags: number, count: number): Case =>
    async (configuration) => {
      const { table, attach, end } = syncobjWorld(configuration)
      const random = new Random(SEED)
      const handles = Array.from({ length: 8 }, () => table.create())
      const needsSubmission = (flags & SUBMIT) !== 0
      const pending = new Map(needsSubmission ? [] : handles.map((handle) => [handle, attach(handle, point)]))
      const waiting = table.wait(handles.slice(0, count), { flags, ...at(count), timeoutMs: LONG_MS })
      const left = [...handles]
      while (left.length > 0) {
        const [handle] = left.splice(random.below(left.length), 1) as [number]
        const timeline = pending.get(handle) ?? attach(handle, point)
        await new Promise((resolve) => setImmediate(resolve))
        timeline.increment()
        await new Promise((resolve) => setImmediate(resolve))
        // Who waits keeps what it found.
        table.reset([handle])
        attach(handle, point)
      }
      const first = await waiting
      expect(first).toBeGreaterThanOrEqual(0)
      expect(first).toBeLessThan(count)
      end()
    }

  const matrix =
    (multi: boolean): Case =>
    async (configuration) => {
      const sets = multi ? SUBSETS : STAGES.map((stage) => [stage])
      const { table, inStage, end } = syncobjWorld(configuration)
      for (const stages of sets)
        for (const flags of flagSets) {
          const handles = stages.map((stage: Stage) => inStage(stage, point))
          const found = outcome(() => table.waitSync(handles, { flags, ...at(handles.length), timeoutMs: 1 }))
          const rule = expected(stages, flags, isTimeline)
          expect(found, `${stages.join("+")} with flags ${flags}`).toBe(rule)
          const promised = await outcomeOf(table.wait(handles, { flags, ...at(handles.length), timeoutMs: 1 }))
          expect(promised, `${stages.join("+")} with flags ${flags}, as a promise`).toBe(rule)
          for (const handle of handles) table.destroy(handle)
        }
      end()
    }

  const interrupted =
    (flags: number): Case =>
    async (configuration) => {
      const { table, attach, end } = syncobjWorld(configuration)
      const handles = [table.create(), table.create()]
      for (const handle of handles) attach(handle, point)
      // Interruptions of a promise are the other things that its thread does meanwhile.
      const start = performance.now()
      const ticking = setInterval(() => {}, 1)
      expect(await outcomeOf(table.wait(handles, { flags, ...at(2), timeoutMs: 4 * DELAY_MS }))).toBe("ETIME")
      clearInterval(ticking)
      expect(performance.now() - start, "not before its time").toBeGreaterThanOrEqual(4 * DELAY_MS - 1)
      end()
    }

  return {
    "invalid-wait-bad-flags"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      expect(outcome(() => table.waitSync([table.create()], { flags: ILLEGAL }))).toBe("EINVAL")
      end()
    },
    "wait-zero-handles"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      expect(table.waitSync([])).toBe(0)
      end()
    },
    "invalid-wait-illegal-handle"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      expect(outcome(() => table.waitSync([ILLEGAL]))).toBe("ENOENT")
      end()
    },
    "invalid-reset-zero-handles"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      expect(outcome(() => table.reset([]))).toBe("EINVAL")
      end()
    },
    "invalid-reset-illegal-handle"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      expect(outcome(() => table.reset([ILLEGAL]))).toBe("ENOENT")
      end()
    },
    "invalid-reset-one-illegal-handle"(configuration) {
      const { table, inStage, end } = syncobjWorld(configuration)
      const [a, b] = [inStage("signaled", point), inStage("signaled", point)]
      expect(outcome(() => table.reset([a, ILLEGAL, b]))).toBe("ENOENT")
      expect(
        outcome(() => table.waitSync([a, b], { flags: ALL, ...at(2), timeoutMs: 0 })),
        "nothing was reset",
      ).toBe("ok")
      end()
    },
    "invalid-signal-zero-handles"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      expect(outcome(() => table.signal([]))).toBe("EINVAL")
      end()
    },
    "invalid-signal-illegal-handle"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      expect(outcome(() => table.signal([ILLEGAL], points(1)))).toBe("ENOENT")
      end()
    },
    "invalid-signal-one-illegal-handle"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      const [a, b] = [table.create(), table.create()]
      expect(outcome(() => table.signal([a, ILLEGAL, b], points(3)))).toBe("ENOENT")
      for (const handle of [a, b])
        expect(
          outcome(() => table.waitSync([handle], { ...at(1), timeoutMs: 0 })),
          "nothing was signaled",
        ).toBe("EINVAL")
      end()
    },
    "wait-delayed-signal": delayed(0, true),
    "wait-all-delayed-signal": delayed(ALL, true),
    "wait-for-submit-delayed-submit": delayed(SUBMIT, false),
    "wait-all-for-submit-delayed-submit": delayed(ALL | SUBMIT, false),
    "reset-unsignaled"(configuration) {
      const { table, end } = syncobjWorld(configuration)
      const handle = table.create()
      const wait = () => outcome(() => table.waitSync([handle], { ...at(1), timeoutMs: 0 }))
      expect(wait()).toBe("EINVAL")
      table.reset([handle])
      expect(wait()).toBe("EINVAL")
      end()
    },
    "reset-signaled"(configuration) {
      const { table, inStage, end } = syncobjWorld(configuration)
      const handle = inStage("signaled", point)
      const wait = () => outcome(() => table.waitSync([handle], { ...at(1), timeoutMs: 0 }))
      expect(wait()).toBe("ok")
      table.reset([handle])
      expect(wait()).toBe("EINVAL")
      end()
    },
    "reset-multiple-signaled"(configuration) {
      const { table, inStage, end } = syncobjWorld(configuration)
      const handles = [0, 1, 2].map(() => inStage("signaled", point))
      table.reset(handles)
      for (const handle of handles)
        expect(outcome(() => table.waitSync([handle], { ...at(1), timeoutMs: 0 }))).toBe("EINVAL")
      end()
    },
    signal(configuration) {
      const { table, end } = syncobjWorld(configuration)
      const handle = table.create()
      const wait = (flags: number) => outcome(() => table.waitSync([handle], { flags, ...at(1), timeoutMs: 0 }))
      expect([wait(0), wait(SUBMIT)]).toEqual(["EINVAL", "ETIME"])
      table.signal([handle], points(1))
      expect([wait(0), wait(SUBMIT)]).toEqual(["ok", "ok"])
      end()
    },
    "wait-any-complex": complex(0, 8),
    "wait-any-complex, as upstream counts": complex(0, 2),
    "wait-all-complex": complex(ALL, 8),
    "wait-for-submit-complex": complex(SUBMIT, 8),
    "wait-all-for-submit-complex": complex(ALL | SUBMIT, 8),
    "wait-any-interrupted": interrupted(0),
    "wait-all-interrupted": interrupted(ALL),
    ...(isTimeline
      ? {}
      : {
          "invalid-wait-available"(configuration: Configuration) {
            const { table, inStage, end } = syncobjWorld(configuration)
            for (const flags of [AVAILABLE, AVAILABLE | ALL, AVAILABLE | SUBMIT])
              expect(outcome(() => table.waitSync([inStage("signaled")], { flags, timeoutMs: 0 }))).toBe("EINVAL")
            end()
          },
        }),
    "single-wait, every combination": matrix(false),
    "multi-wait, every combination": matrix(true),
    ...(isTimeline
      ? {
          "wait-available, submitted is enough": (configuration: Configuration) => {
            const { table, inStage, end } = syncobjWorld(configuration)
            const handle = inStage("submitted", point)
            expect(outcome(() => table.waitSync([handle], { flags: AVAILABLE, ...at(1), timeoutMs: 0 }))).toBe("ok")
            end()
          },
        }
      : {}),
  }
}
