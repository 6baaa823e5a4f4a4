/** The release build in WebAssembly, with all families. The build comes first: a compressor that looks back 32 kB finds more so. */
import { frequent, text } from "../../built/release-packed.js"
import { provideWebAssembly } from "../host/builds.js"
import "./parts.js"

provideWebAssembly("release", { frequent, text })
