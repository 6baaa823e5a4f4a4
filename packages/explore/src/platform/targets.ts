/** Which view is behind a proxy: the functions of Atomics, and methods of other views, need it itself. */
const TARGETS = new WeakMap<object, ArrayBufferView>()
let made = false

export function remember<T extends ArrayBufferView>(proxy: T, target: T): T {
  made = true
  TARGETS.set(proxy, target)
  return proxy
}

/** What is not a proxy comes back as it is. */
export function targetOf<T>(view: T): T {
  return made ? ((TARGETS.get(view as object) as T | undefined) ?? view) : view
}
