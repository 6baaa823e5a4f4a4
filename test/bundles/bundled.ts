/** A program as a bundler for browsers makes it. */
import { gzipSync } from "node:zlib"
import { fileURLToPath } from "node:url"
import * as esbuild from "esbuild"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))

export interface Bundle {
  readonly code: string
  /** Minified, and compressed by gzip. */
  readonly bytes: number
  /** The files of which something is in it. */
  readonly files: readonly string[]
}

const made = new Map<string, Promise<Bundle>>()

/** Each once. */
export function bundled(program: string): Promise<Bundle> {
  const bundle = made.get(program) ?? make(program)
  made.set(program, bundle)
  return bundle
}

async function make(program: string): Promise<Bundle> {
  const { outputFiles, metafile } = await esbuild.build({
    stdin: { contents: program, resolveDir: ROOT, sourcefile: "program.js" },
    bundle: true,
    minify: true,
    metafile: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "es2022",
    external: ["node:*"],
    logLevel: "silent",
  })
  const { inputs } = Object.values(metafile.outputs)[0]!
  const files = Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  const [{ contents, text: code }] = outputFiles as [esbuild.OutputFile]
  return { code, bytes: gzipSync(contents, { level: 9 }).length, files: files.map(([name]) => name) }
}
