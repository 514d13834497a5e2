;; wlrbuild lint --runtime wasmedge
;; warning: handler is in a table, and its body is only a trap
(module
  (memory (export "memory") 1)
  (table 2 2 funcref)
  (elem (i32.const 1) $handler)
  (func $handler
    unreachable)
  (func $_start (export "_start")
    (call_indirect (i32.const 1))))
