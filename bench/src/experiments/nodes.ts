/** Which Node the processes of an experiment run on: the axis `node`, which every rig has beside its own. */
import { execFileSync } from "node:child_process"
import type { Experiment, Place, Value } from "./experiment.js"
import { type Axis, NODE_AXIS, type Rig } from "./rig.js"
import { RIGS } from "./rigs.js"

/** "24", "24=/path/to/node"; or "v24.15.0", as it was found. */
const NODE = /^(?:(?<major>\d{2})(?:=(?<file>.+))?|v\d{2}\.\d+\.\d+\S*)$/
const AXIS: Axis = {
  title: "Node",
  usual: [],
  matches: NODE,
  wants: "a major version is needed, like 24, or one with the program's path: 24=/path/to/node",
}

export interface FoundNode {
  /** Like "v24.15.0", as it says itself. */
  readonly version: string
  readonly file: string
}

/**
 * A Node by its major version: the one that runs this, that of the variable OUTLIVE_NODE_24, or the one whose path is given.
 * @throws RangeError that says what to do when there is none, or it is of another version
 */
export function findNode(asked: Value, env: NodeJS.ProcessEnv = process.env): FoundNode {
  const { major, file } = NODE.exec(String(asked))?.groups ?? {}
  if (major === undefined) throw new RangeError(`There is no Node "${asked}": ${AXIS.wants}`)
  if (file !== undefined) return at(file, major, `The path of Node ${major}`)
  if (isOf(process.version, major)) return { version: process.version, file: process.execPath }
  const variable = `OUTLIVE_NODE_${major}`
  const named = env[variable]
  if (named !== undefined && named !== "") return at(named, major, `The variable ${variable}`)
  throw new RangeError(
    `There is no Node ${major} here (this is ${process.version}): give its path, --node ${major}=/path/to/node, or set ${variable} to it`,
  )
}

/** Whether a hypothesis names so what was asked for: as it was, or by its major version alone. */
export const isCalled = (asked: Value, name: Value) => asked === name || String(asked).split("=")[0] === String(name)

const isOf = (version: string, major: string) => version.startsWith(`v${major}.`)

function at(file: string, major: string, who: string): FoundNode {
  let version: string
  try {
    version = execFileSync(file, ["--version"], { encoding: "utf8", timeout: 10_000 }).trim()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === "ENOENT" ? "there is no such file" : `it does not run${code === undefined ? "" : ` (${code})`}`
    throw new RangeError(`${who} is "${file}": ${why}`, { cause: error })
  }
  if (!isOf(version, major)) throw new RangeError(`${who} is "${file}": it is ${version || "no Node"}`)
  return { version, file }
}

/** The same experiment, with versions as they were found in place of what was asked for; and where each is. */
export function onNodes(experiment: Experiment): {
  readonly experiment: Experiment
  readonly files: ReadonlyMap<Value, string>
} {
  const asked = experiment.axes[NODE_AXIS]
  if (asked === undefined) return { experiment, files: new Map() }
  const found = new Map(asked.map((value) => [value, findNode(value)]))
  const named = (place: Place): Place => {
    const node = place[NODE_AXIS]
    if (node === undefined) return place
    const major = [...found].find(([value]) => isCalled(value, node))
    return major ? { ...place, [NODE_AXIS]: major[1].version } : place
  }
  const versions = [...new Set([...found.values()].map(({ version }) => version))]
  return {
    experiment: {
      ...experiment,
      axes: { ...experiment.axes, [NODE_AXIS]: versions },
      ...(experiment.hypotheses && {
        hypotheses: experiment.hypotheses.map((one) => ({ ...one, of: named(one.of), over: named(one.over) })),
      }),
    },
    files: new Map([...found.values()].map(({ version, file }) => [version, file])),
  }
}

/** What an experiment runs, with that axis where it is asked for; where nothing else is compared, versions are. */
export function rigOf({ over, axes }: Pick<Experiment, "over" | "axes">): Rig {
  const rig: Rig = RIGS[over]
  const nodes = axes[NODE_AXIS]
  if (nodes === undefined) return rig
  const compared = axes[rig.compares] ?? rig.axes[rig.compares]!.usual.slice(0, 1)
  return {
    ...rig,
    axes: { ...rig.axes, [NODE_AXIS]: AXIS },
    compares: compared.length === 1 && nodes.length > 1 ? NODE_AXIS : rig.compares,
  }
}
