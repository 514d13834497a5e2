;; wlrbuild lint --runtime wasmedge
;; error: it imports wasi_snapshot_preview1.fd_write and exports no memory for it: a call goes wrong
(module
  (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
  (memory 1)
  (global (export "memory") i32 (i32.const 0))
  (func (export "_start"))
)
