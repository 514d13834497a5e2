;; wlrbuild lint --runtime wasmedge
;; warning: wasi_snapshot_preview1.sock_accept is imported as (i32 i32) -> i32 and as (i32 i32 i32) -> i32
(module
  (import "wasi_snapshot_preview1" "sock_accept" (func (param i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "sock_accept" (func (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start"))
)
