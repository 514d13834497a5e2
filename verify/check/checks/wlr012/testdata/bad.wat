;; wlrbuild lint --runtime wasmtime
;; warning: it ends with status 255; of more than 125, the program ends as after a trap, with a backtrace and status 1
(module
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 1)
  (func (export "_start")
    (call $proc_exit (i32.const 255))))
