/** Channels: every message is received once, whole, or not sent; nobody waits for what is there. */
import { layout } from "@outlive/core/engine-js"
import type { Arena } from "./arena.js"
import { type EngineModel, engineModel, must } from "./model.js"

const { ChannelEnd, Passage, Passing, Slots, SyncObject, Thread } = layout
const SLEEPERS: number = SyncObject.sleepers
const PROMISES: number = SyncObject.promises
const CHANNEL = 0
/** The ring of a model is one block: its capacity in words, and of which two messages do not fit at once. */
const CAPACITY: number = Slots.Capacity
const LONG = 7

const channelIn = (arena: Arena) => arena.engine.readCell(arena.cell(CHANNEL))
const outOf = (arena: Arena, channel: number) => arena.word(channel + ChannelEnd.other)

/** Makes a channel of one block, and leaves it in a cell. */
const make =
  (carries = 0) =>
  (arena: Arena) =>
    arena.engine.writeCell(arena.cell(CHANNEL), arena.engine.createChannel(arena.threads[0]!, 1, carries))

/** The word so many behind a place, in a ring of one block. */
function wordAt(arena: Arena, channel: number, place: number, index: number): number {
  const base = arena.word(channel + ChannelEnd.first) + Slots.first
  return base + ((((place - base) >> 2) + index) % CAPACITY) * 4
}

/** Waits as `@outlive/sync` does: listens, looks and hangs itself up, sleeps on the bell. */
function wait(arena: Arena, record: number, attempt: () => number): number {
  const { engine, words } = arena
  for (;;) {
    const value = engine.listen(record)
    const place = attempt()
    if (place !== Passage.No) return place
    Atomics.wait(words, (record + Thread.doorbell) >> 2, value)
  }
}

/** Writes a message, of which only the ends are looked at: its length, and what it says. */
function write(arena: Arena, channel: number, place: number, words: number, value: number): void {
  arena.engine.writeCell(place, words)
  arena.engine.writeCell(wordAt(arena, channel, place, words - 1), words === 1 ? words : value)
}

/** Sends a message, waiting for room: 1, or 0 when the channel was closed. */
function send(arena: Arena, record: number, value: number, words = LONG, map = SLEEPERS): number {
  const { engine } = arena
  const channel = channelIn(arena)
  let place = engine.beginSend(record, channel, words)
  if (place === Passage.No) {
    place = wait(arena, record, () => engine.awaitSend(record, channel, words, map))
    engine.leaveWait(record, channel, map, Passing.Never)
  }
  if (place === Passage.Closed) return 0
  write(arena, channel, place, words, value)
  return engine.endSend(record, channel, words)
}

/** Takes the message at a place out: what it says. */
function take(arena: Arena, record: number, place: number): number {
  const { engine } = arena
  const channel = channelIn(arena)
  if (place === Passage.Closed) return -1
  const words = engine.readCell(place)
  const value = engine.readCell(wordAt(arena, channel, place, words - 1))
  engine.endReceive(record, channel, words)
  return value
}

/** Receives a message, waiting for it: what it says, or -1 when the channel is closed and empty. */
function receive(arena: Arena, record: number, map = SLEEPERS): number {
  const { engine } = arena
  const channel = channelIn(arena)
  const out = outOf(arena, channel)
  let place = engine.beginReceive(record, channel)
  if (place === Passage.No) {
    place = wait(arena, record, () => engine.awaitReceive(record, channel, map))
    engine.leaveWait(record, out, map, Passing.Never)
  }
  return take(arena, record, place)
}

/** Nobody hangs anywhere, nobody has an end, and nothing lies there. */
function isQuiet(arena: Arena): void {
  const channel = arena.word(arena.cell(CHANNEL))
  const out = outOf(arena, channel)
  const at = (end: number) => arena.word(end + ChannelEnd.position) >> 1
  must(at(channel) === at(out), "Something lies there still")
  for (const end of [channel, out]) {
    must((arena.word(end + SyncObject.word) & ~0x30000) === 0, "Somebody has an end still")
    for (let map = SLEEPERS; map < ChannelEnd.other; map += 4)
      must(arena.word(end + map) === 0, "Somebody hangs there still")
  }
}

const received = (values: readonly number[], expected: readonly number[]) =>
  must(
    values.toSorted((a, b) => a - b).join() === expected.join(),
    `What was received is ${values.join()}, and what was sent ${expected.join()}`,
  )

const ARENA = { fences: 0, callbacks: 0, lists: 1, objects: 2 } as const

export const CHANNELS: readonly EngineModel[] = [
  engineModel({
    name: "channel-full",
    claim: "What one sends another receives, in order; each waits for the other, for a message or for room.",
    invariants: ["U6", "U7"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: { ...ARENA, threads: 2 },
    prepare: make(),
    threads: [
      (arena, record) => {
        send(arena, record, 1)
        send(arena, record, 2, LONG, PROMISES)
      },
      (arena, record) => [receive(arena, record), receive(arena, record, PROMISES)].join(),
    ],
    check(arena, [, values]) {
      must(values === "1,2", `It received ${String(values)}`)
      isQuiet(arena)
    },
  }),
  engineModel({
    name: "channel-senders",
    claim: "Two that send at once, and do not both find room, are both received, whole.",
    invariants: ["U6", "U7"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: { ...ARENA, threads: 3 },
    prepare: make(),
    threads: [
      (arena, record) => send(arena, record, 1),
      (arena, record) => send(arena, record, 2),
      (arena, record) => [receive(arena, record), receive(arena, record)],
    ],
    symmetric: [[0, 1]],
    check(arena, [, , values]) {
      received(values as number[], [1, 2])
      isQuiet(arena)
    },
  }),
  engineModel({
    name: "channel-receivers",
    claim: "Of two messages each of two receivers has one, whichever was rung for it.",
    invariants: ["U6", "U7"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: { ...ARENA, threads: 3 },
    prepare: make(),
    threads: [
      (arena, record) => {
        send(arena, record, 1, 2)
        send(arena, record, 2, 2)
      },
      (arena, record) => receive(arena, record),
      (arena, record) => receive(arena, record),
    ],
    symmetric: [[1, 2]],
    check(arena, [, first, second]) {
      received([first as number, second as number], [1, 2])
      isQuiet(arena)
    },
  }),
  engineModel({
    name: "channel-leave",
    claim: "A receiver that gives up takes no message, and no ring, with it.",
    invariants: ["U7"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: { ...ARENA, threads: 3 },
    prepare: make(),
    threads: [
      (arena, record) => send(arena, record, 1),
      (arena, record) => {
        const { engine } = arena
        const channel = channelIn(arena)
        const place = engine.awaitReceive(record, channel, SLEEPERS)
        engine.leaveWait(record, outOf(arena, channel), SLEEPERS, place === Passage.No ? Passing.Always : Passing.Never)
        // What it had it sends again, for the other one.
        if (place === Passage.No) return "gave up"
        send(arena, record, take(arena, record, place))
        return "had it"
      },
      (arena, record) => receive(arena, record),
    ],
    outcome: (_, [, answer]) => String(answer),
    check(arena, [, , value]) {
      received([value as number], [1])
      isQuiet(arena)
    },
  }),
  engineModel({
    name: "channel-close",
    claim: "What was sent before the channel was closed is received; who sends later is told, and so is who waits.",
    invariants: ["U6", "U7"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: { ...ARENA, threads: 3 },
    prepare: make(),
    threads: [
      (arena, record) => [send(arena, record, 1), send(arena, record, 2)],
      (arena) => arena.engine.closeChannel(channelIn(arena)),
      (arena, record) => {
        const values = []
        for (let value = receive(arena, record); value !== -1; value = receive(arena, record)) values.push(value)
        return values
      },
    ],
    outcome: (_, [sent]) => String(sent),
    check(arena, [sent, , values]) {
      const count = (sent as number[]).filter((one) => one === 1).length
      received(values as number[], [1, 2].slice(0, count))
      isQuiet(arena)
    },
  }),
  engineModel({
    name: "channel-close-receivers",
    claim: "When the last message is taken from a channel that was closed, the others that wait are told.",
    invariants: ["U7"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: { ...ARENA, threads: 3 },
    prepare(arena) {
      make()(arena)
      send(arena, arena.threads[0]!, 1)
    },
    threads: [
      (arena) => arena.engine.closeChannel(channelIn(arena)),
      (arena, record) => receive(arena, record),
      (arena, record) => receive(arena, record),
    ],
    symmetric: [[1, 2]],
    check(arena, [, first, second]) {
      received([first as number, second as number], [-1, 1])
      isQuiet(arena)
    },
  }),
  engineModel({
    name: "channel-death",
    claim: "A sender that died in the middle has sent nothing, and holds nobody up; it is counted, once.",
    invariants: ["U8", "T2"],
    search: "preemption-bounded",
    mostPreemptions: 2,
    arena: { ...ARENA, threads: 4 },
    prepare(arena) {
      make()(arena)
      const [dead] = arena.threads
      const channel = arena.word(arena.cell(CHANNEL))
      // Half of a message is there.
      const place = arena.engine.beginSend(dead!, channel, LONG)
      arena.engine.writeCell(place, LONG)
    },
    threads: [
      // It does not go on: it has died.
      () => undefined,
      (arena, record) => send(arena, record, 1),
      (arena, record) => receive(arena, record),
      (arena, record) => arena.engine.reclaim(record, arena.threads[0]!, arena.word(arena.threads[0]!)),
    ],
    check(arena, [, sent, value]) {
      must(sent === 1, "It was not sent")
      received([value as number], [1])
      must(arena.word(arena.word(arena.cell(CHANNEL)) + ChannelEnd.broken) === 1, "The death was not counted, or twice")
      isQuiet(arena)
    },
  }),
]
