/** Deliberately broken twins of the engine: what each gets wrong, as a change of its source, and the race that must notice. */
import type { Scenario } from "@outlive/workers"

export interface Fault {
  /** Number in the project's list of faults (docs/INVARIANTS.md). */
  readonly id: string
  readonly sentence: string
  /** File below `packages/core/engine/`. */
  readonly file: string
  /** Must occur exactly once, or the build of the twin fails. */
  readonly from: string
  readonly to: string
  /** Where the default race would take too long to get there. */
  readonly scenario?: Partial<Scenario>
}

export const FAULTS: readonly Fault[] = [
  {
    id: "F5",
    sentence: "a module is unloaded without a grace period",
    file: "modules.ts",
    from: "    synchronize(thread)\n",
    to: "",
    // A whole burst and an unloading must fit into one slow read: unperturbed they do (0.2 to 0.8 s, fourteen seeds);
    // slowed down access by access they seldom do.
    scenario: { perturbation: false },
  },
  {
    id: "F1",
    sentence: "ops are cleared before SIGNALED is set",
    file: "fence/signal.ts",
    from: "  const before = add(fence + Fence.flags, bits)\n",
    to: `  if ((peek(fence + Fence.flags) & Flag.KeepsOps) == 0) poke(fence + Fence.ops, Address.None)
  const before = add(fence + Fence.flags, bits)\n`,
  },
  {
    id: "F19",
    sentence: "enabling does not look at SIGNALED again under the lock",
    file: "fence/enable.ts",
    from: "  if (seen & Flag.Signaled) return 0\n",
    to: "",
  },
  {
    id: "F25",
    sentence: "records are freed without a grace period",
    file: "rcu/retire.ts",
    from: "export function retire(thread: i32, record: i32): void {\n",
    to: "export function retire(thread: i32, record: i32): void {\n  if (record) return finish(thread, record)\n",
  },
  {
    id: "F20",
    sentence: "a reference is added from zero",
    file: "refcount.ts",
    from: "while (seen != 0) {",
    to: "while (true) {",
  },
  {
    id: "L1",
    sentence: "a lock does not lock",
    file: "locks/lock.ts",
    from: "if (compareExchange(word, FREE, me) != FREE) lockSlow(word, me)",
    to: "exchange(word, me)",
  },
  {
    id: "F4",
    sentence: "a name is read outside a read section",
    file: "fence/names.ts",
    from: `  readLock(thread)
  assertReading(thread, fence)
  // ORDER: observe the text`,
    to: `  assertReading(thread, fence)
  // ORDER: observe the text`,
  },
]
