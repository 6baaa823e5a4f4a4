/** A token with one field that is another: told as one that names nothing, never opened, and never a mistake of the language's. */
import { Reservation, type SharedObjectToken, type Thread } from "@outlive/core"
import { Mutex } from "@outlive/sync"
import { describe, expect, test } from "vitest"
import { BUILDS, world } from "./world.js"

type Token = Omit<SharedObjectToken, "kind"> & { kind: string }

const code = (name: string) => expect.objectContaining({ name: "FenceError", code: name }) as Error

/** What is no address, or no record's. */
const ADDRESSES: readonly [string, (address: number) => unknown][] = [
  ["a bigint", (n) => BigInt(n)],
  ["a text", String],
  ["an object", (n) => ({ valueOf: () => n })],
  ["a symbol", () => Symbol("address")],
  ["nothing", () => undefined],
  ["half a word further", (n) => n + 0.5],
  ["a word further", (n) => n + 4],
  ["2 ** 32 further", (n) => n + 2 ** 32],
  ["zero", () => 0],
  ["minus zero", () => -0],
]

/** What is no generation, or a free record's. The engine takes words: it would take the last for the record's own. */
const GENERATIONS: readonly [string, (generation: number) => unknown][] = [
  ["a bigint", (n) => BigInt(n)],
  ["a text", String],
  ["an object", (n) => ({ valueOf: () => n })],
  ["a symbol", () => Symbol("generation")],
  ["nothing", () => undefined],
  ["half of one later", (n) => n + 0.5],
  ["of a free record", (n) => n + 1],
  ["2 ** 32 later", (n) => n + 2 ** 32],
  ["2 ** 32 earlier", (n) => n - 2 ** 32],
  ["2 ** 33 later", (n) => n + 2 ** 33],
  ["2 ** 52 later", (n) => n + 2 ** 52],
]

describe.each(BUILDS)("$engine $flavour", (build) => {
  const setup = () => {
    const w = world(build)
    const fence = w.timeline.fence()
    const mutex = Mutex.create(w.thread)
    const reservation = Reservation.create(w.thread)
    const { thread } = w
    const transferred = Mutex.create(thread).transfer()
    const OPENERS: readonly [string, Token, (token: never) => { drop(): void }][] = [
      ["a fence", fence.share(), (token) => thread.open(token)],
      ["a mutex", mutex.share(), (token) => Mutex.open(thread, token)],
      ["a reservation", reservation.share(), (token) => Reservation.open(thread, token)],
      ["what was transferred", transferred, (token) => Mutex.open(thread, token)],
      ["what is taken back", transferred, (token) => cancelled(thread, token)],
    ]
    return {
      ...w,
      openers: OPENERS,
      close() {
        Mutex.open(thread, transferred).drop()
        fence.signal()
        for (const one of [fence, mutex, reservation]) one.drop()
        w.close()
        expect(w.heap.accounts()).toMatchObject({ objects: { inUse: 0 }, transfers: [] })
        expect(w.heap.check()).toEqual([])
      },
    }
  }

  /** Taking back says no more than whether it has: what was refused must throw. */
  function cancelled(thread: Thread, token: never): never {
    throw new Error(`cancelTransfer says ${thread.cancelTransfer(token)}`)
  }

  test.each(ADDRESSES)("an address that is %s is STALE", (_, damaged) => {
    const { openers, close } = setup()
    for (const [what, token, open] of openers)
      expect(() => open({ ...token, address: damaged(token.address) } as never), what).toThrow(code("STALE"))
    close()
  })

  test.each(GENERATIONS)("a generation that is %s is STALE, and takes nothing", (_, damaged) => {
    const { heap, openers, close } = setup()
    const before = heap.accounts()
    for (const [what, token, open] of openers)
      expect(() => open({ ...token, generation: damaged(token.generation) } as never), what).toThrow(code("STALE"))
    expect(heap.accounts()).toEqual(before)
    close()
  })

  test("that of the next life opens nothing: what was transferred in it, if anything was, is told as taken", () => {
    const { heap, openers, close } = setup()
    const before = heap.accounts()
    for (const [what, token, open] of openers)
      expect(() => open({ ...token, generation: token.generation + 2 } as never), what).toThrow(
        /it was released before|its token was taken before|cancelTransfer says false/,
      )
    expect(heap.accounts()).toEqual(before)
    close()
  })

  test("a token whose fields change as they are read is read once", () => {
    const { openers, close } = setup()
    for (const [what, token, open] of openers) {
      let looks = 0
      const shifting = {
        ...token,
        get generation() {
          return looks++ === 0 ? token.generation + 2 ** 32 : token.generation
        },
      }
      expect(() => open(shifting as never), what).toThrow(code("STALE"))
    }
    close()
  })
})
