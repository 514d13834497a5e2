;; wlrbuild lint --runtime wasmedge
;; note: hook is in the table with the type (i32), and no call_indirect has it
(module
  (memory (export "memory") 1)
  (table 2 2 funcref)
  (elem (i32.const 1) $hook)
  (func $hook (param i32))
  (func $_start (export "_start")
    (call_indirect (param i32) (result i32) (i32.const 0) (i32.const 1))
    drop))
