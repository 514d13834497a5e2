;; wlrbuild lint --runtime wasmtime
;; error: there is no function wasi_snapshot_preview1.fd_wirte (i32 i32 i32 i32) -> i32: the module is refused
;;   No runtime has it. Did you mean fd_write?
(module
  (import "wasi_snapshot_preview1" "fd_wirte" (func (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start"))
)
