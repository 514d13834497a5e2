;; wlrbuild lint --runtime wasmedge
;; warning: the stack has at most 65548 bytes
(module
  (memory (export "memory") 160)
  (global $__stack_pointer (mut i32) (i32.const 66576))
  (data (i32.const 1024) "data")
  (func (export "_start")))
