"use strict";
// Loaded by Node.js before jsii's kernel (NODE_OPTIONS in node.py). All of a synthesis is written when the kernel exits, and its exit
// handlers have run when reallyExit is called; what remains is to wait for V8, which compiles WebAssembly in the background for
// another second. Only the kernel ends this way: a program that is started with the same NODE_OPTIONS keeps its exit code.
const { basename } = require("node:path");
const { isMainThread } = require("node:worker_threads");

if (isMainThread && process.env.JSII_AGENT && basename(process.argv[1] ?? "") === "program.js") {
  process.reallyExit = () => process.kill(process.pid, "SIGKILL");
}
