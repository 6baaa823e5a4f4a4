/** The build of the lab that a module is: in JavaScript it exports `instantiate`, in WebAssembly `bytes`. */
import type { LabBuild } from "@outlive/core/engine-js"

export async function buildFrom(url: string): Promise<LabBuild> {
  const { instantiate, bytes } = (await import(url)) as { instantiate?: LabBuild; bytes?: LabBuild }
  const build = instantiate ?? bytes
  if (build === undefined) throw new RangeError(`Cannot race over ${url}: it exports neither instantiate nor bytes`)
  return build
}
