;; wlrbuild lint --runtime wasmedge@0.14.1
;; error: wasi_snapshot_preview1.sock_recv_from is imported as (i32 i32 i32 i32 i32 i32) -> i32, and is (i32 i32 i32 i32 i32 i32 i32) -> i32 or (i32 i32 i32 i32 i32 i32 i32 i32) -> i32: the module is linked, and a call goes wrong
;;   What comes of a call: interpreted, it gives back garbage or aborts WasmEdge; compiled ahead of time, it gives back garbage.
(module
  (import "wasi_snapshot_preview1" "sock_recv_from" (func (param i32 i32 i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start"))
)
