/**
 * Functions that are compiled with their file, instead of when they are first called. V8 reads a function twice otherwise: to find its end, and
 * when it runs. Of a first exploration, which runs 165 functions a first time, that was half. V8 compiles at once what stands in parentheses,
 * `(function () {})`, but never a method; so the methods of a class from the first one that ran become properties of an object.
 *
 * No line moves: source maps hold.
 */
import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseSync } from "oxc-parser"

/**
 * Where the functions end that a program runs, by the path of their file: offsets in its text, as V8 tells them for coverage.
 * @throws if the program fails
 */
export function functionsRun(program, ...args) {
  const folder = mkdtempSync(join(tmpdir(), "outlive-eager-"))
  try {
    execFileSync(process.execPath, [program, ...args], { env: { ...process.env, NODE_V8_COVERAGE: folder } })
    const [report] = readdirSync(folder)
    const { result } = JSON.parse(readFileSync(join(folder, report), "utf8"))
    return new Map(
      result
        .filter(({ url }) => url.startsWith("file:"))
        .map(({ url, functions }) => [fileURLToPath(url), new Set(functions.filter(hasRun).map(endOf))]),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const hasRun = ({ ranges }) => ranges[0].count > 0
const endOf = ({ ranges }) => ranges[0].endOffset

/**
 * The same module, in which those of its functions that end at `ends` are compiled when it is read. One that stands at the outside is no longer there
 * before its line has run: none of them may run while the module is loaded.
 */
export function eager(text, ends) {
  const edits = []
  for (const statement of parseSync("module.mjs", text).program.body) {
    if (statement.type === "FunctionDeclaration" && isPlain(statement) && ends.has(statement.end))
      edits.push(
        { from: statement.start, to: statement.id.end, text: `var ${statement.id.name} = (function` },
        { from: statement.end, text: ");" },
      )
    else edits.push(...methodsOutside(statement, text, ends))
  }
  return edited(text, edits)
}

/** A class's name inside itself would be missing outside, and so would `super`, and what is static. */
function methodsOutside(statement, text, ends) {
  const found = classOf(statement)
  if (!found) return []
  const { name, type } = found
  const members = type.body.body
  const isMovable = (member) =>
    member.type === "MethodDefinition" &&
    member.kind !== "constructor" &&
    !member.static &&
    !member.computed &&
    !/\bsuper\b|#/.test(text.slice(member.start, member.end))
  const isEager = ({ kind, value }) => kind === "method" && isPlain(value) && ends.has(value.end)
  const tail = members.slice(members.findLastIndex((member) => !isMovable(member)) + 1)
  const moved = tail.slice(tail.findIndex(isEager))
  if (!tail.some(isEager)) return []
  const before = members[members.length - moved.length - 1]
  return [
    { from: before?.end ?? type.body.start + 1, text: ` }; (${MOVE})(${name}, {` },
    ...moved.flatMap((member) => [
      ...(isEager(member) ? [{ from: member.key.end, text: ": (function" }] : []),
      { from: member.end, text: isEager(member) ? ")," : "," },
    ]),
    { from: type.end, text: ");" },
  ]
}

/** As the methods of a class are: nobody who looks over an object's properties meets them. */
const MOVE =
  "(type, methods) => { for (const name in methods) Object.defineProperty(type.prototype, name, { ...Object.getOwnPropertyDescriptor(methods, name), enumerable: false }); }"

function classOf(statement) {
  if (statement.type === "ClassDeclaration") return { name: statement.id.name, type: statement }
  if (statement.type !== "VariableDeclaration" || statement.declarations.length > 1) return undefined
  const [{ id, init }] = statement.declarations
  return init?.type === "ClassExpression" && init.id === null ? { name: id.name, type: init } : undefined
}

const isPlain = ({ async, generator }) => !async && !generator

/** From behind, so that what is in front stays where it was. */
function edited(text, edits) {
  const ordered = edits.toSorted((a, b) => b.from - a.from)
  return ordered.reduce((all, { from, to = from, text: put }) => all.slice(0, from) + put + all.slice(to), text)
}
