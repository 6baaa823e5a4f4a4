/**
 * What has been proven, a line for each part that has ended, kept for these very sources: a long proof that is interrupted goes on
 * where it was. Other sources have another journal; of theirs only the times are used.
 */
import { createHash } from "node:crypto"
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { spawnSync } from "node:child_process"

const FOLDER = "node_modules/.cache/outlive/prove"

/** `{ sources, file }`: what the sources are called (a commit, or one with changes), and where their journal is. */
export function journalOf(root, node = process.version) {
  const commit = git(root, "rev-parse", "--short=12", "HEAD").trim() || "no-commit"
  const changes = git(root, "diff", "HEAD") + untracked(root)
  const digest = createHash("sha256").update(changes).digest("hex").slice(0, 8)
  const sources = changes === "" ? commit : `${commit}+${digest}`
  return { sources, file: join(root, FOLDER, `${sources}-node-${node}.jsonl`) }
}

function untracked(root) {
  return git(root, "ls-files", "--others", "--exclude-standard", "-z")
    .split("\0")
    .filter(Boolean)
    .map((file) => `${file}\n${readFileSync(join(root, file), "utf8")}`)
    .join("\n")
}

function git(root, ...parameters) {
  const { stdout, status } = spawnSync("git", parameters, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 })
  return status === 0 ? stdout : ""
}

/** Lines of a journal. The last may be half a line, if whoever wrote it was killed: it is left out. */
export function readJournal(file) {
  if (!existsSync(file)) return []
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return [JSON.parse(line)]
      } catch {
        return []
      }
    })
}

/** One more part has ended. Begins a line of its own, whatever was there. */
export function note(file, line) {
  mkdirSync(dirname(file), { recursive: true })
  appendFileSync(file, `\n${JSON.stringify(line)}`)
}

export const forget = (file) => rmSync(file, { force: true })

/** How long each part took when it last ended by itself, whatever the sources were. */
export function lastedBefore(file) {
  const folder = dirname(file)
  if (!existsSync(folder)) return new Map()
  const lines = readdirSync(folder).flatMap((name) => readJournal(join(folder, name)))
  const ended = lines.filter(({ verdict }) => verdict !== "cut").toSorted((one, other) => one.at - other.at)
  return new Map(ended.map(({ part, ms }) => [part, ms]))
}

/** The last line of each part, and how often it had been tried before. */
export function standing(lines) {
  const all = new Map()
  for (const line of lines)
    all.set(line.part, { ...line, before: [...(all.get(line.part)?.before ?? []), line.verdict] })
  return new Map([...all].map(([part, line]) => [part, { ...line, before: line.before.slice(0, -1) }]))
}
