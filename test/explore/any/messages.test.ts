/** Messages between threads, and what is imported from Node instead of taken from the global object. */
// oxlint-disable unicorn/prefer-add-event-listener -- what is set as onmessage is a way of its own
import { setTimeout as sleep } from "node:timers/promises"
import * as workerThreads from "node:worker_threads"
import { exploreAsync, replayAsync, report } from "@outlive/explore"
import type { AsyncModel, Result } from "@outlive/explore"
import { expectFailureAsync, expectPassAsync } from "@outlive/explore/vitest"
import { describe, expect, test } from "vitest"

const outcomesOf = (result: Result) => [...result.outcomes.keys()].sort()
const joined = (_: unknown, results: readonly unknown[]) => results.filter((one) => one !== undefined).join(" ")
/** The next so many messages. */
const receive = (port: MessagePort, count = 1) =>
  new Promise<unknown[]>((resolve) => {
    const messages: unknown[] = []
    port.onmessage = ({ data }: MessageEvent) => {
      if (messages.push(data) === count) resolve(messages)
    }
  })

describe("a channel that setup makes", () => {
  test("carries messages in their order, whoever is first", async () => {
    const result = await expectPassAsync({
      setup: () => new MessageChannel(),
      threads: [
        async ({ port1 }) => (await receive(port1, 2)).join("-"),
        ({ port2 }) => [1, 2].forEach((n) => port2.postMessage(n)),
      ],
      outcome: joined,
    })
    expect(outcomesOf(result)).toEqual(["1-2"])
  })

  test("of two senders, in both orders", async () => {
    const send =
      (n: number) =>
      ({ port2 }: MessageChannel) =>
        port2.postMessage(n)
    const result = await expectPassAsync({
      setup: () => new MessageChannel(),
      threads: [async ({ port1 }) => (await receive(port1, 2)).join("-"), send(1), send(2)],
      outcome: joined,
    })
    expect(outcomesOf(result)).toEqual(["1-2", "2-1"])
  })

  test("orders plain accesses: what was written before is not raced for; what is written after is", async () => {
    const model = (late: boolean): AsyncModel<MessageChannel & { readonly cells: Int32Array }> => ({
      setup: () => Object.assign(new MessageChannel(), { cells: new Int32Array(new SharedArrayBuffer(4)) }),
      threads: [
        async ({ port1, cells }) => {
          await receive(port1)
          return cells[0]
        },
        ({ port2, cells }) => {
          if (!late) cells[0] = 7
          port2.postMessage("done")
          if (late) cells[0] = 7
        },
      ],
      outcome: joined,
    })
    expect(outcomesOf(await expectPassAsync(model(false)))).toEqual(["7"])
    await expectFailureAsync(model(true), "data-race")
  })

  test("nobody posts: a deadlock, which replays", async () => {
    const model: AsyncModel<MessageChannel> = {
      setup: () => new MessageChannel(),
      threads: [({ port1 }) => receive(port1), ({ port1 }) => port1.postMessage("to the wrong side")],
    }
    const found = await expectFailureAsync(model, "deadlock")
    expect(found.message).toContain("awaited by A")
    expect(await replayAsync(model, found.schedule)).toMatchObject({ verdict: "deadlock" })
  })
})

test("shared memory in a message is the same memory, and its plain accesses are seen; the rest is copied", async () => {
  interface Sent {
    readonly cells: Int32Array
    readonly names: string[]
  }
  const result = await expectPassAsync({
    setup: () => new MessageChannel(),
    threads: [
      async ({ port1 }) => {
        const [{ cells, names }] = (await receive(port1)) as [Sent]
        names.push("mine")
        Atomics.add(cells, 0, 1)
        return `${names.length} ${cells[1]}`
      },
      ({ port2 }) => {
        const cells = new Int32Array(new SharedArrayBuffer(8))
        const names = ["yours"]
        cells[1] = 5
        port2.postMessage({ cells, names } satisfies Sent)
        return `${Atomics.load(cells, 0)} ${names.length}`
      },
    ],
    outcome: joined,
  })
  expect(outcomesOf(result)).toEqual(["2 5 0 1", "2 5 1 1"])
})

test("requests and answers, by on() and addEventListener()", async () => {
  const result = await expectPassAsync({
    setup: () => new workerThreads.MessageChannel(),
    threads: [
      ({ port1 }) =>
        new Promise((resolve) => {
          port1.once("message", (answer) => resolve(`answer ${answer}`))
          port1.postMessage(20)
        }),
      ({ port2 }) =>
        new Promise<void>((resolve) => {
          const listener = (event: Event) => {
            port2.postMessage((event as MessageEvent<number>).data + 1)
            resolve()
          }
          ;(port2 as unknown as EventTarget).addEventListener("message", listener)
        }),
    ],
    outcome: joined,
  })
  expect(outcomesOf(result)).toEqual(["answer 21"])
})

test("a message and a time-out come in both orders", async () => {
  const result = await expectPassAsync({
    setup: () => new MessageChannel(),
    threads: [
      ({ port1 }) => Promise.race([receive(port1), sleep(100, "late")]),
      ({ port2 }) => port2.postMessage("there"),
    ],
    outcome: joined,
  })
  expect(outcomesOf(result)).toEqual(["late", "there"])
})

test("node:timers/promises and node:worker_threads are the platform's again afterwards", async () => {
  const before = workerThreads.MessageChannel
  await exploreAsync({ threads: [async () => sleep(5)] })
  expect(workerThreads.MessageChannel).toBe(before)
  expect(await sleep(1, "awake")).toBe("awake")
})

test("what cannot be copied, or would be moved, is a failure of the thread that posts it", async () => {
  const post = (message: unknown, transfer: ArrayBuffer[] = []): AsyncModel<MessageChannel> => ({
    setup: () => new MessageChannel(),
    threads: [async ({ port1 }) => port1.postMessage(message, transfer)],
  })
  expect(
    (
      await expectFailureAsync(
        post(() => 0),
        "assertion",
      )
    ).message,
  ).toMatch(/could not be cloned/)
  const moved = new ArrayBuffer(8)
  const found = await exploreAsync(post(moved, [moved]))
  expect(found, report(found)).toMatchObject({ verdict: "assertion" })
})
