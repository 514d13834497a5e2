;; wlrbuild lint --runtime wasmedge
(module
  (memory (export "memory") 1)
  (func $unused
    unreachable)
  (func $_start (export "_start")))
