;; wlrbuild lint --runtime wasmedge
;; warning: data lies below the stack, which begins at 0x800410 and grows down
(module
  (memory (export "memory") 160)
  (global $__stack_pointer (mut i32) (i32.const 8389648))
  (data (i32.const 1024) "data")
  (func (export "_start")))
