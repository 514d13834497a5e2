;; wlrbuild lint --runtime wazero
;; error: there is no function wasi_snapshot_preview1.sock_open (i32 i32 i32) -> i32: the module is refused
;;   It is there in wamr, wasmedge.
(module
  (import "wasi_snapshot_preview1" "sock_open" (func (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start"))
)
