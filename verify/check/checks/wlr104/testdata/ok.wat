;; wlrbuild lint --runtime wasmedge
(module
  (memory (export "memory") 160)
  (global $__stack_pointer (mut i32) (i32.const 8388608))
  (data (i32.const 8388608) "data")
  (func (export "_start")))
