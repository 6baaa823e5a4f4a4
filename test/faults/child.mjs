// One trial in a process of its own: it may crash, hang or corrupt itself, and only this process suffers.
// Told `{ module, task }`; says "began", then "alive" now and then, and at the end `{ found }`: what it objects to.
const HEARTBEAT_MS = 500
const OF_THE_LANGUAGE = new Set(["ReferenceError", "SyntaxError", "TypeError"])

/** A mistake in the trial's own program is no finding; the same kind of error inside the library is one. */
function isMistake(error) {
  if (!OF_THE_LANGUAGE.has(error?.name)) return false
  const thrownAt = String(error.stack)
    .split("\n")
    .find((line) => line.trimStart().startsWith("at "))
  return !/packages\/core\/|twin-/.test(thrownAt ?? "")
}

process.once("disconnect", () => process.exit())
process.once("message", async ({ module, task }) => {
  const { play } = await import(module)
  process.send("began")
  const heart = setInterval(() => process.send("alive"), HEARTBEAT_MS)
  let end
  try {
    end = { found: await play(task) }
  } catch (error) {
    end = isMistake(error) ? { mistake: String(error.stack) } : { found: [`It threw ${error?.stack ?? error}`] }
  }
  clearInterval(heart)
  // Disconnecting lets the process end by itself, if nothing of the trial still keeps it alive: that is part of ending clean.
  process.removeAllListeners("disconnect")
  process.send(end, () => process.disconnect())
})
