/** A program as a bundler for browsers makes it. */
import { execFile } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { brotliCompressSync, gzipSync } from "node:zlib"
import { fileURLToPath } from "node:url"
import * as esbuild from "esbuild"

const ROOT = fileURLToPath(new URL("../..", import.meta.url))

export interface Bundle {
  readonly code: string
  /** Minified, and compressed by gzip. */
  readonly gzip: number
  /** Minified, and compressed by brotli. */
  readonly brotli: number
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
  return {
    code,
    gzip: gzipSync(contents, { level: 9 }).length,
    brotli: brotliCompressSync(contents).length,
    files: files.map(([name]) => name),
  }
}

/** Bundles these programs side by side, and runs the first in Node. @returns what it prints, line by line */
export async function run(programs: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "outlive-bundle-"))
  try {
    for (const [name, code] of Object.entries(programs)) writeFileSync(join(folder, name), (await bundled(code)).code)
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, Object.keys(programs)[0]!)])
    return stdout.trim().split("\n")
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
