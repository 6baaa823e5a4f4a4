// A trial whose module fails when it is loaded.
throw new Error("It cannot be loaded")
