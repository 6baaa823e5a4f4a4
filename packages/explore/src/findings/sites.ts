/** Coverage: which places of the model's code were come to, and what each operation there did and never did, over all executions. */
import type { Site } from "../model.js"
import {
  COMPARE_EXCHANGE,
  INTEGER_VIEWS,
  NOTIFY,
  OPERATION_NAMES,
  WAIT,
  WAIT_ASYNC,
  WAKE,
} from "../platform/operation.js"
import type { Value } from "../platform/operation.js"
import type { Outcome, Point } from "../execution/point.js"

/** What operations can do, of which one order shows one: in the order in which it is told. */
const CAN_DO: Readonly<Record<number, readonly string[]>> = {
  [COMPARE_EXCHANGE]: ["exchange", "fail"],
  [WAIT]: ["sleep", "find another value", "wake"],
  [WAIT_ASYNC]: ["be told later", "find another value"],
  [NOTIFY]: ["wake somebody", "find nobody"],
}
const TIMED_OUT = "time out"

/** Of what each thread came to first, and everything behind it: each point is in one place of the tree. */
export function sitesOf(firstPoints: readonly (Point | undefined)[]): Site[] {
  const sites = new Map<string, { at: string; operation: number; finite: boolean; seen: Set<string> }>()
  const left = [...firstPoints]
  for (let point = left.pop(); left.length > 0 || point !== undefined; point = left.pop()) {
    if (point === undefined) continue
    // A wake is the second half of the wait that fell asleep.
    const { at, operation, finite } = point.operation === WAKE ? point.parent! : point
    const key = `${operation} ${at}`
    const known = sites.get(key)
    const site = known ?? { at, operation, finite, seen: new Set() }
    if (known === undefined && at !== "") sites.set(key, site)
    site.finite ||= finite
    for (const way of point.ways()) {
      const did = whatItDid(point, way.result)
      if (did !== undefined) site.seen.add(did)
      left.push(way.next)
    }
  }
  return sorted(
    [...sites.values()].map(({ at, operation, finite, seen }) => {
      const could = [...(CAN_DO[operation] ?? []), ...(operation === WAIT && finite ? [TIMED_OUT] : [])]
      const did = could.filter((word) => seen.has(word))
      return { at, operation: OPERATION_NAMES[operation]!, did, never: could.filter((word) => !seen.has(word)) }
    }),
  )
}

/** What several searches of one model saw, together. */
export function mergedSites(all: readonly (readonly Site[])[]): Site[] {
  const merged = new Map<string, Site>()
  for (const site of all.flat()) {
    const key = `${site.operation} ${site.at}`
    const { did, never } = merged.get(key) ?? site
    const both = new Set([...did, ...site.did])
    const could = [...new Set([...did, ...never, ...site.did, ...site.never])]
    merged.set(key, {
      ...site,
      did: could.filter((word) => both.has(word)),
      never: could.filter((word) => !both.has(word)),
    })
  }
  return sorted([...merged.values()])
}

function whatItDid({ operation, type, a }: Point, result: Outcome): string | undefined {
  switch (operation) {
    case COMPARE_EXCHANGE:
      return isSame(type, a, result as Value) ? "exchange" : "fail"
    case WAIT:
      return result === "not-equal" ? "find another value" : "sleep"
    case WAKE:
      return result === "timed-out" ? TIMED_OUT : "wake"
    case WAIT_ASYNC:
      return result === "not-equal" ? "find another value" : "be told later"
    case NOTIFY:
      return Number(result) > 0 ? "wake somebody" : "find nobody"
    default:
      return undefined
  }
}

/** As the cell compares: what is expected is truncated to its width. */
function isSame(type: number, expected: Value, found: Value): boolean {
  const cell = new INTEGER_VIEWS[type]!(1)
  cell[0] = expected as never
  return cell[0] === found
}

function sorted(sites: readonly Site[]): Site[] {
  const [file, line] = [(at: string) => at.replace(/:\d+$/, ""), (at: string) => Number(/\d+$/.exec(at)?.[0])]
  return [...sites].sort((a, b) => file(a.at).localeCompare(file(b.at)) || line(a.at) - line(b.at))
}
