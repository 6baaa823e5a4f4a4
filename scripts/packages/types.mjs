/** Compiles a program against what is installed, as users' compilers do: without `skipLibCheck`, and with no newer `lib` than ES2022. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { typedProgramsIn } from "../snippets.mjs"
import { ROOT } from "./pack.mjs"
import { write } from "./project.mjs"
import { must, run } from "./run.mjs"

const COMPILERS = { 5.9: "typescript@5.9.3", 7: "typescript@7.0.2" }
const RESOLUTIONS = {
  node16: { module: "node16", moduleResolution: "node16" },
  nodenext: { module: "nodenext", moduleResolution: "nodenext" },
  bundler: { module: "esnext", moduleResolution: "bundler" },
}
/** A page has no types of Node, a server none of the page's. */
const PLATFORMS = {
  node: { lib: ["es2022"], types: ["node"] },
  browser: { lib: ["es2022", "dom"], types: [] },
}
/** What runs in a browser as well. */
const IN_BROWSERS = new Set(["@outlive/core", "@outlive/sync"])

/** `[title, problem]` for each way. `project`: where the packages are installed. */
export async function checkTypes(packages, { isQuick, project }) {
  const ways = isQuick ? [["7", "nodenext", "node"]] : everyWay()
  const compilers = isQuick ? { 7: join(ROOT, "node_modules/.bin/tsc") } : await fetched(project)
  const results = []
  for (const [version, resolution, platform] of ways) {
    const title = `TypeScript ${version}, ${resolution}, ${platform}`
    const used = packages.filter(({ name }) => platform === "node" || IN_BROWSERS.has(name))
    write(project, {
      "types/use.ts": programOver(used),
      ...shown(),
      "types/tsconfig.json": JSON.stringify(configOf(resolution, platform)),
    })
    const { code, output } = await run(compilers[version], ["-p", "types"], { cwd: project })
    results.push([title, code === 0 ? undefined : output.trim().slice(0, 3_000)])
  }
  return results
}

function everyWay() {
  return Object.keys(COMPILERS).flatMap((version) =>
    Object.keys(RESOLUTIONS).flatMap((resolution) =>
      Object.keys(PLATFORMS).map((platform) => [version, resolution, platform]),
    ),
  )
}

/** Side by side, under other names. */
async function fetched(project) {
  const wanted = Object.entries(COMPILERS).map(([version, name]) => `compiler-${version}@npm:${name}`)
  const args = [
    "install",
    "--no-audit",
    "--no-fund",
    "--prefer-offline",
    "--loglevel=error",
    "@types/node@20.19.25",
    ...wanted,
  ]
  await must("npm", args, { cwd: project })
  return Object.fromEntries(
    Object.keys(COMPILERS).map((version) => [version, join(project, `node_modules/compiler-${version}/bin/tsc`)]),
  )
}

function configOf(resolution, platform) {
  return {
    compilerOptions: {
      ...RESOLUTIONS[resolution],
      ...PLATFORMS[platform],
      typeRoots: ["../node_modules/@types", join(ROOT, "node_modules/@types")],
      target: "es2022",
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
    },
    include: ["*.ts", "*.mts"],
  }
}

/** What the README of `@outlive/sync` shows in TypeScript. */
function shown() {
  const readme = readFileSync(join(ROOT, "packages/sync/README.md"), "utf8")
  return Object.fromEntries(typedProgramsIn(readme).map((program, i) => [`types/shown-${i}.mts`, program]))
}

/** Imports whatever there is to import, and gives back a heap by `using`. */
function programOver(packages) {
  const entries = packages.flatMap(({ name, manifest }) =>
    Object.entries(manifest.exports)
      .filter(([, target]) => typeof target === "object")
      // For tests in vitest only, which a user has beside it.
      .filter(([path]) => path !== "./vitest")
      .map(([path]) => name + path.slice(1)),
  )
  const imports = entries.map((entry, i) => `import * as package${i} from ${JSON.stringify(entry)}\n`).join("")
  const uses = entries.map((_, i) => `package${i}`).join(", ")
  return `${imports}
import { type Fence, Heap, type HeapOptions, defineModule } from "@outlive/core"
export const all: readonly object[] = [${uses}]
const options: HeapOptions = { fences: 64, flavour: "checked" }
const gpu = defineModule({ name: "gpu", driverName: "toy" })
export async function outcomeOf(): Promise<"signaled" | "timed-out"> {
  using heap = Heap.create(options)
  using thread = heap.attach({ name: "main", modules: [gpu] })
  const fence: Fence = thread.load(gpu).timeline("frames").fence()
  // @ts-expect-error: a number of milliseconds is needed
  await fence.wait({ timeoutMs: "soon" })
  return await fence.wait({ timeoutMs: 1 })
}
`
}
