/** Where in the model's code an operation is: asked for when a failure is told, and to know a loop from a repetition. */

/** File of the package itself, so that its own frames can be left out. */
const OWN = new URL(".", import.meta.url).href

export interface Place {
  /** Identifies the whole call stack. */
  readonly stack: string
  /** `file:line` of the innermost frame outside of this package. */
  readonly at: string
}

const NOWHERE: Place = { stack: "", at: "" }

/** Costs microseconds: not for each operation of each execution. */
export function captureSite(): Place {
  const { prepareStackTrace, stackTraceLimit } = Error
  const holder: { stack?: unknown } = {}
  try {
    Error.stackTraceLimit = 30
    Error.prepareStackTrace = (_, frames) => frames
    Error.captureStackTrace(holder, captureSite)
    const frames = holder.stack as readonly NodeJS.CallSite[]
    return Array.isArray(frames) ? placeOf(frames) : NOWHERE
  } finally {
    Error.prepareStackTrace = prepareStackTrace
    Error.stackTraceLimit = stackTraceLimit
  }
}

function placeOf(frames: readonly NodeJS.CallSite[]): Place {
  let stack = ""
  let innermost: NodeJS.CallSite | undefined
  let inside = true
  for (const frame of frames) {
    const file = frame.getFileName() ?? ""
    const own = isOwn(file)
    if (own && !inside) break
    if (own || file.startsWith("node:")) continue
    inside = false
    innermost ??= frame
    stack += `${file}:${frame.getLineNumber()}:${frame.getColumnNumber()};`
  }
  return { stack, at: innermost === undefined ? "" : mapped(innermost) }
}

function isOwn(file: string): boolean {
  return file.startsWith(OWN) || (file !== "" && !file.includes("://") && `file://${file}`.startsWith(OWN))
}

/** Through the source maps of a test runner, if one is there to translate a stack. */
function mapped(frame: NodeJS.CallSite): string {
  const file = (frame.getFileName() ?? "").replace(/^file:\/\//, "")
  return `${file}:${frame.getLineNumber()}:${frame.getColumnNumber()}`
}
