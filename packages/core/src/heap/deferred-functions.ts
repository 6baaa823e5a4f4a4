/** Modules' functions that wait for a grace period: deferred here, and called here when the engine asks. */
import { wholeNumber } from "../entrance/numbers.js"
import { given, text } from "../entrance/words.js"
import { ModuleError } from "../errors.js"
import type { DeferredFunction, ModuleDefinition } from "../fence/definition.js"
import type { IssuerThread } from "../fence/issuer-thread.js"
import { Module } from "../fence/module.js"
import { addressIn } from "../seat/handle.js"
import type { Seat } from "../seat/seat.js"

/** Defers a function of a module's, by its name. @throws as `Thread.defer` */
export function deferFunction(seat: Seat, module: Module, name: string | undefined, argument: number): void {
  const wanted = text("the name of a deferred function", given(name, ""))
  const { record } = seat
  addressIn(seat, module, "module", Module)
  const pointer = module.textFor("defer a function of")
  const number = names(module.definition).indexOf(wanted)
  if (number < 0)
    throw new ModuleError("NOT_LINKED", `Cannot defer "${wanted}" of module "${module.name}": it has no such function`)
  wholeNumber("an argument", argument, -0x80000000, 0x7fffffff)
  seat.make("callbacks", () => seat.told(seat.ask.deferFunction(record, pointer, number, argument)))
}

/** Calls the deferred function of a definition whose argument and number stand at an address. @throws ModuleError NOT_LINKED; what it throws */
export function callDeferred(seat: Seat, definition: ModuleDefinition, at: number): void {
  const [argument, number] = [seat.heap.word(at), seat.heap.word(at + 4)]
  const body = functionAt(definition, number)
  if (!body)
    throw new ModuleError(
      "NOT_LINKED",
      `Thread "${seat.name}" has linked module "${definition.name}" without deferred function ${number}`,
    )
  body(argument, seat as IssuerThread)
}

/** In shared memory a function is a number: its place among the names in order, which is the same in every thread. */
function names({ deferred = {} }: ModuleDefinition): string[] {
  return Object.keys(deferred).sort()
}

function functionAt(definition: ModuleDefinition, number: number): DeferredFunction | undefined {
  const name = names(definition)[number]
  return name === undefined ? undefined : definition.deferred?.[name]
}
