/** Mutexes side by side, for the report: a group for each operation, and what a peer cannot do is not there. */
import { believed } from "../rounds.js"
import type { Claim, Experiment } from "@outlive/report"
import { AGAIN, chanceClaims, isBeyond, resolutionAt } from "../chance.js"
import { clear, ratioOf } from "../contended/claim.js"
import { IN_TURN, armOf, rejectedOf } from "../samples.js"
import { ratioByRound } from "../statistics.js"
import { OPERATIONS, type Operation, PEERS } from "./operations.js"
import type { PeersResult } from "./peers.js"

/** Fewer undisturbed pairs prove nothing. */
const LEAST_PAIRS = 2
const [OURS, ...OTHERS] = PEERS

export function peersExperiment(result: PeersResult): Experiment {
  return {
    name: "peers",
    title: "Mutexes side by side",
    question: "What does the package's mutex cost beside what a user would take instead?",
    notes: [IN_TURN, "A mutex that this Node does not have is not there, nor what a mutex does not do."],
    groups: OPERATIONS.map(({ name, title }) => ({
      title,
      picture: "bars" as const,
      metrics: [{ name, title: "one operation", unit: "ns", better: "less" as const }],
      arms: [OURS, `${OURS}${AGAIN}`, ...OTHERS]
        .map((peer) => ableOf(result, peer, name))
        .filter(({ runs }) => runs.length > 0),
    })).filter(({ arms }) => arms.length > 0),
    claims: [
      ...OPERATIONS.flatMap((operation) => OTHERS.flatMap((peer) => claimOf(result, operation, peer) ?? [])),
      ...chancesOf(result),
    ],
    rejected: rejectedOf(result),
    interrupted: result.interrupted,
  }
}

export function chancesOf(result: PeersResult): Claim[] {
  return OPERATIONS.flatMap(({ name, title }) => chanceClaims(result, OURS, name, title))
}

function ableOf(result: PeersResult, peer: string, figure: string) {
  const arm = armOf(result, peer, peer)
  return { ...arm, runs: arm.runs.filter(({ figures }) => figures[figure] !== undefined) }
}

function claimOf(result: PeersResult, { name, title }: Operation, peer: string): Claim | undefined {
  if (ableOf(result, peer, name).runs.length === 0) return undefined
  const quiet = believed(result)
  const ratio = ratioByRound(quiet, [peer, OURS], name, result.seed)
  if (ratio.pairs < LEAST_PAIRS || Number.isNaN(ratio.median))
    return { verdict: "open", text: `${title}: nothing can be said of ${peer}, ${ratio.pairs} undisturbed pairs` }
  const isShown = isBeyond(ratio, resolutionAt(result, [OURS], name))
  return {
    verdict: isShown ? clear(ratio.pairs) : "no difference shown",
    text: `${title}: ${peer} takes ${ratio.median.toFixed(2)} (${ratio.low.toFixed(2)}–${ratio.high.toFixed(2)}) times as long as ${OURS}${isShown ? "" : ", no difference shown"}`,
    ratio: ratioOf(`${title}: ${peer} ÷ ${OURS}`, ratio),
  }
}
