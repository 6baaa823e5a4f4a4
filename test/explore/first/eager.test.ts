/** Functions that are compiled with their file do what they did: names, places in the file, what an object shows of itself. */
import { parseSync, Visitor } from "oxc-parser"
import { expect, test } from "vitest"
import { eager } from "../../../scripts/eager.mjs"

const SOURCE = `function outer(a) {
  return a + 1;
}
var Plain = class {
  constructor(n) {
    this.n = n;
  }
  /** Is not run. */
  idle() { return outer(this.n); }
  outer(a) {
    return outer(a) + this.n;
  }
  get twice() { return 2 * this.n; }
  *all() { yield this.n; }
  where() { return new Error("here").stack; }
};
class Derived extends Plain {
  outer(a) { return super.outer(a) + 1; }
  third() { return 3; }
}
class Last extends Derived {
  third() { return 1 + super.third(); }
}
class Static {
  made() { return Static.make(); }
  static make() { return 7; }
}
var Named = class Inner {
  itself() { return Inner; }
};
async function later() {
  return 1;
}
export { outer, Plain, Derived, Last, Static, Named, later };
`

/** Where each function ends. */
function endsOf(text: string): Set<number> {
  const ends = new Set<number>()
  const note = ({ end }: { end: number }) => void ends.add(end)
  new Visitor({ FunctionDeclaration: note, FunctionExpression: note }).visit(parseSync("module.mjs", text).program)
  return ends
}

const lineOf = (text: string, what: string) => text.split("\n").findIndex((line) => line.includes(what))
const load = (text: string) => import(`data:text/javascript,${encodeURIComponent(text)}`)
const made = eager(SOURCE, endsOf(SOURCE))
const [before, after] = [await load(`/* before */${SOURCE}`), await load(made)]

test("functions and methods stand in parentheses; no line moves", () => {
  expect(made).toContain("var outer = (function(a) {")
  expect(made).toContain("outer: (function(a) {")
  expect(made).toContain("third: (function() {")
  for (const line of [
    "return a + 1",
    "return outer(a) + this.n",
    'new Error("here")',
    "return Inner",
    "async function later",
  ])
    expect(lineOf(made, line)).toBe(lineOf(SOURCE, line))
})

test.for(["Plain", "Derived", "Last", "Static", "Named"])(
  "%s does what it did, and shows what it showed",
  async (name) => {
    const look = (type: { new (n: number): Record<string, never>; prototype: object }) => {
      const object: Record<string, unknown> = new type(2)
      const calls = ["idle", "outer", "third", "made"].map((key) =>
        (object[key] as Function | undefined)?.call(object, 1),
      )
      const inherited: string[] = []
      for (const key in object) inherited.push(key)
      const methods = Object.getOwnPropertyNames(type.prototype).map((key) => {
        const { value, get, enumerable, writable, configurable } = Object.getOwnPropertyDescriptor(type.prototype, key)!
        return [key, (value ?? get).name, (value ?? get).length, enumerable, writable, configurable]
      })
      return { name: type.name, calls, inherited, methods: methods.sort(), twice: object["twice"] }
    }
    expect(look(after[name])).toEqual(look(before[name]))
  },
)

test("generators, the function's own name, and places in stacks", async () => {
  expect([...new after.Plain(4).all()]).toEqual([4])
  expect(after.outer.name).toBe("outer")
  expect(await after.later()).toBe(1)
  expect(new after.Named().itself()).toBe(after.Named)
  expect(new after.Plain(1).where()).toMatch(
    new RegExp(`at Plain\\.where \\(.*:${lineOf(SOURCE, 'new Error("here")') + 1}:`, "s"),
  )
})

test("negative control: without an end nothing is changed", () => {
  expect(eager(SOURCE, new Set())).toBe(SOURCE)
})
