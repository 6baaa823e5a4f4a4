/**
 * Serves a folder of examples to browsers, from this machine only: its scripts bundled, all of it with the headers that isolate a page.
 *
 *   node examples/browser/serve.mjs [--port 8080] [FOLDER]
 */
import { readFile, readdir } from "node:fs/promises"
import { createServer } from "node:http"
import { extname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { build } from "esbuild"

const HERE = fileURLToPath(new URL(".", import.meta.url))
const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript" }
const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
}
const POLICY = "default-src 'self'; img-src 'self' data:; script-src 'self' 'wasm-unsafe-eval'"

const USAGE = "Usage: serve.mjs [--port 8080] [FOLDER]"

/** Every script of the folder as a bundle of its own, and its pages and styles as they are: path to text. */
async function filesOf(folder) {
  const names = await readdir(folder)
  const { outputFiles } = await build({
    entryPoints: names
      .filter((name) => /\.[jt]s$/.test(name) && !name.endsWith(".d.ts"))
      .map((name) => join(folder, name)),
    outdir: folder,
    write: false,
    bundle: true,
    format: "esm",
    platform: "browser",
    // What runs in Node as well.
    external: ["node:*"],
    target: "es2022",
    logLevel: "warning",
  })
  const files = new Map(
    outputFiles.map(({ path, contents }) => [`/${path.slice(folder.length).replace(/^[\\/]/, "")}`, contents]),
  )
  for (const name of names.filter((each) => /\.(html|css)$/.test(each)))
    files.set(`/${name}`, await readFile(join(folder, name)))
  return files
}

/**
 * @param isolated false: without the headers, as a server sends it that knows nothing of them
 * @returns the address, and how to end it. Rejects with EADDRINUSE when somebody else has the port
 */
export async function serve({ folder = HERE, port = 0, isolated = true } = {}) {
  const files = await filesOf(resolve(folder))
  const headers = { "Content-Security-Policy": POLICY, "Cache-Control": "no-store", ...(isolated ? ISOLATED : {}) }
  const server = createServer(({ url = "/" }, response) => {
    const path = new URL(url, "http://localhost").pathname
    const name = path === "/" ? "/index.html" : path
    const content = files.get(name)
    response.writeHead(content ? 200 : 404, { ...headers, "Content-Type": TYPES[extname(name)] ?? "text/plain" })
    response.end(content ?? `There is no ${name} here\n`)
  })
  await new Promise((listening, failed) => server.once("error", failed).listen(port, "localhost", listening))
  return {
    url: `http://localhost:${server.address().port}/`,
    close: () => new Promise((closed) => void server.close(closed).closeAllConnections()),
  }
}

/** What the command line asks for. @throws {Error} with a code of `parseArgs`, where it asks for what there is not */
function asked() {
  const { values, positionals } = parseArgs({
    options: { port: { type: "string", default: "8080" }, help: { type: "boolean", short: "h", default: false } },
    allowPositionals: true,
  })
  return { ...values, folders: positionals }
}

const isOfCommandLine = ({ code }) => String(code).startsWith("ERR_PARSE_ARGS")

/** In a sentence, why it does not serve, or undefined where only a stack tells. */
function reasonOf({ code, message, errors }, folder, port) {
  if (code === "EADDRINUSE") return `Port ${port} is in use: end what has it, or take another one (--port ${port + 1})`
  if (code === "EACCES") return `Port ${port} is not for this user: take another one (--port 8080)`
  if (code === "ENOENT") return `There is no folder ${folder}`
  if (code === "ENOTDIR") return `${folder} is not a folder`
  // Which esbuild has told already.
  return errors === undefined ? undefined : message.split("\n")[0]
}

/** @returns the exit code: 1 where it cannot serve, 2 where the command line is wrong */
async function main() {
  let options
  try {
    options = asked()
  } catch (error) {
    if (!isOfCommandLine(error)) throw error
    return refuse(error.message.split(". ")[0])
  }
  if (options.help) {
    console.log(`${USAGE}\nServes a folder of examples to browsers on this machine. Ctrl-C ends it.`)
    return 0
  }
  const port = Number(options.port)
  if (!Number.isInteger(port) || port < 0 || port > 65_535 || options.port === "")
    return refuse(`Cannot use ${options.port || '""'} as a port: 0 to 65535 is the range, and 0 means any that is free`)
  if (options.folders.length > 1) return refuse(`One folder can be served, and ${options.folders.length} were given`)
  const [folder] = options.folders
  try {
    const { url, close } = await serve({ folder, port })
    console.log(`Open ${url} (Ctrl-C ends it)`)
    await new Promise((ended) => ["SIGINT", "SIGTERM"].forEach((signal) => process.once(signal, ended)))
    await close()
    return 0
  } catch (error) {
    const reason = reasonOf(error, folder, port)
    if (reason === undefined) throw error
    console.error(reason)
    return 1
  }
}

function refuse(sentence) {
  console.error(`${sentence}\n${USAGE}`)
  return 2
}

if (resolve(process.argv[1] ?? "") === fileURLToPath(import.meta.url)) process.exitCode = await main()
