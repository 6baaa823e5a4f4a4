/** The release build without families, in WebAssembly. */
import * as fences from "../../built/fences-packed.js"
import { provideWebAssembly } from "../host/builds.js"

provideWebAssembly("fences", fences)
