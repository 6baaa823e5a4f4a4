/** The package's mutex beside others: what it costs alone, as a promise, between two threads, and to wake one. */
import { runProgram } from "../child.js"
import { type Machine, describeMachine } from "../machine.js"
import { checkOptions } from "../options.js"
import { withAgain } from "../chance.js"
import { type Rounds, type Variant, runRounds } from "../rounds.js"
import { isThere } from "./mutexes.js"
import { PEERS } from "./operations.js"

export interface PeersOptions {
  /** Fewer and shorter rounds. */
  readonly quick?: boolean
  /** How many processes for each mutex. Default 9, quick 3. */
  readonly rounds?: number
  readonly seed?: number
  readonly signal?: AbortSignal
}

/** Plain data. The figures of a measurement are nanoseconds, by the names of `OPERATIONS`; what a peer cannot do is not there. */
export interface PeersResult extends Rounds {
  readonly kind: "peers"
  readonly machine: Machine
  readonly seed: number
  readonly interrupted: boolean
}

const VARIANT = new URL("./variant.js", import.meta.url)

/** Measures; when aborted, returns what there is. */
export async function runPeers(
  options: PeersOptions = {},
  onProgress: (text: string) => void = () => {},
): Promise<PeersResult> {
  checkOptions(options)
  const { quick = false, seed = 1, signal } = options
  const ms = String(quick ? 20 : 60)
  const variants = PEERS.filter(isThere).map((name): Variant => ({
    name,
    run: (abort) => runProgram(VARIANT, ["--peer", name, "--ms", ms], abort),
  }))
  const twice = withAgain(variants, ({ name }) => name === PEERS[0])
  const rounds = await runRounds(twice, { rounds: options.rounds ?? (quick ? 3 : 9), onProgress, signal })
  return { kind: "peers", machine: describeMachine(), seed, interrupted: signal?.aborted ?? false, ...rounds }
}
