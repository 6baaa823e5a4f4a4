/**
 * A file that somebody brings may end the process, even with code 0, as it is loaded: as if all were well. What has not come to its end has
 * not held, and whoever asked is told.
 */
import { EXIT } from "./exit-codes.js"

/** From here on a process that ends says so, until what comes back is called. */
export function tellUnlessEnded(): () => void {
  const tell = (code: number) => {
    // Ctrl-C was told already. 13: nothing is left to do, and Node says what was awaited.
    if (code === EXIT.interrupted || code === 13) return
    process.stderr.write(
      `outlive: The process ended before the command did, with code ${code}: does a file that was brought along call process.exit?\n`,
    )
    if (code === EXIT.ok) process.exitCode = EXIT.failed
  }
  process.on("exit", tell)
  return () => void process.off("exit", tell)
}
