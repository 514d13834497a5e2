;; wlrbuild lint --runtime wasmedge@0.14.1
;; error: wasi_snapshot_preview1.fd_seek is imported as (i32 i32 i32 i32) -> i32, and is (i32 i64 i32 i32) -> i32: the module is refused
(module
  (import "wasi_snapshot_preview1" "fd_seek" (func (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start"))
)
