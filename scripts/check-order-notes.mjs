#!/usr/bin/env node
/**
 * Every step that other threads can see says what job it does: reads the ORDER notes of the engine.
 *
 *   node scripts/check-order-notes.mjs               checks the engine
 *   node scripts/check-order-notes.mjs --self-test   checks this check: a broken example of each rule must be caught
 *
 * Rules: a function that calls an atomic of `words.ts` has an ORDER note in it or above it; a note starts with one of
 * TAGS; "Pairs with `other`" names a function that exists, and one of whose ORDER notes names this one in return. A
 * partner in another file may be given as "`other` of `file.ts`" (or "in").
 */
import { dirname, posix, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { lineAt, readFiles, separate, writtenFiles } from "./source-text.mjs"

const ENGINE = "packages/core/engine"
const SEAM = `${ENGINE}/words.ts`
const ATOMICS = new Set(["load", "store", "add", "sub", "or", "exchange", "compareExchange", "wake"])
const PLAIN = new Set(["peek", "poke", "relax", "memoryBytes"])
const TAGS = new Set(["publish", "observe", "claim", "announce", "check", "park", "wake"])

const NAME = "`(\\w+)`(?: (?:of|in) `([\\w./-]+\\.ts)`)?"
const PAIRS = new RegExp(`Pairs with (${NAME}(?:(?:, and |, | and )${NAME})*)`, "g")

/** What is wrong in these engine files (path to text), and how much was looked at. */
function readNotes(files) {
  const wrong = []
  const functions = []
  let atomics = 0
  for (const [file, text] of files) {
    if (file === SEAM) continue
    const source = readSource(file, text)
    functions.push(...source.functions)
    const report = (offset, message) => wrong.push({ file, line: lineAt(text, offset), message })
    for (const door of source.hidden) report(door.offset, door.message)
    for (const call of source.calls) {
      atomics++
      if (!call.owner) report(call.offset, `\`${call.name}\` is called outside any function`)
      else if (call.owner.notes.length === 0)
        report(call.offset, `\`${call.name}\` in \`${call.owner.name}\` has no ORDER note`)
    }
    for (const note of source.strayNotes) report(note.offset, "this ORDER note belongs to no function")
  }
  const pairs = checkNotes(files, functions, wrong)
  return { wrong, counts: { files: files.size, atomics, notes: functions.flatMap(({ notes }) => notes).length, pairs } }
}

function checkNotes(files, functions, wrong) {
  let pairs = 0
  for (const owner of functions) {
    for (const note of owner.notes) {
      const report = (message) =>
        wrong.push({ file: owner.file, line: lineAt(files.get(owner.file), note.offset), message })
      const tag = /^ORDER: ?(\w*)/.exec(note.text)?.[1]
      if (!TAGS.has(tag)) report(`"${tag}" is not a job: ${[...TAGS].join(", ")}`)
      const partners = partnersOf(note)
      if (/pairs with/i.test(note.text) && partners.length === 0) report("a partner is a function's name in backticks")
      for (const partner of partners) {
        pairs++
        const message = whyOneSided(owner, partner, functions)
        if (message) report(message)
      }
    }
  }
  return pairs
}

/** What stands after "Pairs with": one or more functions, each perhaps with its file. */
function partnersOf(note) {
  return [...note.text.matchAll(PAIRS)].flatMap(([, list]) =>
    [...list.matchAll(new RegExp(NAME, "g"))].map(([, name, file]) => ({ name, file })),
  )
}

function whyOneSided(owner, partner, functions) {
  const found = find(owner, partner, functions)
  const title = partner.file ? `\`${partner.name}\` of \`${partner.file}\`` : `\`${partner.name}\``
  if (found.length === 0) return `pairs with ${title}, which does not exist`
  if (found.length > 1)
    return `pairs with ${title}, which could be in ${found.map(({ file }) => file).join(" or ")}: say "of \`file.ts\`"`
  if (found[0].notes.some(({ text }) => text.includes(`\`${owner.name}\``))) return undefined
  return `pairs with ${title}, no ORDER note of which names \`${owner.name}\``
}

/** The functions a note can mean: of the file it names, else of its own file, else of any. */
function find(owner, { name, file }, functions) {
  const named = functions.filter((candidate) => candidate.name === name)
  if (file) {
    const beside = posix.join(posix.dirname(owner.file), file)
    const exact = named.filter((candidate) => candidate.file === beside)
    return exact.length > 0 ? exact : named.filter((candidate) => candidate.file.endsWith(`/${file}`))
  }
  const own = named.filter((candidate) => candidate.file === owner.file)
  return own.length > 0 ? own : named
}

/** The functions of a file with their ORDER notes, and its calls of atomics with the function each lies in. */
function readSource(file, text) {
  const { code, comments } = separate(text)
  const functions = [...code.matchAll(/^(?:export )?function (\w+)\s*\(/gm)].map((match) => {
    const doc = comments.findLast(({ end }) => end <= match.index && text.slice(end, match.index).trim() === "")
    return { file, name: match[1], start: doc?.start ?? match.index, end: endOfBody(code, match.index), notes: [] }
  })
  const ownerAt = (offset) => functions.find(({ start, end }) => start <= offset && offset < end)
  const strayNotes = []
  for (const note of comments.flatMap((comment) => notesIn(text, comment))) {
    const owner = ownerAt(note.offset)
    ;(owner ? owner.notes : strayNotes).push(note)
  }
  return {
    functions,
    strayNotes,
    hidden: hiddenAtomics(code),
    calls: callsOf(code).map((call) => ({ ...call, owner: ownerAt(call.offset) })),
  }
}

/** A note goes from its "ORDER:" to the next one, or to the end of the comment. */
function notesIn(text, { start, end }) {
  const comment = text.slice(start, end)
  return [...comment.matchAll(/ORDER:(?:(?!ORDER:|PLAIN:|KERNEL:)[\s\S])*/g)].map((match) => ({
    offset: start + match.index,
    text: match[0].replace(/\s*\n\s*(\/\/|\*(?!\/))\s*/g, " ").trim(),
  }))
}

function callsOf(code) {
  const local = new Map()
  for (const [, names] of code.matchAll(/import\s*\{([^}]*)\}\s*from\s*["'](?:\.\.?\/)+words["']/g)) {
    for (const [, name, alias] of names.matchAll(/(\w+)(?:\s+as\s+(\w+))?/g)) {
      if (ATOMICS.has(name)) local.set(alias ?? name, name)
    }
  }
  return [...code.matchAll(/(?<![.\w$])(\w+)\s*\(/g)]
    .filter((match) => local.has(match[1]))
    .map((match) => ({ name: local.get(match[1]), offset: match.index }))
}

/** Ways to an atomic that `callsOf` cannot follow: all of words.ts at once, passing it on, a name it does not know. */
function hiddenAtomics(code) {
  const doors = [...code.matchAll(/\b(import|export)\s*(\*[^"';]*|\{[^}]*\})\s*from\s*["'](?:\.\.?\/)+words["']/g)]
  return doors.flatMap(({ 1: verb, 2: names, index: offset }) => {
    if (verb === "export" || names.startsWith("*"))
      return [{ offset, message: "import what you need of words.ts by name" }]
    const unknown = [...names.matchAll(/(\w+)(?:\s+as\s+\w+)?/g)].filter(([, n]) => !ATOMICS.has(n) && !PLAIN.has(n))
    return unknown.map(([, n]) => ({ offset, message: `is \`${n}\` atomic or plain? Say so in check-order-notes` }))
  })
}

/** Offset after the closing brace of the function that starts here. */
function endOfBody(code, start) {
  let depth = 0
  for (let at = code.indexOf("{", start); at !== -1 && at < code.length; at++) {
    if (code[at] === "{") depth++
    else if (code[at] === "}" && --depth === 0) return at + 1
  }
  return code.length
}

const IMPORT = 'import { add, load, store } from "./words"\n'
const put = (note) => `/** Puts. */\nexport function put(a: i32): void {\n  ${note}\n  store(a, 1)\n}\n`
const get = (note) => `/** Gets. */\nexport function get(a: i32): i32 {\n  ${note}\n  return load(a)\n}\n`

/** One broken example of each rule, and what must be said of it; the last ones are in order. */
const EXAMPLES = [
  [{ "a.ts": IMPORT + put("") }, "`store` in `put` has no ORDER note"],
  [{ "a.ts": `${IMPORT}// ORDER: publish it.\n\nconst x = 1\n${put("")}` }, "belongs to no function"],
  [{ "a.ts": `${IMPORT}const before = add(0, 1)\n` }, "outside any function"],
  [{ "a.ts": `import { store as write } from "../words"\nfunction f(): void {\n  write(0, 1)\n}\n` }, "`store` in `f`"],
  [{ "a.ts": 'import * as words from "./words"\nfunction f(): void {\n  words.store(0, 1)\n}\n' }, "by name"],
  [{ "a.ts": 'export { store } from "./words"\n' }, "by name"],
  [{ "a.ts": 'import { and } from "../words"\nfunction f(): void {\n  and(0, 1)\n}\n' }, "atomic or plain"],
  [{ "a.ts": IMPORT + put("// ORDER: release it.") }, '"release" is not a job'],
  [{ "a.ts": IMPORT + put("// ORDER:") }, '"" is not a job'],
  [{ "a.ts": IMPORT + put("// ORDER: publish it. Pairs with `take`.") }, "which does not exist"],
  [{ "a.ts": IMPORT + put("// ORDER: publish it. Pairs with get.") }, "name in backticks"],
  [{ "a.ts": IMPORT + put("// ORDER: publish. Pairs with `get`.") + get("// ORDER: observe.") }, "names `put`"],
  [
    { "a.ts": IMPORT + put("// ORDER: publish.\n  // Pairs with\n  // `get`.") + get("// ORDER: observe.") },
    "names `put`",
  ],
  [
    {
      "a.ts":
        IMPORT + put("// ORDER: publish. Pairs with `put` and `get`.") + get("// PLAIN: `put`\n  // ORDER: observe."),
    },
    "names `put`",
  ],
  [
    {
      "a.ts": IMPORT + put("// ORDER: publish. Pairs with `get` of `b.ts`."),
      "c.ts": IMPORT + get("// ORDER: observe `put`."),
    },
    "which does not exist",
  ],
  [
    {
      "a.ts": IMPORT + put("// ORDER: publish. Pairs with `get`."),
      "b.ts": IMPORT + get("// ORDER: observe `put`."),
      "c.ts": IMPORT + get("// ORDER: observe `put`."),
    },
    "which could be in",
  ],
  [
    { "a.ts": IMPORT + put("// ORDER: publish. Pairs with `get`.") + get("// ORDER: observe. Pairs with `put`.") },
    null,
  ],
  [{ "a.ts": `${IMPORT}/** ORDER: publish X, and claim Y. */\nfunction f(): void {\n  store(0, 1)\n}\n` }, null],
  [{ "a.ts": 'import { peek } from "./words"\nfunction f(): i32 {\n  return peek(0) + list.add(1)\n}\n' }, null],
  [
    {
      "a.ts": IMPORT + put("// ORDER: publish. Pairs with `get` of `b.ts`."),
      "b.ts": IMPORT + get("// ORDER: observe. Pairs with `put` in\n  // `a.ts`."),
    },
    null,
  ],
]

function selfTest() {
  let failed = 0
  for (const [files, expected] of EXAMPLES) {
    const placed = Object.entries(files).map(([name, text]) => [`${ENGINE}/${name}`, text])
    const messages = readNotes(new Map(placed)).wrong.map(({ message }) => message)
    const good = expected === null ? messages.length === 0 : messages.some((message) => message.includes(expected))
    if (good) continue
    failed++
    console.error(
      `self-test: ${JSON.stringify(files)}\n  expected ${expected ?? "nothing"}, got ${messages.join("; ") || "nothing"}`,
    )
  }
  console.log(`order notes self-test: ${EXAMPLES.length - failed} of ${EXAMPLES.length} examples judged right`)
  return failed
}

function checkEngine() {
  const root = resolve(dirname(fileURLToPath(import.meta.url)), "..")
  const paths = writtenFiles(root, (path) => path.endsWith(".ts"), ENGINE)
  const { wrong, counts } = readNotes(readFiles(root, paths))
  for (const { file, line, message } of wrong) console.error(`${file}:${line}: ${message}`)
  const { files, atomics, notes, pairs } = counts
  console.log(
    `order notes: ${atomics} atomics in ${files} files, ${notes} notes, ${pairs} named partners, ${wrong.length} wrong`,
  )
  return wrong.length + (atomics === 0 ? 1 : 0)
}

process.exitCode = (process.argv.includes("--self-test") ? selfTest() : checkEngine()) > 0 ? 1 : 0
