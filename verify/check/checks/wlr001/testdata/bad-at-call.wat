;; wlrbuild lint --runtime wamr
;; error: there is no function wasi_snapshot_preview1.sock_accept_v2 (i32 i32 i32) -> i32: calling it stops the module
;;   It is there in wasmedge 0.12.0 to 0.17.1.
(module
  (import "wasi_snapshot_preview1" "sock_accept_v2" (func (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start"))
)
