;; wlrbuild lint --runtime wasmedge
;; warning: the stack has 65536 bytes
(module
  (memory (export "memory") 160)
  (global $__stack_pointer (mut i32) (i32.const 65536))
  (data (i32.const 65536) "data")
  (func (export "_start")))
