;; wlrbuild lint --runtime wasmedge@0.13.5
;; error: wasi_snapshot_preview1.fd_seek is imported as (i32 i32 i32 i32) -> i32, and is (i32 i64 i32 i32) -> i32: the module is linked, and a call goes wrong
;;   What comes of a call: the host takes other arguments from the stack than were put there, and gives back garbage or crashes.
(module
  (import "wasi_snapshot_preview1" "fd_seek" (func (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start"))
)
