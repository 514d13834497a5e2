;; wlrbuild lint --runtime wasmedge@0.9.1
;; error: there is no function wasi_snapshot_preview1.sock_recv_from (i32 i32 i32 i32 i32 i32 i32) -> i32: the module is refused
;;   It is there in wamr 1.1.2 to 2.4.5, wasmedge 0.10.0 to 0.17.1.
(module
  (import "wasi_snapshot_preview1" "sock_recv_from" (func (param i32 i32 i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start"))
)
