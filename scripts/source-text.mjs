/** What the checks need to know of a TypeScript source: which part is comment, and on which line something stands. */
import { readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"

const GENERATED = new Set(["site", "node_modules", "dist", "built", "coverage", "outlive-results"])

/** Paths of the files below a folder that somebody wrote, relative to `root`, with `/` between folders. */
export function writtenFiles(root, accept, folder = "") {
  const files = []
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    if (GENERATED.has(entry.name) || entry.name.startsWith(".")) continue
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`
    if (entry.isDirectory()) files.push(...writtenFiles(root, accept, path))
    else if (accept(path)) files.push(path)
  }
  return files.sort()
}

/** The texts of these files, by path. */
export function readFiles(root, paths) {
  return new Map(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]))
}

/** Line of an offset, counted from 1. */
export function lineAt(text, offset) {
  let line = 1
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line++
  return line
}

/**
 * Separates comments from code. In `code` comments are blank, so that offsets and lines stay; a run of `//` lines is
 * one comment. Knows strings, templates and regular expressions well enough not to see comments in them.
 */
export function separate(text) {
  const comments = []
  const code = [...text]
  const templates = []
  let at = 0
  while (at < text.length) {
    const two = text.slice(at, at + 2)
    const character = text[at]
    if (two === "//" || two === "/*") {
      const end = two === "//" ? endOfLine(text, at) : endOfBlock(text, at)
      addComment(text, comments, at, end, two === "//")
      for (let i = at; i < end; i++) if (code[i] !== "\n") code[i] = " "
      at = end
    } else if (character === '"' || character === "'") at = endOfQuoted(text, at, character)
    else if (character === "`") at = openTemplate(text, at + 1, templates)
    else if (character === "{" && templates.length > 0) at = (templates[templates.length - 1]++, at + 1)
    else if (character === "}" && templates.length > 0 && templates[templates.length - 1]-- === 0) {
      templates.pop()
      at = openTemplate(text, at + 1, templates)
    } else if (character === "/" && startsRegExp(text, at)) at = endOfRegExp(text, at)
    else at++
  }
  return { code: code.join(""), comments }
}

function addComment(text, comments, start, end, isLine) {
  const last = comments.at(-1)
  const joins = isLine && last?.isLine && /^\n[ \t]*$/.test(text.slice(last.end, start)) && startsLine(text, last.start)
  if (joins) last.end = end
  else comments.push({ start, end, isLine })
}

const startsLine = (text, at) => /(^|\n)[ \t]*$/.test(text.slice(0, at))
const endOfLine = (text, at) => (text.indexOf("\n", at) === -1 ? text.length : text.indexOf("\n", at))
const endOfBlock = (text, at) => (text.indexOf("*/", at + 2) === -1 ? text.length : text.indexOf("*/", at + 2) + 2)

function endOfQuoted(text, at, quote) {
  for (let i = at + 1; i < text.length && text[i] !== "\n"; i++) {
    if (text[i] === "\\") i++
    else if (text[i] === quote) return i + 1
  }
  return at + 1
}

/** Goes to the end of a template, or into its next `${`; `templates` holds how many braces are open in each. */
function openTemplate(text, at, templates) {
  for (let i = at; i < text.length; i++) {
    if (text[i] === "\\") i++
    else if (text[i] === "`") return i + 1
    else if (text[i] === "$" && text[i + 1] === "{") {
      templates.push(0)
      return i + 2
    }
  }
  return text.length
}

/** A slash divides after a value; anywhere else it starts a regular expression. */
const startsRegExp = (text, at) => /(^|[=(,:;!&|?{}[+]|\breturn|=>)\s*$/.test(text.slice(Math.max(0, at - 40), at))

function endOfRegExp(text, at) {
  let inClass = false
  for (let i = at + 1; i < text.length && text[i] !== "\n"; i++) {
    if (text[i] === "\\") i++
    else if (text[i] === "[") inClass = true
    else if (text[i] === "]") inClass = false
    else if (text[i] === "/" && !inClass) return i + 1
  }
  return at + 1
}
