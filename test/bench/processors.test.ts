/** What a machine's processors are: told where the system tells, and left out where it does not. */
import { expect, test } from "vitest"
import { processorsOf, processorsText } from "../../bench/src/processors.js"

const two = [{ speed: 2_400 }, { speed: 2_445 }]

test.each([
  ["0\n", 1],
  ["0-1\n", 2],
  ["0,64\n", 2],
  ["0-1,8-9\n", 4],
])("siblings %j are %i threads of a core", (siblings, threadsPerCore) => {
  expect(processorsOf(two, { siblings })).toEqual({ threadsPerCore, clockMHz: 2_445 })
})

test.each(["", "none", "1-0", "0,"])("siblings %j say nothing", (siblings) => {
  expect(processorsOf(two, { siblings })).toEqual({ clockMHz: 2_445 })
})

test("a speed of 0 is one that is not known, and nothing is made up for it", () => {
  expect(processorsOf([{ speed: 0 }], { siblings: "0" })).toEqual({ threadsPerCore: 1 })
  expect(processorsText({ cores: 1 })).toBe("1 cores")
})

test("where Node does not know the speed, Linux may", () => {
  const cpuinfo = "processor\t: 0\ncpu MHz\t\t: 2445.430\n\nprocessor\t: 1\ncpu MHz\t\t: 2400.000\n"
  expect(processorsOf([{ speed: 0 }], { cpuinfo })).toEqual({ clockMHz: 2_445 })
  expect(processorsOf(two, { cpuinfo: "cpu MHz\t\t: 9999.000\n" })).toEqual({ clockMHz: 2_445 })
})

test("both are told beside the number of processors", () => {
  expect(processorsText({ cores: 4, threadsPerCore: 2, clockMHz: 2_445 })).toBe("4 cores, SMT: 2 to a core, 2445 MHz")
  expect(processorsText({ cores: 2, threadsPerCore: 1 })).toBe("2 cores, no SMT siblings")
})
