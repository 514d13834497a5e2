;; wlrbuild lint --runtime wasmtime
;; note: wasi_snapshot_preview1.sock_accept is a stub: it fails with ENOTSOCK: preview 1 has no sockets here
(module
  (import "wasi_snapshot_preview1" "sock_accept" (func (param i32 i32 i32) (result i32)))
  (memory (export "memory") 1)
  (func (export "_start"))
)
