;; wlrbuild lint --runtime wasmedge
(module
  (memory (export "memory") 1)
  (func $abort
    unreachable)
  (func $_start (export "_start")
    call $abort))
