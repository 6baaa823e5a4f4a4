/** A page made by vite, from what is installed: its main thread creates a heap, its worker opens it, and has no engine of its own. */
import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { must } from "./run.mjs"
import { write } from "./project.mjs"

const VITE = "vite@8.3.0"
const FILES = {
  "page/index.html": '<!doctype html><script type="module" src="./main.js"></script>',
  "page/main.js": `import { Heap, defineModule } from "@outlive/core"
const heap = Heap.create({ fences: 64, threads: 2 })
const thread = heap.attach({ modules: [defineModule({ name: "gpu", driverName: "toy" })] })
const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" })
worker.postMessage(heap.share())
document.title = String(thread.name)
`,
  "page/worker.js": `import { Heap } from "@outlive/core/worker"
addEventListener("message", ({ data }) => Heap.open(data).attach().detach())
`,
  "page/vite.config.js": 'export default { worker: { format: "es" } }',
}

/** What is wrong with it; nothing when it was built of two scripts, of which only the page's has the engine in it. */
export async function problemOfPage(project) {
  write(project, FILES)
  await must("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error", VITE], {
    cwd: project,
  })
  await must("npx", ["--no", "vite", "build", "page", "--outDir", "built"], { cwd: project })
  const engine = textOfEngine(project)
  const folder = join(project, "page/built/assets")
  const scripts = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }))
  const told = scripts.map(
    ({ name, text }) => `${name}: ${text.length} characters${text.includes(engine) ? ", with the engine" : ""}`,
  )
  const isIn = (prefix) => scripts.some(({ name, text }) => name.startsWith(prefix) && text.includes(engine))
  return isIn("index") && !isIn("worker") && scripts.length === 2
    ? undefined
    : `expected index with the engine, worker without it:\n${told.join("\n")}`
}

/** The beginning of it, which no minifier changes. */
function textOfEngine(project) {
  const file = readFileSync(join(project, "node_modules/@outlive/core/built/fences-packed.js"), "utf8")
  return /export const frequent =\s*"([0-9a-f]+)"/.exec(file)[1]
}
