/** The release build without families, in WebAssembly. */
import { frequent, text } from "../../built/fences-packed.js"
import { provideWebAssembly } from "../host/builds.js"

provideWebAssembly("fences", { frequent, text })
