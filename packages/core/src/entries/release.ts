/** The release build in WebAssembly: for who begins with `@outlive/core/worker`, which has no engine, and creates heaps. */
import * as release from "../../built/release-packed.js"
import { provideWebAssembly } from "../host/builds.js"

provideWebAssembly("release", release)
