/** Deliberately broken twins of the engine: what each gets wrong, as a change of its source, and the race that must notice. */
import type { GivenSettings } from "@outlive/workers"

/** Sleepers on a lock sleep on: else they look again by themselves, and the wake that a twin leaves out is missed by nobody. */
export const SLEEPS_ON = {
  file: "locks/word.ts",
  from: "export const LONGEST_PARK_MS: i32 = 100\n",
  to: "export const LONGEST_PARK_MS: i32 = 0x7fffffff\n",
}

const CONTAINERS: GivenSettings = { scenario: "containers" }

/** One change of the source. */
export interface Change {
  /** File below `packages/core/engine/`. */
  readonly file: string
  /** Must occur exactly once, or the build of the twin fails. */
  readonly from: string
  readonly to: string
}

export interface Fault extends Change {
  /** Number in the project's list of faults (docs/INVARIANTS.md). */
  readonly id: string
  readonly sentence: string
  /** What must change with it. */
  readonly also?: readonly Change[]
  /** Where the default race would take too long to get there. */
  readonly race?: GivenSettings
  /** It takes a race so long to catch it that only `npm run prove` waits for that; `npm test` has the model. */
  readonly raceIsLong?: true
}

/** Faults that a model finds as well as a race. */
export interface ModelledFault extends Fault {
  /** The model (`packages/models`) that finds it in some order of steps. */
  readonly model: string
  /** Why no race is asked to find it. */
  readonly notRaced?: string
}

export const FAULTS: readonly ModelledFault[] = [
  {
    id: "F5",
    model: "unload-name",
    sentence: "a module is unloaded without a grace period",
    file: "modules.ts",
    from: "  synchronize(thread)\n  // Somebody",
    to: "  // Somebody",
    also: [
      {
        file: "modules.ts",
        from: "peek(module + Module.goingSince)) | 0) >= 2",
        to: "peek(module + Module.goingSince)) | 0) >= 0",
      },
    ],
    // A whole burst and an unloading must fit into one slow read: unperturbed they do (0.2 to 0.8 s, fourteen seeds);
    // slowed down access by access they seldom do.
    race: { perturbation: false, operations: 1_000_000 },
  },
  {
    id: "F1",
    model: "signal-name",
    sentence: "ops are cleared before SIGNALED is set",
    file: "fence/signal.ts",
    from: "  const before = add(fence + Fence.flags, bits)\n",
    to: `  if ((peek(fence + Fence.flags) & Flag.KeepsOps) == 0) poke(fence + Fence.ops, Address.None)
  const before = add(fence + Fence.flags, bits)\n`,
  },
  {
    id: "F19",
    model: "signal-add",
    sentence: "enabling does not look at SIGNALED again under the lock",
    file: "fence/enable.ts",
    from: "  if (seen & Flag.Signaled) return Armed.Complete\n",
    to: "",
    also: [
      {
        file: "fence/enable.ts",
        from: "  if (load(fence + Fence.flags) & Flag.Signaled) return Armed.Complete\n",
        to: "",
      },
    ],
  },
  {
    id: "F25",
    model: "retire",
    sentence: "records are freed without a grace period",
    file: "rcu/retire.ts",
    from: "export function retire(thread: i32, record: i32): void {\n",
    to: "export function retire(thread: i32, record: i32): void {\n  if (record) {\n    finish(thread, record, true)\n    return\n  }\n",
  },
  {
    id: "F20",
    model: "try-add-ref",
    sentence: "a reference is added from zero",
    file: "refcount.ts",
    from: "while (seen > 0) {",
    to: "while (true) {",
  },
  {
    id: "L1",
    model: "mutex-2",
    sentence: "a lock does not lock",
    file: "locks/strategies/spin-or-sleep.ts",
    from: "if (compareExchange(word, FREE, me) != FREE) acquireSlow(word, me)",
    to: "compareExchange(word, FREE, me)",
  },
  {
    id: "F4",
    model: "signal-name",
    sentence: "a name is read outside a read section",
    file: "fence/names.ts",
    from: `  readLock(thread)
  assertReading(thread, fence)
  const ops = opsToName(fence)
  if (ops == Address.None) return Header.detachedDriver
`,
    to: `  assertReading(thread, fence)
  const ops = opsToName(fence)
  if (ops == Address.None) return Header.detachedDriver
`,
  },
  {
    id: "F2",
    model: "signal-keeps-ops",
    sentence: "ops are cleared although the issuer has `free`",
    file: "fence/signal.ts",
    from: "  if ((before & Flag.KeepsOps) == 0) poke(",
    to: "  if (before) poke(",
  },
  {
    id: "F3",
    raceIsLong: true,
    model: "signal-name",
    sentence: "a name is looked for by the flag first and by ops second",
    file: "fence/names.ts",
    from: `  const ops = opsToName(fence)
  if (ops == Address.None) return Header.detachedDriver
`,
    to: `  if (load(fence + Fence.flags) & 8) return Header.detachedDriver
  const ops = opsToName(fence)
`,
  },
  {
    id: "F6",
    model: "unload-pending",
    sentence: "a module is unloaded while a fence of it is pending",
    file: "modules.ts",
    from: "  if (pending > 0) {\n",
    to: "  if (pending < 0) {\n",
    // At full speed an unloading finds pending fences a thousand times a second; slowed down, fourteen times.
    race: { perturbation: false, operations: 1_000_000 },
  },
  {
    id: "F7",
    model: "unload-external-lock",
    sentence: "a fence uses its issuer's lock without a reference on it",
    file: "fence/create.ts",
    from: "  if (holdsLock(flags)) addLockRef(peek(fence + Fence.lock))\n",
    to: "",
    race: { fenceLock: "external" },
  },
  {
    id: "F8",
    model: "poll-locked",
    sentence: "whoever asks under the lock signals as if it did not hold it",
    file: "fence/poll.ts",
    from: "  signalLocked(thread, fence)\n  return 1",
    to: "  trySignal(thread, fence)\n  return 1",
    notRaced: "in a function that issuers' drivers call on raw addresses: no role does",
  },
  {
    id: "F11",
    model: "chain-walk-walk",
    sentence: "walking over a chain leaks the reference on each link it takes out",
    file: "composite/chain.ts",
    from: "    collectLink(thread, slot, previous, replacement)\n    dropRef(thread, previous)\n",
    to: "    collectLink(thread, slot, previous, replacement)\n",
    race: { ...CONTAINERS, operations: 20_000 },
  },
  {
    id: "F15",
    model: "defer-barrier",
    sentence: "barrier() does not wait for what other threads have retired",
    file: "rcu/retire.ts",
    from: "  let visited = 0\n",
    to: "  if (thread) return true\n  let visited = 0\n",
    race: { operations: 15_000 },
  },
  {
    id: "F16",
    model: "signal-time",
    sentence: "TIMESTAMP is set before the time is written",
    file: "fence/signal.ts",
    from: `    poke(fence + Fence.timeLo, peek(thread + Thread.nowLo))
    poke(fence + Fence.timeHi, peek(thread + Thread.nowHi))
    bits |= Flag.Timestamp
  }
`,
    to: "    bits |= Flag.Timestamp\n  }\n",
    also: [
      {
        file: "fence/signal.ts",
        from: "  if (callbacks != Address.None) runCallbacks(thread, callbacks)\n  return 1",
        to: `  if (callbacks != Address.None) runCallbacks(thread, callbacks)
  if (stamped) {
    poke(fence + Fence.timeLo, peek(thread + Thread.nowLo))
    poke(fence + Fence.timeHi, peek(thread + Thread.nowHi))
  }
  return 1`,
      },
    ],
  },
  {
    id: "F17",
    model: "signal-remove",
    sentence: "a callback that has run still looks as if it were on the list",
    file: "fence/signal.ts",
    from: "    poke(node + Callback.previous, Unlinked.Mark)\n",
    to: "",
  },
  {
    id: "F18",
    raceIsLong: true,
    model: "signal-remove",
    sentence: "a callback is removed without the lock",
    file: "fence/callbacks.ts",
    from: `  if (!lockToArm(thread, word)) return Refusal.Busy
  const removed = isLinkedLocked(node)
  if (removed) unlinkLocked(fence, node)
  unlock(thread, word)
`,
    to: `  const removed = isLinkedLocked(node)
  if (removed && word) unlinkLocked(fence, node)
`,
  },
  {
    id: "F22",
    model: "merge-signal",
    sentence: "of no fences, one is left when duplicates are taken out",
    file: "composite/order.ts",
    from: "  if (kept == Address.None) return\n",
    to: "  if (kept == Address.None) return poke(draft + Draft.count, 1)\n",
    race: CONTAINERS,
  },
  {
    id: "F23",
    raceIsLong: true,
    model: "array-arm-ask",
    sentence: "an array counts its pending members from when it is armed, after ENABLED is set",
    file: "composite/merge.ts",
    from: "  poke(draft + ArrayBody.pending, count + Members.Guard)\n",
    to: "  poke(draft + ArrayBody.pending, Members.Guard)\n",
    also: [
      {
        file: "composite/array.ts",
        from: "  poke(body + ArrayBody.arming, Arming.UnderWay)\n",
        to: "  poke(body + ArrayBody.arming, Arming.UnderWay)\n  sub(body + ArrayBody.pending, -peek(body + ArrayBody.count))\n",
      },
      {
        file: "composite/array.ts",
        from: `  if (countPending(body) == 0) return 1
  // ORDER: observe: a hint. Who finds it clear asks the members, which is right at any time.
  if (load(array + Fence.flags) & Flag.Enabled) return 0
`,
        to: "  if (load(array + Fence.flags) & Flag.Enabled) return countPending(body) == 0 ? 1 : 0\n",
      },
    ],
    race: CONTAINERS,
  },
  {
    id: "F24",
    model: "signal-timeline-name",
    sentence: "the timeline's name is the driver's",
    file: "fence/names.ts",
    from: "  return follow(peek(fence + Fence.timeline), Oops.DeadTimeline, fence) + Timeline.name",
    to: "  return follow(ops, Oops.DeadText, fence) + Text.driverName",
  },
  {
    id: "F29",
    model: "signal-error",
    sentence: "a complete fence takes an error",
    file: "fence/query.ts",
    from: "  if (peek(fence + Fence.flags) & Flag.Signaled) return -1\n",
    to: "",
  },
  {
    id: "W1",
    model: "signal-wait",
    sentence: "a signal wakes nobody",
    file: "fence/signal.ts",
    from: "  if (before & Flag.Parked) wake(fence + Fence.flags, EVERYONE)\n",
    to: "  if (before & Flag.Parked) wake(fence + Fence.flags, 0)\n",
  },
  {
    id: "W2",
    raceIsLong: true,
    model: "signal-wait",
    sentence: "whoever goes to sleep looks first, and says so afterwards",
    file: "fence/wait.ts",
    from: "  const before = or(fence + Fence.flags, Flag.Parked)\n  return before & Flag.Signaled ? 0 : before | Flag.Parked\n",
    to: `  if (load(fence + Fence.flags) & Flag.Signaled) return 0
  or(fence + Fence.flags, Flag.Parked)
  return load(fence + Fence.flags)
`,
    // A signal must come between two neighboring accesses of a waiter.
    race: { operations: 600_000 },
  },
  {
    id: "W3",
    model: "array-arm-signal",
    sentence: "an array is not completed by the last of its members",
    file: "work.ts",
    from: "  else return finishArray(thread, owner, container)\n",
    to: "  else if (container == 0) return finishArray(thread, owner, container)\n",
    race: CONTAINERS,
  },
  {
    id: "W4",
    model: "array-drop-count",
    sentence: "whoever releases an array does not wait for a part's signaler that is counting",
    file: "composite/array.ts",
    from: "    if (!tryUnhang(thread, ",
    to: "    if (peek(node + Callback.code) != Action.Counted && !tryUnhang(thread, ",
    notRaced: "met in about one race of fifty, and only on a busy machine",
  },
  {
    id: "W5",
    model: "open-reuse",
    sentence: "who opens a token looks at the record's life before it has a reference, and not afterwards",
    file: "fence/references.ts",
    from: "  if (load(fence + Record.generation) == generation) return fence\n",
    to: "  if (generation != 0) return fence\n",
    notRaced: "a record must be taken anew between two neighboring accesses",
  },
  {
    id: "W6",
    model: "open-half-made",
    sentence: "an object has its first reference before it is all made",
    file: "composite/objects.ts",
    from: "  poke(object + SharedObject.type, type)\n  return object\n",
    to: "  poke(object + SharedObject.type, type)\n  poke(object + SharedObject.refs, 1)\n  return object\n",
    notRaced: "no role guesses tokens",
  },
  {
    id: "W7",
    model: "open-object-reuse",
    sentence: "a free record's count of references is what the pool has left there",
    file: "pool.ts",
    from: "    poke(record + Record.link, Address.None)\n    appendLocked",
    to: "    poke(record + Record.link, Address.None)\n    poke(record + Record.count, 1)\n    appendLocked",
    notRaced: "met within ten seconds of `schedulers` on the checked JavaScript build, and within a minute on no other",
  },
  {
    id: "W8",
    model: "array-arm-again",
    sentence: "an array is its last member's to give up although somebody was refused",
    file: "composite/array.ts",
    from: "  const armed: i32 = refused ? Armed.NotArmed : entrust(body)\n",
    to: "  const trusted = entrust(body)\n  const armed: i32 = refused ? Armed.NotArmed : trusted\n",
    notRaced: "met in about one race of thirty, and only on a busy machine",
  },
]

/** Faults that only a race finds: models run without the lock-order graph. */
export const RACED_FAULTS: readonly Fault[] = [
  {
    id: "F27",
    sentence: "containers share the lock class of the fences they are made of",
    file: "locks/classes.ts",
    from: "  if (flags & Flag.Array) return LockClass.Array\n  return flags & Flag.Chain ? LockClass.Chain : LockClass.Fence\n",
    to: "  return flags ? LockClass.Fence : 0\n",
    race: CONTAINERS,
  },
]
