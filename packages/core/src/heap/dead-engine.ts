/** The engine of a thread that has left: whatever is called of it says so. */
import type { Engine } from "../host/engine.js"

export function deadEngine(gone: () => Error): Engine {
  const refuse = () => {
    throw gone()
  }
  return new Proxy({}, { get: () => refuse }) as Engine
}
