/** Tables that are kept in a page: each figure of a result is where it belongs. */
import { figures } from "@outlive/report"
import { expect, test } from "vitest"
import { contended, micro, reclamation } from "./fixture.js"

const tables = (text: string) =>
  text.split("\n\n").map((table) => table.split("\n").map((line) => line.split("|").map((cell) => cell.trim())))

test("operations are rows, what is compared are columns", () => {
  const [[head, , ...rows] = []] = tables(figures(micro))
  expect(head!.slice(1, 5)).toEqual([
    "one operation: median (least–most)",
    "C++",
    "WebAssembly",
    "JavaScript, in a build with an uncommonly long name",
  ])
  expect(rows.map(([, title]) => title)).toEqual(micro.groups.map(({ title }) => title))
  expect(rows[1]![2]).toMatch(/^2(\.\d+)? ns \(1\.9\d?–2\.0\d? ns\)$/)
})

test("places along an axis are rows, with a table for each metric; claims come last", () => {
  const [speed, p99, said] = tables(figures(contended, ["perSecond", "p99"]))
  expect(speed![0]!.slice(2, 5)).toEqual(["inline", "external", "mcs"])
  expect(speed!.slice(2).map(([, title]) => title)).toContain("lock + unlock, one lock, threads 4")
  expect(speed![3]![2]).toMatch(/^(19\.\d|20(\.\d)?) M\/s \(/)
  expect(p99![0]![1]).toBe("p99: median (least–most)")
  expect(said!.flat()[0]).toBe("- held: hasSignaled: at most 5 ns, and 1.4 ns measured")
})

test("arms by themselves are rows, and their metrics columns", () => {
  const [[head, , first] = []] = tables(figures(reclamation))
  expect(head!.slice(2, 4)).toEqual(["throughput", "peak of garbage"])
  expect(first!.slice(1, 2)).toEqual(["epochs"])
  expect(first![3]).toBe("15,000 nodes (15,000–15,000 nodes)")
})

test("what no arm has of a metric is no row of its table", () => {
  const [first, second] = micro.groups
  const metric = { name: "sleeps", title: "sleeps", unit: "" }
  const slept = second!.arms.map((arm) => ({
    ...arm,
    runs: arm.runs.map((run) => ({ ...run, figures: { ...run.figures, sleeps: 1 } })),
  }))
  const groups = [first!, { ...second!, arms: slept }].map((group) => ({ ...group, metrics: [metric] }))
  const [[, , ...rows] = []] = tables(figures({ ...micro, groups }, ["sleeps"]))
  expect(rows.map(([, title]) => title)).toEqual([second!.title])
})
