;; wlrbuild lint --runtime node
;; error: wasi_snapshot_preview1.sock_accept is imported as (i32 i32) -> i32, and is (i32 i32 i32) -> i32: the module is linked, and a call goes wrong
;;   What comes of a call: a call with another number or other kinds of arguments gives EINVAL (28).
(module
  (import "wasi_snapshot_preview1" "sock_accept" (func (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start"))
)
