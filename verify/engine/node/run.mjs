// run.mjs starts a command module for WASI preview 1 on Node.js:
//
//   node --no-warnings run.mjs [FLAG]... MODULE [ARG]...
//
//   --dir GUEST HOST   let the guest see the host's directory HOST as GUEST
//   --env NAME=VALUE   set an environment variable of the guest
//   --argv0 NAME       the guest's own name; otherwise the module's file name
//   --stack MIB        stack for the guest's calls; otherwise 256
//   --report FD        say how it ended on this file descriptor, as one JSON
//                      object: {"exit": STATUS}, {"trap": REASON, "stack": […],
//                      "overflow": BOOL} or {"error": WHY}
//
// It ends with the guest's exit status. If the guest traps it ends with 134, if
// the module cannot be run with 1, on a wrong command line with 2; it says why on
// standard error, or in the report.

import { readFileSync, writeSync } from 'node:fs';
import { basename } from 'node:path';
import { WASI } from 'node:wasi';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

const maxFrames = 30;

function usage(text) {
  process.stderr.write(`run.mjs: ${text}\n`);
  process.exit(2);
}

function parse(argv) {
  const run = { args: [], env: {}, preopens: {}, stack: 256 };
  const next = (what) => argv.shift() ?? usage(`${what} is missing`);
  const flags = {
    '--dir': () => { const guest = next('GUEST of --dir'); run.preopens[guest] = next('HOST of --dir'); },
    '--env': () => {
      const kv = next('NAME=VALUE of --env');
      const at = kv.indexOf('=');
      if (at < 1) usage(`--env ${kv} is not NAME=VALUE`);
      run.env[kv.slice(0, at)] = kv.slice(at + 1);
    },
    '--argv0': () => { run.argv0 = next('NAME of --argv0'); },
    '--stack': () => { run.stack = Number(next('MIB of --stack')); },
    '--report': () => { run.report = Number(next('FD of --report')); },
  };
  while (argv[0]?.startsWith('--')) {
    const flag = argv.shift();
    if (!Object.hasOwn(flags, flag)) usage(`unknown flag ${flag}`);
    flags[flag]();
  }
  run.module = next('MODULE');
  run.args = [run.argv0 ?? basename(run.module), ...argv];
  return run;
}

// The import object is made by hand: Node.js 18 has no WASI.getImportObject.
async function guest(run) {
  const wasi = new WASI({ version: 'preview1', args: run.args, env: run.env, preopens: run.preopens, returnOnExit: true });
  const module = await WebAssembly.compile(readFileSync(run.module));
  if (!WebAssembly.Module.exports(module).some((e) => e.name === '_start' && e.kind === 'function')) {
    return { error: `${run.module} is not a command: it exports no function "_start"` };
  }
  const instance = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.wasiImport });
  try {
    return { exit: wasi.start(instance) & 0xff };
  } catch (err) {
    // A stack overflow is a RangeError: the guest's calls are calls of V8's.
    const overflow = err instanceof RangeError;
    if (!overflow && !(err instanceof WebAssembly.RuntimeError)) throw err;
    const stack = err.stack.split('\n').slice(1).map((line) => line.trim().replace(/^at /, ''));
    return { trap: err.message, stack: stack.filter((line) => line.includes('wasm://')).slice(0, maxFrames), overflow };
  }
}

function finish(run, end) {
  if (run.report !== undefined) {
    writeSync(run.report, JSON.stringify(end));
  } else if (end.error !== undefined) {
    process.stderr.write(`${end.error}\n`);
  } else if (end.trap !== undefined) {
    process.stderr.write(`${[end.trap, ...end.stack].join('\n    at ')}\n`);
  }
  process.exitCode = end.exit ?? (end.trap === undefined ? 1 : 134);
}

// The guest runs on a thread of its own, because such a thread is made with the
// stack that is asked for. The flag --stack-size makes V8 believe in a larger stack
// than the main thread has, and the process crashes at the end of the real one.
//
// stdout and stderr keep Node.js from opening its own streams for the thread's: it
// would make them non-blocking, and the guest, which has the same file descriptors,
// would find a full pipe to be an error.
if (isMainThread) {
  const run = parse(process.argv.slice(2));
  const resourceLimits = { stackSizeMb: run.stack };
  new Worker(new URL(import.meta.url), { workerData: run, resourceLimits, stdout: true, stderr: true })
    .on('message', (end) => finish(run, end))
    .on('error', (err) => finish(run, { error: String(err.message) }));
} else {
  parentPort.postMessage(await guest(workerData));
}
