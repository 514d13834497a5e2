;; wlrbuild lint --runtime wasmedge
;; error: the export memory is a global and has to be a memory
(module
  (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
  (memory 1)
  (global (export "memory") i32 (i32.const 0))
  (func (export "_start"))
)
