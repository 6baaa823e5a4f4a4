/** A DataView whose accesses are seen. */
import type { Value } from "./operation.js"
import { observing } from "./observer.js"

type AnyMethod = (...parameters: unknown[]) => unknown

export const DATA_VIEW_TRAPS: ProxyHandler<DataView> = {
  get(view, key, proxy: DataView) {
    const isPlatforms = Object.hasOwn(DataView.prototype, key)
    const value = Reflect.get(view, key, isPlatforms ? view : proxy) as unknown
    // What a class that extends it adds goes through the proxy.
    if (typeof value !== "function" || !isPlatforms) return value
    const access = /^(get|set)[A-Z][A-Za-z]*?(8|16|32|64)$/.exec(String(key))
    return (...parameters: unknown[]) => {
      const result = (value as AnyMethod).apply(view, parameters)
      if (access === null) return result
      const at = view.byteOffset + (Math.trunc(+(parameters[0] as number)) || 0)
      const bytes = Number(access[2]) / 8
      if (access[1] === "get") observing()?.visitPlain(view.buffer, at, bytes, false, result as Value)
      else observing()?.visitPlain(view.buffer, at, bytes, true, undefined, parameters[1] as Value)
      return result
    }
  },
}
