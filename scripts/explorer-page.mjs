/**
 * `@outlive/explore/browser`: one file, in which what Node has is replaced by what a page has. The stand-ins are in
 * `packages/explore/src/browser`, one for each module of Node's.
 */
import { join } from "node:path"
import * as esbuild from "esbuild"

const STAND_INS = {
  "node:module": "module",
  "node:timers": "timers",
  "node:timers/promises": "timers",
  "node:worker_threads": "worker-threads",
  "node:v8": "v8",
}

/** The file's text, and that of its source map. @throws for a module of Node's that has no stand-in */
export async function explorerForPages(folder) {
  const from = join(folder, "dist/browser")
  const standIns = {
    name: "stand-ins",
    setup(build) {
      build.onResolve({ filter: /^node:/ }, ({ path, importer }) =>
        Object.hasOwn(STAND_INS, path)
          ? { path: join(from, `${STAND_INS[path]}.js`) }
          : { errors: [{ text: `${importer} imports ${path}, which no page has` }] },
      )
    },
  }
  const { outputFiles } = await esbuild.build({
    entryPoints: { browser: join(from, "index.js") },
    outdir: join(folder, "built/package"),
    write: false,
    bundle: true,
    platform: "browser",
    format: "esm",
    target: "es2022",
    charset: "utf8",
    sourcemap: true,
    inject: [join(from, "process.js")],
    plugins: [standIns],
    logLevel: "warning",
  })
  return outputFiles
}
