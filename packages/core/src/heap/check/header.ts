/** The head of the heap: what nobody changes is as it was planned, what everybody changes is in its range. */
import {
  Fence as FenceWords,
  Flag,
  Header,
  Lifetime,
  LockOrder,
  Pool,
  Record as RecordWords,
  Text,
  Timeline,
} from "../../../built/layout.js"
import { readName } from "../../name.js"
import { checkLockWord } from "./lock-words.js"
import { hex } from "./problem.js"
import type { Survey } from "./survey.js"

export function checkHeader(survey: Survey): void {
  checkConstants(survey)
  checkPools(survey)
  checkCounters(survey)
  checkStub(survey)
  checkNames(survey)
  checkLockOrder(survey)
}

const REGION_WORDS: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(Header).map(([name, offset]) => [offset, name]),
)

function checkConstants(survey: Survey): void {
  const { map } = survey
  const planned: Readonly<Record<number, number>> = {
    [Header.bytes]: map.bytes,
    [Header.threads]: map.threads,
    [Header.threadCapacity]: map.threadCapacity,
    [Header.cells]: map.cells,
    [Header.cellCapacity]: map.cellCapacity,
    [Header.trace]: map.trace,
    [Header.traceCapacity]: map.traceCapacity,
    [Header.lockOrder]: map.lockOrder,
    [Header.lost]: map.lost,
  }
  map.head.forEach((kept, index) => {
    const address = index << 2
    const found = survey.word(address)
    const expected = planned[address] ?? kept
    if (found !== expected)
      survey.report(
        "header",
        address,
        `header ${REGION_WORDS[address] ?? hex(address)}`,
        `It is ${found}, and was ${expected}`,
      )
  })
  const range = (address: number, least: number, most: number) => {
    const found = survey.word(address)
    if (found < least || found > most)
      survey.report(
        "header",
        address,
        `header ${REGION_WORDS[address]!}`,
        `It is ${found}: ${least} to ${most} is the range`,
      )
  }
  range(Header.lifetime, 0, 2 * Lifetime.Layered - 1)
  range(Header.lockKind, 0, 1)
  range(Header.timestamps, 0, 1)
  range(Header.checked, 0, 1)
  range(Header.externalLocks, 0, 1)
  range(Header.spins, 0, 1_000_000)
  range(Header.stallMs, 1, 3_600_000)
}

function checkPools(survey: Survey): void {
  survey.map.pools.forEach((map, kind) => {
    const pool = Header.pools + kind * Pool.Bytes
    const planned = {
      base: map.base,
      end: map.base + map.capacity * map.size,
      size: map.size,
      capacity: map.capacity,
      batch: map.batch,
    }
    for (const [name, expected] of Object.entries(planned)) {
      const address = pool + Pool[name as keyof typeof planned]
      const found = survey.word(address)
      if (found !== expected)
        survey.report("header", address, `pool ${kind} ${name}`, `It is ${found}, and was ${expected}`)
    }
    checkLockWord(survey, pool + Pool.lock, `pool ${kind} lock`)
  })
}

function checkCounters(survey: Survey): void {
  const used = survey.word(Header.threadsUsed)
  if (used < 0 || used > survey.map.threadCapacity)
    survey.report(
      "header",
      Header.threadsUsed,
      "header threadsUsed",
      `It is ${used}: ${survey.map.threadCapacity} is the most`,
    )
  checkLockWord(survey, Header.modulesLock, "header modulesLock")
  for (const name of ["nextLoad", "releasedPending", "brokenLocks", "returnedChains"] as const) {
    const found = survey.word(Header[name])
    if (found < 0) survey.report("header", Header[name], `header ${name}`, `It is ${found}: a count is never negative`)
  }
}

function checkStub(survey: Survey): void {
  const flags = survey.word(Header.stub + FenceWords.flags)
  const always = Flag.Initialized | Flag.InlineLock | Flag.Signaled
  // Somebody who is about to sleep says so also here; the upper bits are for whoever wants them.
  if ((flags & (Flag.User - 1) & ~Flag.Parked) !== always)
    survey.report(
      "fence",
      Header.stub + FenceWords.flags,
      "stub flags",
      `They are ${hex(flags)}: the stub is always signaled`,
    )
  if (survey.word(Header.stub + FenceWords.ops) !== 0)
    survey.report("fence", Header.stub + FenceWords.ops, "stub ops", "The stub has no issuer")
  for (const text of [
    Header.stub,
    Header.arrayText,
    Header.chainText,
    Header.softText,
    Header.schedulerText,
    Header.unbound,
  ])
    if (survey.word(text + RecordWords.generation) !== 1)
      survey.report(
        "header",
        text,
        `header ${REGION_WORDS[text]!} generation`,
        "The engine's own is always in its first life",
      )
}

const FIXED_NAMES: readonly (readonly [number, string])[] = [
  [Header.detachedDriver, "detached-driver"],
  [Header.signaledTimeline, "signaled-timeline"],
  [Header.stubName, "stub"],
  [Header.arrayText + Text.driverName, "dma_fence_array"],
  [Header.chainText + Text.driverName, "dma_fence_chain"],
  [Header.softText + Text.driverName, "sw_sync"],
  [Header.schedulerText + Text.driverName, "drm_sched"],
  [Header.unbound + Timeline.name, "unbound"],
]

function checkNames(survey: Survey): void {
  for (const [address, name] of FIXED_NAMES) {
    const found = readName(survey.words, address)
    if (found !== name)
      survey.report(
        "name",
        address,
        `name "${name}"`,
        found === undefined ? "It is torn, or overwritten" : `It is "${found}"`,
      )
  }
}

function checkLockOrder(survey: Survey): void {
  const region = survey.map.lockOrder
  if (region === 0) return
  const report = (address: number, where: string, message: string) => survey.report("lock", address, where, message)
  const classes = survey.word(region + LockOrder.classCount)
  if (classes < 0 || classes > LockOrder.MostClasses)
    report(
      region + LockOrder.classCount,
      "lock order classCount",
      `It is ${classes}: ${LockOrder.MostClasses} is the most`,
    )
  const edges = survey.word(region + LockOrder.edgeCount)
  if (edges < 0)
    report(region + LockOrder.edgeCount, "lock order edgeCount", `It is ${edges}: a count is never negative`)
  for (let i = 0; i < Math.min(edges, LockOrder.MostEdges); i++) {
    const edge = region + LockOrder.edges + i * LockOrder.EdgeBytes
    if (survey.word(edge) >>> 13 !== 0 || (survey.word(edge) & 0xff) > 31)
      report(
        edge,
        `lock order edge ${i}`,
        `It is between classes ${survey.word(edge) >> 8} and ${survey.word(edge) & 0xff}`,
      )
    survey.checkName(edge + 4, `lock order edge ${i}`)
  }
  for (let i = 0; i < Math.min(classes, LockOrder.MostClasses); i++)
    survey.checkName(region + LockOrder.classes + i * LockOrder.ClassBytes + 4, `lock class ${i}`)
}
