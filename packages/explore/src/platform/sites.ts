/** Where in the model's code an operation is: asked for when a failure is told, and to know a loop from a repetition. */

/** The package's own files, so that their frames can be left out: as they run, and as source maps call them. */
const OWN = [new URL("../../dist/", import.meta.url).href, new URL("../../src/", import.meta.url).href]

/** Identifies the whole call stack of the model's code. Costs microseconds: not for each operation of each execution. */
export function captureStack(): string {
  const { prepareStackTrace, stackTraceLimit } = Error
  const holder: { stack?: unknown } = {}
  try {
    Error.stackTraceLimit = 30
    Error.prepareStackTrace = (_, frames) => frames
    Error.captureStackTrace(holder, captureStack)
    const frames = holder.stack as readonly NodeJS.CallSite[]
    return Array.isArray(frames) ? keyOf(frames) : ""
  } finally {
    Error.prepareStackTrace = prepareStackTrace
    Error.stackTraceLimit = stackTraceLimit
  }
}

function keyOf(frames: readonly NodeJS.CallSite[]): string {
  let stack = ""
  let inside = true
  for (const frame of frames) {
    const file = frame.getFileName() ?? ""
    const own = isOwn(file)
    if (own && !inside) break
    if (own || file.startsWith("node:")) continue
    inside = false
    stack += `${file}:${frame.getLineNumber()}:${frame.getColumnNumber()};`
  }
  return stack
}

function isOwn(file: string): boolean {
  const url = file.includes("://") ? file : `file://${file}`
  return file !== "" && OWN.some((own) => url.startsWith(own))
}

/** `file:line` of the model's own code, as the platform would print it: through source maps, if they are in use. */
export function captureAt(): string {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 30
  const lines = (new Error("where").stack ?? "").split("\n")
  Error.stackTraceLimit = stackTraceLimit
  for (const line of lines) {
    const match = /(?:\(|at )((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*?):(\d+):\d+\)?$/.exec(line)
    if (match !== null && !isOwn(match[1]!)) return `${relative(match[1]!)}:${match[2]}`
  }
  return ""
}

function relative(file: string): string {
  const path = file.replace(/^file:\/\//, "").replace(/\?.*$/, "")
  const here = `${process.cwd()}/`
  return path.startsWith(here) ? path.slice(here.length) : path
}
