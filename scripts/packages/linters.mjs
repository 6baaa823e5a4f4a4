/** What publint and are-the-types-wrong say of each tarball. */
import { formatMessage } from "publint/utils"
import { publint } from "publint"
import { readFileSync } from "node:fs"
import { run } from "./run.mjs"

const ATTW = "@arethetypeswrong/cli@0.18.5"

/** `[title, problems]` for each package and each of the two; the second, which is fetched, not if it is to be quick. */
export async function problemsOfManifests(packages, { isQuick }) {
  const results = []
  for (const { name, file, manifest } of packages) {
    results.push([`publint: ${name}`, await publintOf(file)])
    if (!isQuick && isImported(manifest)) results.push([`types of ${name} (attw)`, await attwOf(file)])
  }
  return results
}

/** The command is only run: it has no types. */
const isImported = ({ exports }) => Object.keys(exports).some((path) => !path.endsWith(".json"))

async function publintOf(file) {
  const { buffer, byteOffset, byteLength } = readFileSync(file)
  const tarball = buffer.slice(byteOffset, byteOffset + byteLength)
  const { messages, pkg } = await publint({ pack: { tarball }, strict: true })
  return messages.map((message) => formatMessage(message, pkg, { color: false }))
}

/** ESM only, as our packages are: what CommonJS of old would make of them is left out. */
async function attwOf(file) {
  const args = ["-y", ATTW, file, "--profile", "esm-only", "--format", "ascii", "--no-emoji"]
  const { code, output } = await run("npx", args)
  return code === 0 ? [] : [output.trim()]
}
