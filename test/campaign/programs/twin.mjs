/** Started with `--import`: changes a module's text while it is loaded. TWIN: `[{ file, from, to }]`, by the exact text. */
import { register } from "node:module"

const hooks = `
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
const changes = JSON.parse(process.env.TWIN)
export async function load(url, context, next) {
  const change = changes.find(({ file }) => url.endsWith(file))
  if (!change) return next(url, context)
  const text = readFileSync(fileURLToPath(url), "utf8")
  if (text.split(change.from).length !== 2) throw new Error("TWIN: " + change.file + " does not have once: " + change.from)
  return { format: "module", shortCircuit: true, source: text.replace(change.from, () => change.to) }
}`
register(`data:text/javascript,${encodeURIComponent(hooks)}`)
