/** What `--help` says of a script: the comment at its head. */
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

/** Says it and ends the process, if it is asked for. Before the script looks at its other words, and before it does anything. */
export function helpIfAsked(url) {
  if (!process.argv.slice(2).includes("--help")) return
  const [, comment] = /\/\*\*\n([\s\S]*?)\n \*\//.exec(readFileSync(fileURLToPath(url), "utf8"))
  process.stdout.write(`${comment.replaceAll(/^ \* ?/gm, "")}\n`)
  process.exit(0)
}
